"""Is it the word that a network hears? How much of what decided lies between the true start and end of the word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specnet.inspect.attribution import class_activation, traced
from specnet.inspect.listening import Hearing
from specnet.inspect.subject import Subject
from specnet.timeline import FrameGrid
from specnet.units import Seconds

LATE: Seconds = 0.5
"""After its end, the score of a word may still peak."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What decided at one score: `energy` ``[T]``, at least 0, at the positions of `grid`; `end` is the score's time.

    It is the class activation map of `Subject.local_layer` where that speaks for the label.
    """

    energy: NDArray[np.float32]
    grid: FrameGrid
    end: Seconds

    @property
    def before(self) -> NDArray[np.float64]:
        """How long before the score the centre of what each position sees is, ``[T]`` seconds."""
        return np.array([self.end - self.grid.centre(place) for place in range(len(self.energy))])

    def inside(self, start: Seconds, end: Seconds) -> float:
        """The share of the energy from `start` to `end`."""
        return inside(self.energy, self.grid, start, end)

    def chance(self, start: Seconds, end: Seconds) -> float:
        """The share that would be if all positions had the same."""
        return inside(np.ones_like(self.energy), self.grid, start, end)


@dataclass(frozen=True, slots=True)
class InsideWords:
    """The mean share of the energy inside of `words` words, and the mean of what `chance` would give."""

    words: int
    inside: float
    chance: float

    @classmethod
    def of(cls, found: Sequence[tuple[Evidence, Seconds, Seconds]]) -> InsideWords | None:
        """From the evidence, the start and the end of each word; None without any."""
        if not found:
            return None
        shares = [(evidence.inside(*bounds), evidence.chance(*bounds)) for evidence, *bounds in found]
        return cls(len(found), *np.mean(shares, axis=0).tolist())


def inside(energy: NDArray[np.floating], grid: FrameGrid, start: Seconds, end: Seconds) -> float:
    """The share of `energy` ``[T]``, at least 0, of positions whose centre lies from `start` to `end`; 0 of nothing.

    >>> inside(np.array([1.0, 2.0, 1.0]), FrameGrid(160, 160, 16_000), 0.0, 0.02)
    0.75
    """
    centres = np.array([grid.centre(place) for place in range(len(energy))])
    total = float(energy.sum())
    return float(energy[(centres >= start) & (centres <= end)].sum()) / total if total > 0 else 0.0


def evidence(subject: Subject, hearing: Hearing, score: int, label: int) -> Evidence:
    """What decided at one score of a label, both by number."""
    layer = subject.local_layer
    found = traced(subject, layer, hearing.window(score, subject), label)
    energy = class_activation(found).relu().sum(dim=0).numpy()
    return Evidence(energy, hearing.grid(layer, score), hearing.scan.end(score))


def of_word(subject: Subject, hearing: Hearing, label: int, start: Seconds, end: Seconds) -> Evidence | None:
    """Of a word that is said from `start` to `end`, at the highest score of its label until shortly after.

    None where the recording is over before a score could be.
    """
    score = hearing.best(hearing.evidence(subject)[:, label], start, end + LATE)
    return None if score is None else evidence(subject, hearing, score, label)
