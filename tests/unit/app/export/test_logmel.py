"""The log-mel as ONNX nodes against numpy's, whatever its numbers are."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from specnet.app.export.logmel import add_logmel
from specnet.app.export.nodes import Nodes
from specnet.features.logmel import LogMel
from tests.conftest import beeps

SOUND = beeps(0.6, ("low", 0.0), ("high", 0.3))
SOUND[4_000:5_500] = 0  # digital silence


@pytest.mark.parametrize(
    "logmel",
    [
        LogMel(),
        LogMel(quiet=0.001),
        LogMel(n_fft=400, window=400),
        LogMel(n_fft=512, window=512),  # the last hop of a frame hangs over its end
        LogMel(n_fft=512, window=501, hop=100, quiet=0.01),
        LogMel(n_fft=512, window=512, hop=512),
        LogMel(n_fft=509, window=480, hop=160),  # a prime number
        LogMel(n_fft=1024, window=640, hop=320, bands=64),
        LogMel(n_fft=405, window=405, hop=135, bands=20),  # an odd one
    ],
)
@pytest.mark.parametrize("spare", [0, 7])
def test_it_equals_numpys(logmel: LogMel, spare: int) -> None:
    frames = (len(SOUND) - spare - logmel.n_fft) // logmel.hop + 1
    samples = SOUND[: logmel.n_fft + (frames - 1) * logmel.hop + spare]
    nodes = Nodes()
    features = add_logmel(nodes, logmel, "samples", spare)
    graph = helper.make_graph(
        nodes.nodes,
        "features",
        [helper.make_tensor_value_info("samples", TensorProto.FLOAT, [1, "n"])],
        [helper.make_tensor_value_info(features, TensorProto.FLOAT, [1, logmel.bands, "T"])],
        nodes.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    [found] = session.run(None, {"samples": samples[None]})
    expected = logmel(samples.astype(np.float64))
    assert found.shape == (1, *expected.shape)
    np.testing.assert_allclose(found[0], expected, rtol=0, atol=1e-3)
    np.testing.assert_allclose(found[0], logmel(samples), rtol=0, atol=1e-3)
