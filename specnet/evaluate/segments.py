"""How well the boundaries of found segments agree with those of the words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from specnet.evaluate.matching import assign, match
from specnet.evaluate.references import Word
from specnet.timeline import Segment
from specnet.units import Seconds

COLLAR: Seconds = 0.2


@dataclass(frozen=True, slots=True)
class SegmentScores:
    """Counts of segments whose two boundaries both lie within a collar of those of a word of their own.

    >>> SegmentScores(correct=3, found=4, words=6).f1
    0.6
    """

    correct: int = 0
    found: int = 0
    words: int = 0

    @property
    def precision(self) -> float | None:
        return self.correct / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.correct / self.words if self.words else None

    @property
    def f1(self) -> float | None:
        return 2 * self.correct / (self.found + self.words) if self.found + self.words else None

    def __add__(self, other: "SegmentScores") -> "SegmentScores":
        return SegmentScores(self.correct + other.correct, self.found + other.found, self.words + other.words)


def segment_scores(found: Sequence[Segment], words: Sequence[Word], collar: Seconds = COLLAR) -> SegmentScores:
    """Count the segments of one recording and one label, one to one with its words.

    Source: the event-based measure of Mesaros et al., Metrics for Polyphonic Sound Event Detection (2016), with
    onset and offset, and the offset's collar not growing with the length.
    """

    def hit(segment: Segment, word: Word) -> bool:
        return abs(word.start - segment.start) <= collar and abs(word.end - segment.end) <= collar

    _, holders = assign(found, words, hit)
    return SegmentScores(sum(holder is not None for holder in holders), len(found), len(words))


@dataclass(frozen=True, slots=True)
class BoundaryErrors:
    """Distances between the boundaries of found words and the true ones, in seconds.

    `start_bias` and `end_bias` are means with their sign: above 0 when found too late.
    """

    count: int
    start: Seconds
    end: Seconds
    start_bias: Seconds
    end_bias: Seconds

    @property
    def mean(self) -> Seconds:
        """The mean distance over starts and ends alike."""
        return (self.start + self.end) / 2


def boundary_errors(recordings: Iterable[tuple[Sequence[Segment], Sequence[Word]]]) -> BoundaryErrors | None:
    """Boundary errors over recordings, each the segments found in it and its words; None where no word was found."""
    errors = [
        (segment.start - word.start, segment.end - word.end)
        for found, words in recordings
        for word, segment in zip(words, match(found, words).holders, strict=True)
        if segment is not None
    ]
    if not errors:
        return None
    late = np.array(errors)
    (start, end), (start_bias, end_bias) = np.abs(late).mean(axis=0).tolist(), late.mean(axis=0).tolist()
    return BoundaryErrors(len(errors), start, end, start_bias, end_bias)
