"""Law 3 and 4, exported: the graph of `specnet export` gives the scores of `Detector`, however a sound is cut."""

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from specnet.app.detect import Detector
from specnet.app.export.interface import Interface
from specnet.app.export.onnx_graph import onnx_graph
from specnet.app.export.torchscript import torchscript
from specnet.audio.files import read
from specnet.runtime.bundle import Bundle
from specnet.scan import Scanner
from tests.conftest import beeps, bundle

Array = NDArray[np.float32]
Step = Callable[[Array, Array], tuple[Array, Array | None, Array]]

SPEECH = read(Path(__file__).parents[2] / "data" / "vm-newuser.flac")
CUTS = st.lists(st.integers(0, 320), max_size=8)
"""In strides."""


def onnx_step(model: Bundle) -> Step:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(onnx_graph(model), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]

    def step(samples: Array, state: Array) -> tuple[Array, Array | None, Array]:
        given = dict(zip(names, session.run(names, {"samples": samples, "state": state}), strict=True))
        return given["scores"], given.get("bounds"), given["next_state"]

    return step


def torchscript_step(model: Bundle) -> Step:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # the format is deprecated
        module = torch.jit.load(io.BytesIO(torchscript(model)))

    def step(samples: Array, state: Array) -> tuple[Array, Array | None, Array]:
        with torch.inference_mode():
            scores, *bounds, following = module(torch.from_numpy(samples), torch.from_numpy(state))
        return scores.numpy(), bounds[0].numpy() if bounds else None, following.numpy()

    return step


def exported(step: Step, interface: Interface, sound: Array, cuts: list[int]) -> tuple[Array, Array | None]:
    """The scores and bounds of a sound cut before these strides, with the frames that end in the silence after it."""
    stride = interface.grid.stride
    samples = np.concatenate([sound, np.zeros(interface.lead_out, np.float32)])
    strides = len(samples) // stride
    state, parts = np.zeros((1, interface.size), np.float32), []
    for piece in np.split(np.arange(strides), sorted(min(cut, strides) for cut in cuts)):
        if len(piece):
            part = samples[None, piece[0] * stride : (piece[-1] + 1) * stride]
            scores, bounds, state = step(part, state)
            parts.append((scores[0], None if bounds is None else bounds[0]))
    scores, bounds = zip(*parts, strict=True)
    told = None if bounds[0] is None else np.concatenate(bounds)[interface.skip :]
    return np.concatenate(scores)[interface.skip :], told


@pytest.mark.parametrize(
    ("name", "make"), [("welcome", onnx_step), ("english", onnx_step), ("welcome", torchscript_step)]
)
def test_speech_in_any_chunks(name: str, make: Callable[[Bundle], Step]) -> None:
    model = Bundle.load(name)
    step, interface = make(model), Interface(model)
    _, expected = Detector(model).scores(SPEECH, interface.grid.sample_rate)
    assert expected.max() > 0.5

    @settings(max_examples=10)
    @given(cuts=CUTS)
    @example(cuts=list(range(0, 320, 4)))
    @example(cuts=[])
    def law(cuts: list[int]) -> None:
        scores, _ = exported(step, interface, SPEECH, cuts)
        np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-5)

    law()


@pytest.mark.parametrize(("stride", "bounds", "frames"), [(1, True, 20), (3, False, 20), (4, True, 19), (7, True, 20)])
def test_tones_with_any_stride(stride: int, bounds: bool, frames: int) -> None:
    """Where the stride does not divide the frames that a score sees, frames end between two strides."""
    model, sound = bundle(stride, bounds, frames), beeps(2.5, ("low", 0.0), ("high", 0.9), ("low", 1.3), ("high", 2.3))
    scanner, step, interface = Scanner(model), onnx_step(model), Interface(model)
    first, state = scanner.step(sound, scanner.start())
    last = scanner.finish(state)
    expected = np.concatenate([first.scores, last.scores])
    assert expected.max() > 0.8

    @settings(max_examples=10)
    @given(cuts=CUTS)
    @example(cuts=list(range(250)))
    def law(cuts: list[int]) -> None:
        scores, told = exported(step, interface, sound, cuts)
        np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-5)
        assert (told is not None) == bounds
        if bounds:
            assert first.bounds is not None and last.bounds is not None and told is not None
            np.testing.assert_allclose(told, np.concatenate([first.bounds, last.bounds]), rtol=0, atol=1e-5)

    law()


@pytest.mark.parametrize("make", [onnx_step, torchscript_step])
def test_a_chunk_that_is_no_multiple_of_the_stride_is_an_error(make: Callable[[Bundle], Step]) -> None:
    model = Bundle.load("welcome")
    with pytest.raises(Exception, match=r"(?i)shape"):
        make(model)(np.zeros((1, 480), np.float32), np.zeros((1, Interface(model).size), np.float32))
