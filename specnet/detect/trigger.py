"""A word is certain before its segment is: what can be said of it at once."""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specnet.detect.segmenter import LEAST_SCORE, SCORE_STEP, Floats, Segmenter, in_steps
from specnet.scan import Track
from specnet.timeline import Segment
from specnet.units import Seconds


@dataclass(frozen=True, slots=True)
class TriggerState:
    """The last frames, as many as the segmenter keeps, and for which labels a segment is still to come."""

    scores: Floats
    bounds: Floats | None
    awaited: NDArray[np.bool_]


class Trigger:
    """Says that a word was said at the first frame which makes that certain.

    A frame that is higher than all within reach before it *leads*, until a later one within reach is higher and leads
    instead, or none is: then it is the peak of a candidate. So every leader is followed by one candidate, at least as
    high as all frames since it led. Once it or one of these reaches `threshold`, a segment of that score is certain,
    and is given as it would be if the sound ended there. Every candidate of `labels` that passes is given so once,
    at its peak at the latest.

    >>> from specnet.timeline import FrameGrid
    >>> segmenter = Segmenter(("hi",), FrameGrid(stride=160, receptive_field=160, sample_rate=16_000), suppression=0.05)
    >>> trigger = Trigger(segmenter, 0.5, {"hi"})
    >>> scores = np.zeros((42, 1), np.float32)
    >>> scores[40:, 0] = 0.6, 0.9
    >>> [(word.peak, round(word.score, 2)) for word in trigger.step(Track(0, scores), trigger.start())[0]]
    [(0.41, 0.6)]
    """

    def __init__(self, segmenter: Segmenter, threshold: float, labels: Collection[str]) -> None:
        self._segmenter, self._threshold = segmenter, threshold
        self._labels = [number for number, label in enumerate(segmenter.labels) if label in labels]

    def start(self) -> TriggerState:
        """The state before the first frame."""
        before = self._segmenter.start()
        return TriggerState(before.scores, before.bounds, np.zeros(len(self._segmenter.labels), np.bool_))

    def step(
        self, track: Track, state: TriggerState, duration: Seconds = math.inf
    ) -> tuple[list[Segment], TriggerState]:
        """What the frames of `track` make certain, in their order, cut to ``[0, duration]``; `track` follows the last
        one."""
        scores = np.concatenate([state.scores, track.scores])
        bounds = track.bounds
        if bounds is not None:
            before = np.zeros((len(state.scores), 2), bounds.dtype) if state.bounds is None else state.bounds
            bounds = np.concatenate([before, bounds])
        awaited, found = state.awaited.copy(), []
        for label in self._labels:
            if awaited[label] or float(track.scores[:, label].max(initial=0.0)) >= self._threshold:
                found += self._follow(label, track.first, scores[:, label], bounds, awaited, duration)
        kept = slice(len(track.scores), None)
        after = TriggerState(scores[kept].copy(), None if bounds is None else bounds[kept].copy(), awaited)
        return [segment for _, segment in sorted(found, key=lambda each: each[0])], after

    def _follow(
        self,
        label: int,
        first: int,
        scores: Floats,
        bounds: Floats | None,
        awaited: NDArray[np.bool_],
        duration: Seconds,
    ) -> list[tuple[int, Segment]]:
        reach, found, waits = self._segmenter.reach, [], bool(awaited[label])
        steps: list[int] = in_steps(scores).tolist()  # frame by frame, numbers of Python are ten times as quick
        for now, score in enumerate(scores[2 * reach :].tolist(), start=2 * reach):
            if not waits and score < self._threshold:
                continue
            highest = max(steps[now - reach : now + 1])
            leader = steps.index(highest, now - reach)
            leads = highest >= LEAST_SCORE / SCORE_STEP and highest > max(steps[leader - reach : leader])
            if leads and not waits:
                around = slice(leader - reach, now + 1)
                heard = ended(scores[around], reach)
                told = None if bounds is None else ended(bounds[around], reach)
                segment = self._segmenter.segment(label, first + leader - 2 * reach, reach, heard, told, duration)
                if segment is not None:  # else it lies outside of the recording, as far as is known
                    waits = True
                    found.append((now, segment))
            waits = waits and leads and now < leader + reach
        awaited[label] = waits
        return found


def ended(frames: Floats, reach: int) -> Floats:
    """These frames, and `reach` more of the nothing that follows if the sound ends here."""
    return np.concatenate([frames, np.zeros((reach, *frames.shape[1:]), frames.dtype)])
