"""The spectrogram is what the network sees."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from specnet.app.detect import Detector
from specnet.app.serve import columns as module
from specnet.app.serve.columns import LOUDEST, Columns, Picture
from specnet.errors import SpecnetError
from specnet.runtime.step import OnnxStep
from tests.conftest import RATE, beeps


@pytest.mark.parametrize("name", ["tiny", "welcome"])
def test_it_is_what_goes_into_the_network(name: str, tiny_detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    detector = tiny_detector if name == "tiny" else Detector.load(name)
    seen: list[NDArray[np.float32]] = []
    step = OnnxStep.step

    def watched(self: OnnxStep, frames: NDArray[np.float32], state: object) -> object:
        seen.append(frames)
        return step(self, frames, state)  # type: ignore[arg-type]

    monkeypatch.setattr(OnnxStep, "step", watched)
    sound = beeps(2.0, ("low", 0.5), ("high", 1.2))
    stream = detector.stream(RATE, threshold=0.5)
    stream.push(sound)
    drawn = Columns(detector)
    columns = np.frombuffer(drawn.push(sound), np.uint8).reshape(-1, drawn.layout["bands"])
    features = np.concatenate(seen, axis=1).T
    # The network has seen the silence before the sound as well; its last frames wait for the stride to be full.
    hop = detector.bundle.features.hop
    silence = round((-detector.grid.offset + drawn.layout["first"] * RATE) / hop)
    common = min(len(features) - silence, len(columns))
    assert common > 180
    low = math.log(detector.bundle.features.floor)
    back = low + columns[:common].astype(float) * (LOUDEST - low) / 255
    step_of_a_byte = (LOUDEST - low) / 255
    np.testing.assert_allclose(back, features[silence : silence + common], atol=0.51 * step_of_a_byte)


def test_full_scale_fits(tiny_detector: Detector) -> None:
    frequencies = np.linspace(60, 7_000, 40)
    sounds = (np.sin(2 * np.pi * f * np.arange(2_000) / RATE).astype(np.float32) for f in frequencies)
    loudest = max(max(Columns(tiny_detector).push(sound)) for sound in sounds)
    assert 240 < loudest < 255


def test_a_picture_has_an_end(tiny_detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 3.6)
    picture = Picture(tiny_detector)
    picture.push(np.zeros(3 * RATE, np.float32))
    with pytest.raises(SpecnetError, match=r"a spectrogram of more than 0\.001 hours"):
        picture.push(np.zeros(RATE, np.float32))
