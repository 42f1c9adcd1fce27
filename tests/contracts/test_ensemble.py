"""Laws 1 to 3 for several models together: frames aligned by time, any chunks, any delay, offline as in a stream."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from specnet.app.detect import Detector
from specnet.ensemble import Ensemble
from specnet.runtime.bundle import Bundle
from specnet.runtime.step import OnnxStep
from specnet.scan import Scanner, Track
from tests.conftest import beeps, bundle
from tests.contracts.test_chunk_invariance import CUTS, chunks, scan

SOUND = beeps(2.5, ("low", 0.0), ("high", 0.9), ("low", 1.3), ("high", 2.3))
KERNELS = st.integers(8, 33)


def whole(listener: Scanner | Ensemble, samples: NDArray[np.float32]) -> Track:
    return scan(listener, [samples])


def clip(model: Bundle, end: int) -> NDArray[np.float32]:
    """What the model says of its window that ends with sample number `end`, alone."""
    window = np.concatenate([np.zeros(model.grid.receptive_field, np.float32), SOUND])
    frames = model.features(window[end : end + model.grid.receptive_field])
    step, stride = OnnxStep(model), model.grid.stride // model.features.hop
    scores, _, _ = step.step(np.pad(frames, ((0, 0), (-frames.shape[1] % stride, 0))), step.start())
    return scores[-1]


@settings(max_examples=25)
@given(kernels=st.lists(KERNELS, min_size=2, max_size=3), stride=st.sampled_from([1, 2, 3, 7]))
def test_each_frame_is_the_mean_of_the_windows_that_end_there(kernels: list[int], stride: int) -> None:
    models = [bundle(stride, frames=kernel) for kernel in kernels]
    ensemble, first = Ensemble(models), Scanner(models[0])
    found = whole(ensemble, SOUND)
    assert len(found.scores) == len(whole(first, SOUND).scores)
    for frame in (0, 1, 12, 25):
        ends = {Scanner(model, align=first.grid).grid.end(frame) for model in models}
        assert ends == {ensemble.grid.end(frame)} == {first.grid.end(frame)}
        clips = [clip(model, round(ensemble.grid.end(frame) * 16_000)) for model in models]
        np.testing.assert_allclose(found.scores[frame], np.mean(clips, axis=0), atol=1e-5)


@pytest.mark.parametrize(("stride", "bounds"), [(1, True), (3, False), (4, True)])
def test_chunks(stride: int, bounds: bool) -> None:
    ensemble = Ensemble([bundle(stride, bounds, 20), bundle(stride, bounds, 29), bundle(stride, False, 14)])
    one_pass = whole(ensemble, SOUND)
    assert (one_pass.bounds is not None) == bounds and one_pass.scores.max() > 0.5

    @settings(max_examples=15)
    @given(cuts=CUTS)
    def law(cuts: list[int]) -> None:
        parts = scan(ensemble, chunks(SOUND, cuts))
        np.testing.assert_allclose(parts.scores, one_pass.scores, rtol=0, atol=1e-5)
        if one_pass.bounds is not None:
            np.testing.assert_allclose(parts.bounds, one_pass.bounds, rtol=0, atol=1e-5)

    law()


@settings(max_examples=10)
@given(frames=st.integers(0, 60))
def test_a_delay_of_whole_strides_delays_the_scores(frames: int) -> None:
    ensemble = Ensemble([bundle(3, frames=20), bundle(3, frames=31)])
    delayed = whole(ensemble, np.concatenate([np.zeros(frames * 480, np.float32), SOUND]))
    np.testing.assert_allclose(delayed.scores[frames:], whole(ensemble, SOUND).scores, rtol=0, atol=1e-5)


@settings(max_examples=10)
@given(cuts=CUTS)
def test_stream_equals_detect(cuts: list[int]) -> None:
    detector = Detector(bundle(2, frames=20), bundle(2, frames=26))
    offline = detector.detect(SOUND, 16_000, threshold=0.3)
    stream = detector.stream(16_000, threshold=0.3)
    parts = [segment for chunk in chunks(SOUND, cuts) for segment in stream.push(chunk)] + stream.finish()
    assert [(s.label, s.peak) for s in parts] == [(s.label, s.peak) for s in offline] and offline
    for ours, theirs in zip(parts, offline, strict=True):
        assert (ours.start, ours.end, ours.score) == pytest.approx((theirs.start, theirs.end, theirs.score), abs=1e-4)


@pytest.mark.parametrize("bounds", [True, False])
@pytest.mark.parametrize("stride", [1, 3])
def test_a_model_with_itself_is_that_model(stride: int, bounds: bool) -> None:
    model = bundle(stride, bounds)
    assert Ensemble([model, model]).grid == Scanner(model).grid
    alone, twice = whole(Scanner(model), SOUND), whole(Ensemble([model, model]), SOUND)
    np.testing.assert_array_equal(twice.scores, alone.scores)
    assert Detector(model, model).detect(SOUND, 16_000, 0.3) == Detector(model).detect(SOUND, 16_000, 0.3)
