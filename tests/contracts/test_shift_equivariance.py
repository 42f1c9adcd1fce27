"""Law 2: delay the recording by whole strides, and the scores and segments are delayed, and are otherwise the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specnet.app.detect import Detector
from specnet.features.logmel import LogMel
from specnet.scan import Scanner
from tests.conftest import beeps, bundle

SOUND = beeps(1.0, ("low", 0.2), ("high", 0.7))


@settings(deadline=None, max_examples=20)
@given(frames=st.integers(0, 100), quiet=st.sampled_from([0.0, 1e-3]))
def test_logmel(frames: int, quiet: float) -> None:
    logmel = LogMel(quiet=quiet)
    delayed = logmel(np.concatenate([np.zeros(frames * logmel.hop, np.float32), SOUND]))
    np.testing.assert_allclose(delayed[:, frames:], logmel(SOUND), rtol=0, atol=1e-5)


@pytest.mark.parametrize("stride", [1, 3])
def test_scanner(stride: int) -> None:
    scanner = Scanner(bundle(stride))
    plain, _ = scanner.step(SOUND, scanner.start())

    @settings(deadline=None, max_examples=15)
    @given(frames=st.integers(0, 60))
    def law(frames: int) -> None:
        silence = np.zeros(frames * scanner.grid.stride, np.float32)
        delayed, _ = scanner.step(np.concatenate([silence, SOUND]), scanner.start())
        np.testing.assert_allclose(delayed.scores[frames:], plain.scores, rtol=0, atol=1e-5)
        assert delayed.scores[:frames].max(initial=0) < 0.1

    law()


@settings(deadline=None, max_examples=15)
@given(frames=st.integers(0, 200))
def test_segments(tiny_detector: Detector, frames: int) -> None:
    delay = frames * 0.01
    sound = np.concatenate([np.zeros(frames * 160, np.float32), SOUND])
    plain = tiny_detector.detect(SOUND, 16_000, threshold=0.5)
    delayed = tiny_detector.detect(sound, 16_000, threshold=0.5)
    assert [s.label for s in plain] == [s.label for s in delayed] == ["low", "high"]
    for ours, theirs in zip(delayed, plain, strict=True):
        times = (theirs.start + delay, theirs.end + delay, theirs.peak + delay)
        assert (ours.start, ours.end, ours.peak) == pytest.approx(times, abs=1e-4)
