"""The same thing measured several times: the mean, how far the figures spread, and how sure the mean is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy.stats import t

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Spread:
    """One figure or more, of folds or of seeds.

    >>> spread = Spread((0.10, 0.12, 0.17))
    >>> round(spread.mean, 3), round(spread.deviation, 3), [round(end, 3) for end in spread.interval]
    (0.13, 0.036, [0.04, 0.22])
    """

    figures: tuple[float, ...]

    @property
    def mean(self) -> float:
        return fmean(self.figures)

    @property
    def deviation(self) -> float | None:
        """The standard deviation of the figures (of a sample: over n - 1), None of a single one."""
        return stdev(self.figures) if len(self.figures) > 1 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % confidence interval of the mean, None of a single figure. Source: Student, Biometrika 6 (1908)."""
        if self.deviation is None:
            return None
        free = len(self.figures) - 1
        half = float(t.ppf((1 + CONFIDENCE) / 2, free)) * self.deviation / math.sqrt(len(self.figures))
        return self.mean - half, self.mean + half

    def minus(self, other: Spread) -> Spread:
        """The differences, pair by pair, for both were measured in the same order; the other may have more.

        >>> Spread((0.5, 0.25)).minus(Spread((0.25, 0.25, 0.5))).figures
        (0.25, 0.0)
        """
        return Spread(tuple(one - base for one, base in zip(self.figures, other.figures, strict=False)))
