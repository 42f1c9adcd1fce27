"""Scores become segments: one candidate per peak, with the word's start and end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from specnet.scan import Track
from specnet.timeline import FrameGrid, Segment
from specnet.units import Seconds

Floats: TypeAlias = NDArray[np.floating[Any]]

LEAST_SCORE = 0.01
"""Peaks below this are no candidates."""

SCORE_STEP = 2.0**-10
"""Scores closer than this are a tie, and the first one is the peak: where scores saturate near 1, rounding in the last
bit would otherwise decide, and that differs from one chunking to another."""

BOUNDS_REACH: Seconds = 0.1
"""How far from the peak the predicted bounds are averaged."""


@dataclass(frozen=True, slots=True)
class SegmenterState:
    """The last frames, whose future is not known yet: `scores` ``[2K, labels]``, `bounds` ``[2K, 2]`` or None; `next`
    is the number of the frame that comes."""

    next: int
    scores: Floats
    bounds: Floats | None


class Segmenter:
    """Finds candidates: frames with the highest score of a label within `suppression` seconds on either side.

    Those below `least` may be left out, for whoever would drop them: that is quicker.

    A candidate does not depend on any threshold, nor on what lies further away than `suppression`, and is emitted as
    soon as that much is known. Segments come in the order of their peaks.

    >>> import numpy as np
    >>> segmenter = Segmenter(("hi",), FrameGrid(stride=160, receptive_field=160, sample_rate=16_000), suppression=0.05)
    >>> scores = np.zeros((100, 1), np.float32)
    >>> scores[40:43, 0] = 0.5, 0.9, 0.5
    >>> state = segmenter.start()
    >>> found, state = segmenter.step(Track(0, scores), state)
    >>> found
    [Segment(label='hi', start=0.4, end=0.43, peak=0.42, score=0.899...)]
    >>> segmenter.finish(state)
    []
    """

    def __init__(
        self, labels: Sequence[str], grid: FrameGrid, suppression: Seconds = 0.4, least: float = LEAST_SCORE
    ) -> None:
        self.labels = tuple(labels)
        self._grid = grid
        self.reach = max(1, round(suppression * grid.sample_rate / grid.stride))
        """So many frames on either side have no higher score than a peak."""
        self._least = max(LEAST_SCORE, least - SCORE_STEP / 2) / SCORE_STEP
        self._near = min(self.reach, round(BOUNDS_REACH * grid.sample_rate / grid.stride))

    def start(self) -> SegmenterState:
        """The state before the first frame."""
        return SegmenterState(0, np.zeros((2 * self.reach, len(self.labels)), np.float32), None)

    def step(
        self, track: Track, state: SegmenterState, duration: Seconds = math.inf
    ) -> tuple[list[Segment], SegmenterState]:
        """The candidates that the frames of `track` decide, cut to ``[0, duration]``; `track` follows the last one."""
        scores = np.concatenate([state.scores, track.scores])
        bounds = track.bounds
        if bounds is not None:
            before = np.zeros((2 * self.reach, 2), bounds.dtype) if state.bounds is None else state.bounds
            bounds = np.concatenate([before, bounds])
        segments = []
        for at, label in self._peaks(scores):
            frame = track.first - 2 * self.reach + at
            if (segment := self.segment(label, frame, at, scores[:, label], bounds, duration)) is not None:
                segments.append(segment)
        kept = slice(len(track.scores), None)
        after = SegmenterState(
            track.first + len(track.scores), scores[kept].copy(), None if bounds is None else bounds[kept].copy()
        )
        return segments, after

    def finish(self, state: SegmenterState, duration: Seconds = math.inf) -> list[Segment]:
        """The candidates among the last frames, as if the scores were 0 from here on."""
        scores = np.zeros((self.reach, len(self.labels)), state.scores.dtype)
        bounds = None if state.bounds is None else np.zeros((self.reach, 2), state.bounds.dtype)
        return self.step(Track(state.next, scores, bounds), state, duration)[0]

    def _peaks(self, scores: Floats) -> list[tuple[int, int]]:
        reach = self.reach
        if scores.max(initial=0) < (self._least - 1) * SCORE_STEP:
            return []
        steps = in_steps(scores)
        middle, previous, following = (steps[reach + by : len(steps) - reach + by] for by in (0, -1, 1))
        rises = (middle >= self._least) & (middle > previous) & (middle >= following)
        peaks = []
        for at, label in np.argwhere(rises):
            at += reach
            value, around = steps[at, label], steps[at - reach : at + reach + 1, label]
            if value > around[:reach].max() and value >= around[reach:].max():
                peaks.append((int(at), int(label)))
        return peaks

    def segment(
        self, label: int, frame: int, at: int, scores: Floats, bounds: Floats | None, duration: Seconds = math.inf
    ) -> Segment | None:
        """The candidate whose peak is `frame`, which is number `at` of `scores` ``[T]`` and `bounds` ``[T, 2]``."""
        best = float(scores[at - self.reach : at + self.reach + 1].max())
        if bounds is None:
            start, end = self._run(frame, at, scores, best / 2)
        else:
            start, end = self._predicted(frame, at, scores, bounds, best / 2)
        # Where network says that the word ends before it starts, it still takes a frame.
        shortest = self._grid.stride / self._grid.sample_rate
        start, end = max(0.0, min(start, end - shortest)), min(end, duration)
        peak = min(max(0.0, self._grid.end(frame)), duration)
        return Segment(self.labels[label], start, end, peak, best) if start < end else None

    def _run(self, frame: int, at: int, scores: Floats, least: float) -> tuple[Seconds, Seconds]:
        """Where the score stays at `least` or above around the peak, in the time of the windows' centres."""
        before = np.flatnonzero(scores[at - self.reach : at][::-1] < least)
        behind = np.flatnonzero(scores[at + 1 : at + self.reach + 1] < least)
        first = frame - (int(before[0]) if len(before) else self.reach)
        last = frame + (int(behind[0]) if len(behind) else self.reach)
        half = self._grid.stride / self._grid.sample_rate / 2
        return self._grid.centre(first) - half, self._grid.centre(last) + half

    def _predicted(self, frame: int, at: int, scores: Floats, bounds: Floats, least: float) -> tuple[Seconds, Seconds]:
        """The mean of what the frames near the peak say, each weighted by its score's excess over `least`."""
        near = slice(at - self._near, at + self._near + 1)
        weights = np.maximum(scores[near].astype(np.float64) - least, 0)
        ends = (
            self._grid.end(frame) + np.arange(-self._near, self._near + 1) * self._grid.stride / self._grid.sample_rate
        )
        start, end = weights @ (ends[:, None] - bounds[near]) / weights.sum()
        return float(start), float(end)


def in_steps(scores: Floats) -> NDArray[np.int32]:
    """Scores as whole numbers of `SCORE_STEP`: what peaks are found in."""
    steps: NDArray[np.int32] = np.round(scores / SCORE_STEP).astype(np.int32)
    return steps
