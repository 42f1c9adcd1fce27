"""Law 4: the exported step, fed in chunks by onnxruntime, gives the scores of the torch network."""

import itertools
from typing import get_args

import numpy as np
import onnxruntime
import pytest
import torch

from specnet.models.export import export_step
from specnet.models.heads import HeadKind
from specnet.models.spec import presets


@pytest.mark.parametrize(("preset", "head"), list(itertools.product(presets(), get_args(HeadKind))))
def test_exported_step_in_chunks_is_the_torch_network(network, tmp_path, preset, head):
    keyword = network(preset, head)
    window = keyword.window
    export_step(keyword, tmp_path / "step.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "step.onnx", providers=["CPUExecutionProvider"])

    state = {each.name: np.zeros(each.shape, np.float32) for each in session.get_inputs() if each.name != "features"}
    names = ["scores", "bounds", *(f"next_{name}" for name in state)]
    chunks = [1, 30, 2, window.warm_up, 1, 1, 17]
    rng = np.random.default_rng(3)
    features = (2 * rng.standard_normal((1, 40, sum(chunks) * window.stride)) - 6).astype(np.float32)
    outputs = []
    for chunk in np.split(features, np.cumsum(chunks)[:-1] * window.stride, axis=-1):
        scores, bounds, *after = session.run(names, {"features": chunk, **state})
        state = dict(zip(state, after, strict=True))
        outputs.append(np.concatenate([scores, bounds], axis=1))
    got = np.concatenate(outputs, axis=-1)[..., window.warm_up :]

    with torch.no_grad():
        whole = torch.from_numpy(features[..., (window.warm_up + 1) * window.stride - window.span :])
        logits, bounds = keyword(whole)
        wanted = torch.cat([keyword.head.probabilities(logits), bounds], dim=1).numpy()
    np.testing.assert_allclose(got, wanted, atol=1e-5, rtol=1e-5)
    assert [output.shape for output in session.get_outputs()[2:]] == [each.shape for each in session.get_inputs()[1:]]
