"""For every test: a model small enough to be written by hand. It hears two tones, "low" (500 Hz) and "high" (4 kHz)."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from specnet.app.detect import Detector
from specnet.features.logmel import LogMel, mel_filters
from specnet.runtime.bundle import Bundle, ModelCard, OperatingPoint, write_bundle
from specnet.timeline import FrameGrid
from tests.shapes import NO_WEIGHTS, write_shapes

settings.register_profile("untimed", deadline=None)  # how fast a machine is says nothing about a law
settings.load_profile("untimed")

RATE = 16_000
TONES = {"low": 500, "high": 4_000}
KERNEL = 20
START_OFFSET, END_OFFSET = 0.21, 0.01
POINTS = (OperatingPoint(0.1, 0.9, 0.4), OperatingPoint(0.5, 0.6, 0.2), OperatingPoint(10.0, 0.2, 0.1))


def card(stride: int = 1, frames: int = KERNEL) -> ModelCard:
    features = LogMel()
    field = features.n_fft + (frames - 1) * features.hop
    return ModelCard(
        name="tiny",
        labels=tuple(TONES),
        features=features,
        grid=FrameGrid(stride * features.hop, field, RATE),
        head="max",
        operating_points=POINTS,
        recipe={"made": "by hand"},
        data=({"name": "nothing", "licence": "CC0-1.0"},),
        metrics={"false_reject_rate": 0.2},
    )


def step_graph(stride: int = 1, bounds: bool = True, frames: int = KERNEL) -> bytes:
    """A convolution over some frames: how far a tone's band stands out of the others. Bounds are constants."""
    features = LogMel()
    filters = mel_filters(features, "float32")
    kernels = np.full((2, features.bands, frames), -1 / features.bands / frames, np.float32)
    for kernel, hertz in zip(kernels, TONES.values(), strict=True):
        kernel[filters[:, round(hertz * features.n_fft / RATE)].argmax()] += 1 / frames
    constants = {
        "kernels": 0.8 * kernels,
        "biases": np.full(2, -4.61, np.float32),
        "zeros": np.zeros((2, features.bands, frames), np.float32),
        "offsets": np.array([START_OFFSET, END_OFFSET], np.float32),
        "tail": np.array([stride - frames]),
        "end": np.array([np.iinfo(np.int64).max]),
        "time": np.array([2]),
    }
    state = [1, features.bands, frames - stride]
    nodes = [
        helper.make_node("Concat", ["state_0", "features"], ["heard"], axis=2),
        helper.make_node("Conv", ["heard", "kernels", "biases"], ["logits"], strides=[stride]),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
        helper.make_node("Slice", ["heard", "tail", "end", "time"], ["next_state_0"]),
    ]
    outputs = [value("scores", [1, 2, "T2"]), value("next_state_0", state)]
    if bounds:
        nodes.append(helper.make_node("Conv", ["heard", "zeros", "offsets"], ["bounds"], strides=[stride]))
        outputs.append(value("bounds", [1, 2, "T2"]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [value("features", [1, features.bands, "T"]), value("state_0", state)],
        outputs,
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


def value(name: str, shape: list[int | str]) -> object:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def bundle(stride: int = 1, bounds: bool = True, frames: int = KERNEL) -> Bundle:
    return Bundle(card(stride, frames), step_graph(stride, bounds, frames), NO_WEIGHTS, b"")


def write_tiny(path: Path, stride: int = 1, bounds: bool = True, frames: int = KERNEL) -> Path:
    write_bundle(path, model=card(stride, frames), graph=step_graph(stride, bounds, frames), weights=NO_WEIGHTS)
    return path


def beeps(
    seconds: float, *tones: tuple[str, float], length: float = 0.2, rate: int = RATE, noise: float = 0.01
) -> NDArray[np.float32]:
    """Noise with a tone of `length` seconds at each (label, start)."""
    samples = np.random.default_rng(1).normal(0, noise, round(seconds * rate))
    for label, start in tones:
        first, count = round(start * rate), round(length * rate)
        samples[first : first + count] += 0.3 * np.sin(2 * np.pi * TONES[label] * np.arange(count) / rate)
    return samples.astype(np.float32)


@pytest.fixture
def tiny_model(tmp_path: Path) -> Path:
    """The model file."""
    return write_tiny(tmp_path / "tiny.specnet")


@pytest.fixture
def shapes_model(tmp_path: Path) -> Path:
    """The file of a model for images, which knows a bar and a ring."""
    return write_shapes(tmp_path / "shapes.specnet")


@pytest.fixture(scope="session")
def tiny_detector(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    return Detector.load(write_tiny(tmp_path_factory.mktemp("model") / "tiny.specnet"))
