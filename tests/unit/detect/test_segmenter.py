"""Peaks become segments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from specnet.detect.segmenter import LEAST_SCORE, SCORE_STEP, Segmenter
from specnet.scan import Track
from specnet.timeline import FrameGrid, Segment

GRID = FrameGrid(
    stride=160, receptive_field=8_000, sample_rate=16_000, offset=-7_840
)  # frame i ends at (i + 1) / 100 s


def segments(
    scores: NDArray, bounds: NDArray | None = None, duration: float = 10.0, suppression: float = 0.4
) -> list[Segment]:
    scores = scores.astype(np.float32)
    segmenter = Segmenter([f"word {i}" for i in range(scores.shape[1])], GRID, suppression)
    found, state = segmenter.step(Track(0, scores, bounds), segmenter.start(), duration)
    return found + segmenter.finish(state, duration)


def hill(frames: int, *peaks: tuple[int, float], width: float = 6) -> NDArray:
    time = np.arange(frames)
    return np.max([height * np.exp(-(((time - at) / width) ** 2)) for at, height in peaks], axis=0)[:, None]


def offsets(frames: int, start: float, end: float) -> NDArray:
    return np.tile(np.array([start, end], np.float32), (frames, 1))


def test_one_peak_is_one_segment_with_its_bounds() -> None:
    [segment] = segments(hill(300, (150, 0.8)), offsets(300, 0.6, 0.1))
    assert segment.label == "word 0" and segment.score == pytest.approx(0.8)
    assert (segment.start, segment.end, segment.peak) == pytest.approx((0.91, 1.41, 1.51))


def test_bounds_that_point_at_the_same_word_from_every_frame() -> None:
    ends = (np.arange(300) + 1) / 100
    word = np.stack([ends - 0.9, ends - 1.4], axis=1).astype(np.float32)
    [segment] = segments(hill(300, (150, 0.8)), word)
    assert (segment.start, segment.end) == pytest.approx((0.9, 1.4), abs=1e-6)


def test_bounds_far_from_the_peak_or_where_the_score_is_low_do_not_count() -> None:
    word = offsets(300, 0.6, 0.1)
    word[:140], word[161:] = 5.0, 5.0
    [segment] = segments(hill(300, (150, 0.8), width=20), word)
    assert segment.start == pytest.approx(0.91)
    word = offsets(300, 0.6, 0.1)
    word[:148], word[153:] = 5.0, 5.0
    [segment] = segments(hill(300, (150, 0.8), width=2), word)
    assert segment.start == pytest.approx(0.91)


def test_without_bounds_the_run_around_the_peak_in_the_middle_of_the_windows() -> None:
    scores = np.zeros((300, 1))
    scores[140:160], scores[150] = 0.6, 0.9
    [segment] = segments(scores)
    assert (segment.start, segment.end) == pytest.approx((GRID.centre(140) - 0.005, GRID.centre(159) + 0.005))


@pytest.mark.parametrize(("distance", "count"), [(30, 1), (39, 1), (50, 2), (80, 2)])
def test_the_higher_of_two_close_peaks(distance: int, count: int) -> None:
    found = segments(hill(300, (100, 0.8), (100 + distance, 0.9)), offsets(300, 0.3, 0.1))
    assert [segment.score for segment in found] == pytest.approx([0.8, 0.9][-count:])


def test_a_plateau_is_one_peak_at_its_beginning_with_the_best_score() -> None:
    scores = np.zeros((300, 1))
    scores[100:200] = 0.9999
    scores[150] = 0.99999  # less than a tie away
    [segment] = segments(scores, offsets(300, 0.3, 0.1))
    assert segment.peak == pytest.approx(1.01)
    [segment] = segments(scores[:, [0]][80:], offsets(220, 0.3, 0.1), suppression=0.6)
    assert segment.score == pytest.approx(0.99999)


def test_peaks_below_the_least_score_are_none() -> None:
    assert segments(hill(300, (150, 0.009))) == []
    assert len(segments(hill(300, (150, 0.011)))) == 1


def test_first_and_last_frames() -> None:
    first, last = segments(hill(100, (0, 0.7), (99, 0.8)), offsets(100, 0.3, 0.0), duration=0.95)
    assert (first.start, first.end, first.peak) == pytest.approx((0.0, 0.01 + 0.02, 0.01), abs=0.02)
    assert (last.start, last.end, last.peak) == pytest.approx((0.7, 0.95, 0.95), abs=0.02)


def test_a_word_outside_of_the_recording_is_none() -> None:
    assert segments(hill(200, (5, 0.9)), offsets(200, 0.9, 0.5)) == []
    assert segments(hill(200, (150, 0.9)), offsets(200, 0.3, 0.1), duration=1.0) == []


def test_a_word_takes_at_least_a_frame() -> None:
    [segment] = segments(hill(300, (150, 0.9)), offsets(300, 0.1, 0.3))
    assert segment.end - segment.start == pytest.approx(0.01)


def test_labels_do_not_touch_each_other_and_come_in_the_order_of_their_peaks() -> None:
    scores = np.concatenate([hill(300, (150, 0.8)), hill(300, (140, 0.9), (250, 0.5))], axis=1)
    found = segments(scores, offsets(300, 0.3, 0.1))
    assert [(s.label, round(s.peak, 2)) for s in found] == [("word 1", 1.41), ("word 0", 1.51), ("word 1", 2.51)]


def test_a_candidate_is_told_as_soon_as_it_is_certain() -> None:
    segmenter, scores = Segmenter(("hi",), GRID, suppression=0.4), hill(300, (100, 0.8))
    state, told = segmenter.start(), []
    for frame in range(300):
        found, state = segmenter.step(Track(frame, scores[frame : frame + 1]), state)
        told += [frame] * len(found)
    assert told == [140]


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_those_that_nobody_wants_are_left_out_and_no_others(seed: int, least: float) -> None:
    scores = np.random.default_rng(seed).random((400, 2), np.float32) ** 4
    found = [
        [*segmenter.step(Track(0, scores), segmenter.start())[0]]
        for segmenter in (Segmenter("ab", GRID, 0.05), Segmenter("ab", GRID, 0.05, least=least))
    ]
    every, loud = ([each for each in some if each.score >= least] for some in found)
    assert loud == every and all(each.score >= least - SCORE_STEP for each in found[1] if least > LEAST_SCORE)
