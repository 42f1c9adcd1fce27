"""Law 3 for interim words: they depend on no chunking, and each is followed by its segment."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from specnet.detect.gate import Gate
from specnet.detect.once import Once
from specnet.detect.segmenter import Segmenter
from specnet.detect.trigger import Trigger
from specnet.scan import Track
from specnet.timeline import FrameGrid, Segment

LABELS = ("a", "b")
GRID = FrameGrid(160, 4_000, 16_000, 16_000)  # no word before the recording
SEGMENTER = Segmenter(LABELS, GRID, suppression=0.1)
REACH, FRAMES = 10, 200
VALUES = [0.0, 0.0, 0.2, 0.5, 0.5001, 0.4999, 0.6, 0.9, 1.0]  # with ties, also at the threshold


def tracks(seed: int, has_bounds: bool, cuts: list[int]) -> list[Track]:
    random = np.random.default_rng(seed)
    held = np.repeat(random.choice(VALUES, (FRAMES // 4, 2)), 4, axis=0) * (random.random((FRAMES, 2)) < 0.8)
    scores = held.astype(np.float32)
    bounds = random.uniform(0, 1, (FRAMES, 2)).astype(np.float32)
    parts: list[NDArray[np.intp]] = np.split(np.arange(FRAMES), sorted(cuts))
    firsts = [0, *sorted(cuts)]
    return [
        Track(first, scores[part], bounds[part] if has_bounds else None)
        for first, part in zip(firsts, parts, strict=True)
    ]


def triggered(parts: list[Track], threshold: float) -> list[tuple[int, Segment]]:
    """Each with the number of frames that were known by then."""
    trigger, found, known = Trigger(SEGMENTER, threshold, LABELS), [], 0
    state = trigger.start()
    for track in parts:
        words, state = trigger.step(track, state)
        known += len(track.scores)
        found += [(known, word) for word in words]
    return found


@given(
    seed=st.integers(0, 2**32 - 1),
    cuts=st.lists(st.integers(0, FRAMES), max_size=10),
    has_bounds=st.booleans(),
    threshold=st.sampled_from([0.0, 0.2, 0.5, 0.9]),
)
def test_any_chunking_gives_the_same(seed: int, cuts: list[int], has_bounds: bool, threshold: float) -> None:
    whole, parts = (triggered(tracks(seed, has_bounds, at), threshold) for at in ([], cuts))
    assert [word for _, word in parts] == [word for _, word in whole]


@given(seed=st.integers(0, 2**32 - 1), has_bounds=st.booleans(), threshold=st.sampled_from([0.0, 0.2, 0.5, 0.9]))
def test_one_for_one_and_never_after_the_peak(seed: int, has_bounds: bool, threshold: float) -> None:
    single = tracks(seed, has_bounds, list(range(1, FRAMES)))
    candidates, state = [], SEGMENTER.start()
    for track in single:
        found, state = SEGMENTER.step(track, state)
        candidates += found
    candidates += SEGMENTER.finish(state)
    words = triggered(single, threshold)
    for label in LABELS:
        segments = [each for each in candidates if each.label == label and each.score >= threshold]
        mine = [(known, word) for known, word in words if word.label == label]
        assert len(mine) == len(segments)
        ends = [-np.inf, *(each.peak for each in segments)]
        for (known, word), segment, before in zip(mine, segments, ends, strict=False):
            assert before < word.peak <= segment.peak and threshold <= word.score <= segment.score
            # Not after the peak, but for a frame that ties with it, and reaches the threshold where the peak does not.
            assert GRID.end(known - 1) <= segment.peak + 0.01 * REACH * (segment.score < 0.5002)


@given(
    seed=st.integers(0, 2**32 - 1),
    cuts=st.lists(st.integers(0, FRAMES), max_size=10),
    has_bounds=st.booleans(),
    threshold=st.sampled_from([0.0, 0.2, 0.5, 0.9]),
)
def test_every_segment_is_told_once(seed: int, cuts: list[int], has_bounds: bool, threshold: float) -> None:
    trigger, gate, once = Trigger(SEGMENTER, threshold, LABELS), Gate(threshold, LABELS), Once()
    listening, segmenting, gated, telling = trigger.start(), SEGMENTER.start(), gate.start(), once.start()
    candidates, segments, told = list[Segment](), list[Segment](), list[Segment]()
    for track in [*tracks(seed, has_bounds, cuts), None]:
        words: list[Segment] = []
        if track is None:
            found = SEGMENTER.finish(segmenting)
        else:
            words, listening = trigger.step(track, listening)
            found, segmenting = SEGMENTER.step(track, segmenting)
        passed, gated = gate.step(found, gated)
        more, telling = once.step(words, passed, telling)
        candidates, segments, told = candidates + found, segments + passed, told + more
    for label in LABELS:
        peaks = [each.peak for each in candidates if each.label == label and each.score >= threshold]
        reported = {each.peak for each in segments if each.label == label}
        mine = [each.peak for each in told if each.label == label]
        for before, peak in zip([-np.inf, *peaks], peaks, strict=False):
            times = sum(before < at <= peak for at in mine)
            assert times == 1 if peak in reported else times <= 1
