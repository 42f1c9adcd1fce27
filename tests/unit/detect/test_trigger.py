"""When a word is certain, and what is said of it by then."""

import numpy as np
import pytest

from specnet.detect.segmenter import Segmenter
from specnet.detect.trigger import Trigger
from specnet.scan import Track
from specnet.timeline import FrameGrid, Segment

GRID = FrameGrid(stride=160, receptive_field=160, sample_rate=16_000)
SEGMENTER = Segmenter(("a", "b"), GRID, suppression=0.05)


def triggered(
    values: dict[int, float], threshold: float = 0.5, labels: tuple[str, ...] = ("a",), column: int = 0
) -> list[tuple[int, Segment]]:
    """At which frame of 60, and what, where the scores are `values` and else 0."""
    trigger, found = Trigger(SEGMENTER, threshold, labels), []
    state = trigger.start()
    for frame in range(60):
        scores = np.zeros((1, 2), np.float32)
        scores[0, column] = values.get(frame, 0.0)
        words, state = trigger.step(Track(frame, scores), state)
        found += [(frame, word) for word in words]
    return found


def test_at_the_first_frame_that_reaches_the_threshold() -> None:
    [(frame, word)] = triggered({20: 0.3, 21: 0.6, 22: 0.9, 23: 0.7})
    assert (frame, word.label, word.score) == (21, "a", pytest.approx(0.6))
    assert (word.start, word.end, word.peak) == pytest.approx((0.20, 0.22, 0.22))


def test_once_for_a_peak_that_goes_on_rising() -> None:
    rising = {20 + i: 0.5 + 0.01 * i for i in range(20)}
    assert [frame for frame, _ in triggered(rising)] == [20]


def test_once_for_each_of_two_words() -> None:
    assert [frame for frame, _ in triggered({20: 0.9, 26: 0.9})] == [20, 26]


def test_what_falls_from_a_peak_is_no_word() -> None:
    falling = {20 + i: 0.99 - 0.01 * i for i in range(20)}  # beyond reach of the peak, and still above the threshold
    assert [frame for frame, _ in triggered(falling)] == [20]


def test_only_wanted_labels_and_scores() -> None:
    assert triggered({20: 0.9}, column=1) == [] and triggered({20: 0.49}) == []
    assert [word.label for _, word in triggered({20: 0.9}, labels=("b",), column=1)] == ["b"]
    assert triggered({20: 0.009}, threshold=0.0) == []  # no candidate either
    assert [frame for frame, _ in triggered({20: 0.02}, threshold=0.0)] == [20]


def test_predicted_bounds_are_those_known_by_then() -> None:
    trigger = Trigger(SEGMENTER, 0.5, ("a",))
    scores = np.zeros((25, 2), np.float32)
    scores[20:, 0] = 0.6, 0.7, 0.9, 0.2, 0.1
    bounds = np.full((25, 2), (0.15, 0.05), np.float32)
    bounds[21:] = 9.0  # not known when the word is certain
    [word], _ = trigger.step(Track(0, scores, bounds), trigger.start())
    assert (word.start, word.end) == pytest.approx((0.21 - 0.15, 0.21 - 0.05))


def test_a_word_that_seems_to_lie_before_the_recording_is_told_later() -> None:
    trigger = Trigger(SEGMENTER, 0.5, ("a",))
    scores = np.zeros((10, 2), np.float32)
    scores[2:4, 0] = 0.6, 0.9
    bounds = np.full((10, 2), (0.2, 0.1), np.float32)
    assert trigger.step(Track(0, scores[:3], bounds[:3]), trigger.start())[0] == []
    bounds[3] = 0.04, 0.0
    [word], _ = trigger.step(Track(0, scores, bounds), trigger.start())
    assert (word.start, word.end) == pytest.approx((0.0, 0.04 * 0.45 / 0.6), abs=0.02)
