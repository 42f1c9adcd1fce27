"""How good the network is on held-out sound, by the same candidates and rates as the product's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from specnet.detect.segmenter import Segmenter
from specnet.evaluate.matching import match
from specnet.evaluate.rates import Curve, calibrate, sweep
from specnet.evaluate.references import Word
from specnet.evaluate.segments import BoundaryErrors, boundary_errors
from specnet.runtime.bundle import OperatingPoint
from specnet.scan import LEAD_OUT, Track
from specnet.timeline import Segment
from specnet.train.learner import Learner
from specnet.train.targets import Interval
from specnet.units import Seconds

Waveform = NDArray[np.float32]
PIECE: Seconds = 20.0  # of sound at a time: a longer piece leaves the cache


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


class TorchScan:
    """All candidates in a waveform, as the product finds them, by a network that is not exported yet.

    The sound is cut into pieces that overlap by what a frame sees, so pieces and whole give the same scores.
    """

    def __init__(self, learner: Learner) -> None:
        network, frames = learner.grid, learner.keyword.window
        late = (frames.warm_up + 1) * frames.stride - frames.span  # the product's first frame, see Scanner
        self.grid = replace(network, offset=late * learner.recipe.features.hop - network.receptive_field)
        self.labels = learner.recipe.labels
        self._learner = learner

    @torch.no_grad()
    def __call__(self, waveform: Waveform) -> list[Segment]:
        seen, stride = self.grid.receptive_field, self.grid.stride
        heard = torch.from_numpy(np.pad(waveform, (-self.grid.offset, round(LEAD_OUT * self.grid.sample_rate))))
        frames, piece = replace(self.grid, offset=0).count(len(heard)), round(PIECE * self.grid.sample_rate / stride)
        segmenter = Segmenter(self.labels, self.grid)
        segments: list[Segment] = []
        state = segmenter.start()
        for first in range(0, frames, piece):
            last = min(frames, first + piece) - 1
            found, state = segmenter.step(self._track(first, heard[first * stride : last * stride + seen]), state)
            segments += found
        return segments + segmenter.finish(state)

    def _track(self, first: int, samples: Tensor) -> Track:
        scores = self._learner.keyword(self._learner.features(samples[None]))
        probabilities = self._learner.keyword.head.probabilities(scores.logits)[0].T.numpy()
        return Track(first, probabilities, None if scores.bounds is None else scores.bounds[0].T.numpy())


def measure(scan: TorchScan, validation: Validation) -> Measured:
    """Look for the labels in all of the validation sound."""
    words: list[float] = []
    found: list[tuple[list[Segment], list[Word]]] = []
    for waveform, said in validation.positives:
        segments = scan(waveform)
        for label in scan.labels:
            of_label = [segment for segment in segments if segment.label == label]
            spoken = [Word(word.label, word.start, word.end) for word in said if word.label == label]
            words += match(of_label, spoken).scores
            found.append((of_label, spoken))
    alarms: list[float] = []
    samples = 0
    for waveform in validation.negatives:
        alarms += [segment.score for segment in scan(waveform)]
        samples += len(waveform)
    return Measured(tuple(words), tuple(alarms), samples / scan.grid.sample_rate / 3600, boundary_errors(found))
