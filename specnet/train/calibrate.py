"""How good the network is on held-out sound, by the same candidates and rates as the product's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from specnet.evaluate.matching import match
from specnet.evaluate.rates import Curve, calibrate, sweep
from specnet.evaluate.references import Word
from specnet.evaluate.segments import BoundaryErrors, boundary_errors
from specnet.runtime.bundle import OperatingPoint
from specnet.timeline import Segment
from specnet.train.targets import Interval

Waveform = NDArray[np.float32]
Candidates = Callable[[Waveform], Sequence[Segment]]


class Validation(Protocol):
    """Held-out sound: recordings with the words in them, and recordings without any."""

    @property
    def positives(self) -> Iterable[tuple[Waveform, Sequence[Interval]]]: ...
    @property
    def negatives(self) -> Iterable[Waveform]: ...


@dataclass(frozen=True)
class Measured:
    """`word_scores`: the highest threshold that finds each word (-inf: none does); `alarm_scores`: of the candidates
    in `hours` of sound without words; `boundaries`: how far the words' ends are missed."""

    word_scores: tuple[float, ...]
    alarm_scores: tuple[float, ...]
    hours: float
    boundaries: BoundaryErrors | None

    def points(self, rates: Iterable[float]) -> tuple[OperatingPoint, ...]:
        """Thresholds for given false alarms per hour."""
        return calibrate(self.word_scores, self.alarm_scores, self.hours, rates)

    def at(self, rate: float) -> OperatingPoint:
        """The threshold for one rate of false alarms per hour, and how many words it rejects."""
        [point] = self.points([rate])
        return point

    @property
    def curve(self) -> Curve:
        """False rejects against false alarms over every threshold."""
        return sweep(self.word_scores, self.alarm_scores, self.hours)


def measure(candidates: Candidates, labels: Sequence[str], rate: int, validation: Validation) -> Measured:
    """Look for `labels` in all of the validation sound, sampled at `rate` hertz."""
    words: list[float] = []
    found: list[tuple[list[Segment], list[Word]]] = []
    for waveform, said in validation.positives:
        segments = candidates(waveform)
        for label in labels:
            of_label = [segment for segment in segments if segment.label == label]
            spoken = [Word(word.label, word.start, word.end) for word in said if word.label == label]
            words += match(of_label, spoken).scores
            found.append((of_label, spoken))
    alarms: list[float] = []
    samples = 0
    for waveform in validation.negatives:
        alarms += [segment.score for segment in candidates(waveform)]
        samples += len(waveform)
    return Measured(tuple(words), tuple(alarms), samples / rate / 3600, boundary_errors(found))
