import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from safetensors.numpy import save
from torch import nn

from specnet.errors import SpecnetError
from specnet.models.build import save_weights
from specnet.runtime.weights import read_weights

floats = st.sampled_from([np.float16, np.float32]).flatmap(
    lambda kind: arrays(kind, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)


def damaged(**changed: object) -> bytes:
    header = json.dumps({"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4], **changed}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4)


@given(st.dictionaries(st.text(min_size=1).filter(lambda name: name != "__metadata__"), floats))
def test_what_safetensors_wrote_is_read_in_single_precision(tensors):
    found = read_weights(save(tensors, {"__metadata__": "is no tensor"}))
    assert found.keys() == tensors.keys()
    for name, array in tensors.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], array.astype(np.float32))


def test_counters_are_no_weights():
    norm = nn.BatchNorm1d(3)
    assert sorted(read_weights(save_weights(norm))) == ["bias", "running_mean", "running_var", "weight"]
    assert "num_batches_tracked" in norm.state_dict() and not torch.is_floating_point(norm.num_batches_tracked)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"none",
        damaged()[:-1],
        damaged(shape=[3]),
        damaged(shape="ab"),
        damaged(data_offsets=[-2, 2]),
        damaged(data_offsets=[4, 0]),
        damaged(data_offsets=[0, 4, 8]),
        damaged(dtype="F32"),
        (10**18).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"[]",
        (9).to_bytes(8, "little") + b'{"w": []}',
    ],
)
def test_damage_is_one_line(data):
    with pytest.raises(SpecnetError, match=r"weights.safetensors: damaged \(") as caught:
        read_weights(data)
    assert "\n" not in str(caught.value)
