"""Law 3, run time: any chunking gives the same features, scores and segments as one pass."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from specnet.app.detect import Detector
from specnet.detect.segmenter import Segmenter
from specnet.features.logmel import LogMel
from specnet.scan import Scanner, Track
from specnet.timeline import FrameGrid
from tests.conftest import beeps, bundle

CUTS = st.lists(st.integers(0, 40_000), max_size=12)
SOUND = beeps(2.5, ("low", 0.0), ("high", 0.9), ("low", 1.3), ("high", 2.3))


def chunks(samples: NDArray, cuts: list[int]) -> list[NDArray]:
    return np.split(samples, sorted(min(cut, len(samples)) for cut in cuts))


@settings(deadline=None, max_examples=30)
@given(cuts=CUTS, dtype=st.sampled_from(["float32", "float64"]))
def test_logmel(cuts: list[int], dtype: str) -> None:
    logmel, samples = LogMel(), SOUND.astype(dtype)
    parts, state = [], logmel.start()
    for chunk in chunks(samples, cuts):
        part, state = logmel.step(chunk, state)
        parts.append(part)
    whole = np.concatenate(parts, axis=1)
    assert whole.dtype == dtype
    np.testing.assert_allclose(whole, logmel(samples), rtol=0, atol=1e-12 if dtype == "float64" else 1e-5)


def scan(scanner: Scanner, parts: list[NDArray]) -> Track:
    tracks, state = [], scanner.start()
    for chunk in parts:
        track, state = scanner.step(chunk, state)
        tracks.append(track)
    tracks.append(scanner.finish(state))
    counts = [len(track.scores) for track in tracks]
    assert [track.first for track in tracks] == [sum(counts[:i]) for i in range(len(counts))]
    bounds = [track.bounds for track in tracks if track.bounds is not None]
    return Track(0, np.concatenate([t.scores for t in tracks]), np.concatenate(bounds) if bounds else None)


@pytest.mark.parametrize(("stride", "bounds"), [(1, True), (3, False), (4, True)])
def test_scanner(stride: int, bounds: bool) -> None:
    scanner = Scanner(bundle(stride, bounds))
    whole = scan(scanner, [SOUND])
    assert (whole.bounds is not None) == bounds and whole.scores.max() > 0.8

    @settings(deadline=None, max_examples=15)
    @given(cuts=CUTS)
    def law(cuts: list[int]) -> None:
        parts = scan(scanner, chunks(SOUND, cuts))
        np.testing.assert_allclose(parts.scores, whole.scores, rtol=0, atol=1e-5)
        if whole.bounds is not None:
            np.testing.assert_allclose(parts.bounds, whole.bounds, rtol=0, atol=1e-5)

    law()


def test_scanner_one_sample_at_a_time() -> None:
    scanner, sound = Scanner(bundle()), beeps(0.1, ("low", 0.0), length=0.1)
    np.testing.assert_allclose(
        scan(scanner, list(sound.reshape(-1, 1))).scores, scan(scanner, [sound]).scores, rtol=0, atol=1e-5
    )


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 2**32 - 1), cuts=st.lists(st.integers(0, 300), max_size=10), bounds=st.booleans())
def test_segmenter(seed: int, cuts: list[int], bounds: bool) -> None:
    random = np.random.default_rng(seed)
    segmenter = Segmenter(("a", "b"), FrameGrid(160, 4_000, 16_000, -4_000), suppression=0.1)
    scores = random.choice([0.0, 0.2, 0.6, 1.0], (300, 2)).astype(np.float32)
    offsets = random.uniform(0, 1, (300, 2)).astype(np.float32) if bounds else None
    results = []
    for at in ([], sorted(cuts)):
        segments, state = [], segmenter.start()
        for frames in np.split(np.arange(300), at):
            track = Track(state.next, scores[frames], None if offsets is None else offsets[frames])
            found, state = segmenter.step(track, state)
            segments += found
        results.append(segments + segmenter.finish(state, duration=2.9))
    assert results[0] == results[1] and results[0]


@settings(deadline=None, max_examples=15)
@given(cuts=CUTS, sample_rate=st.sampled_from([16_000, 44_100, 8_000]))
def test_stream_equals_detect(tiny_detector: Detector, cuts: list[int], sample_rate: int) -> None:
    sound = beeps(2.5, ("low", 0.0), ("high", 0.9), ("low", 1.3), ("high", 2.3), rate=sample_rate)
    whole = tiny_detector.detect(sound, sample_rate, threshold=0.02)
    stream = tiny_detector.stream(sample_rate, threshold=0.02)
    parts = [segment for chunk in chunks(sound, cuts) for segment in stream.push(chunk)] + stream.finish()
    assert [(s.label, s.peak) for s in parts] == [(s.label, s.peak) for s in whole]
    for ours, theirs in zip(parts, whole, strict=True):
        assert (ours.start, ours.end, ours.score) == pytest.approx((theirs.start, theirs.end, theirs.score), abs=1e-4)
