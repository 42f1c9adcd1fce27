"""The ONNX step."""

from dataclasses import replace

import numpy as np
import onnx
import pytest

from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel
from specnet.runtime.bundle import Bundle
from specnet.runtime.step import OnnxStep
from tests.conftest import END_OFFSET, KERNEL, NO_WEIGHTS, START_OFFSET, bundle, card, step_graph


@pytest.mark.parametrize("stride", [1, 4])
def test_shapes(stride: int) -> None:
    step = OnnxStep(bundle(stride))
    state = step.start()
    assert [array.shape for array in state] == [(1, 40, KERNEL - stride)] and not state[0].any()
    scores, bounds, state = step.step(np.zeros((40, 12), np.float32), state)
    assert scores.shape == (12 // stride, 2) and scores.dtype == np.float32
    assert bounds is not None
    np.testing.assert_allclose(bounds, np.tile([START_OFFSET, END_OFFSET], (12 // stride, 1)), rtol=1e-6)


def test_without_bounds() -> None:
    step = OnnxStep(bundle(bounds=False))
    assert step.step(np.zeros((40, 3), np.float32), step.start())[1] is None


def test_a_state_is_a_value() -> None:
    step, features = OnnxStep(bundle()), np.random.default_rng(0).normal(0, 1, (40, 30)).astype(np.float32)
    _, _, state = step.step(features, step.start())
    once = step.step(features, state)[0]
    step.step(-features, state)
    np.testing.assert_array_equal(step.step(features, state)[0], once)


def graph(change: str) -> bytes:
    model = onnx.load_from_string(step_graph())
    if change == "output":
        model.graph.output[0].name = model.graph.node[2].output[0] = "logit"
    elif change == "input":
        for node in model.graph.node:
            node.input[:] = ["state_1" if name == "state_0" else name for name in node.input]
        model.graph.input[1].name = "state_1"
    else:
        model.graph.input[1].type.tensor_type.shape.dim[2].dim_param = "any"
    return model.SerializeToString()


@pytest.mark.parametrize(
    ("step_onnx", "message"),
    [
        (b"nonsense", "model tiny: step.onnx cannot be run: "),
        (b"", "model tiny: step.onnx cannot be run: "),
        (graph("output"), r"step.onnx is no scan step: its outputs are .*'logit'.*, must be \['scores'"),
        (graph("input"), r"its inputs are \['features', 'state_1'\], must be features, state_0"),
        (graph("shape"), "its states have shapes .*'any'.*, must be fixed"),
    ],
)
def test_what_is_no_step(step_onnx: bytes, message: str) -> None:
    with pytest.raises(SpecnetError, match=message) as caught:
        OnnxStep(Bundle(card(), step_onnx, NO_WEIGHTS, b""))
    assert "\n" not in str(caught.value)


def test_weights_of_another_network() -> None:
    header = b'{"w": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}}'
    strange = len(header).to_bytes(8, "little") + header + bytes(2)
    for weights, message in (
        (b"nonsense", "model tiny: weights.safetensors: damaged"),
        (strange, r"model tiny: step.onnx cannot be run: .* name w"),
    ):
        with pytest.raises(SpecnetError, match=message):
            OnnxStep(Bundle(card(), step_graph(), weights, b""))


def test_a_card_of_another_network() -> None:
    for other, message in (
        (replace(card(), labels=("low",)), r"its scores have shape \[1, 2, 'T2'\], must have 1 rows"),
        (replace(card(), features=LogMel(bands=64)), r"its features have shape \[1, 40, 'T'\], must have 64 rows"),
    ):
        with pytest.raises(SpecnetError, match=message):
            OnnxStep(Bundle(other, step_graph(), NO_WEIGHTS, b""))


def test_features_that_do_not_fit() -> None:
    step = OnnxStep(bundle())
    with pytest.raises(SpecnetError, match=r"step.onnx failed on features \(64, 3\)"):
        step.step(np.zeros((64, 3), np.float32), step.start())
