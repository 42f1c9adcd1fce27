"""False rejects against false alarms per hour, over every threshold."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from specnet.runtime.bundle import OperatingPoint

RATES = (0.1, 0.5, 1.0, 2.0)
CALIBRATED_RATES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

_TAIL = 30
_FEWEST = 5
_COUNTED = 10
_FLOOR = 0.01


def wilson(misses: int, words: int, confidence: float = 0.95) -> tuple[float, float]:
    """Confidence interval of a proportion. Source: E. B. Wilson, JASA 22 (1927).

    >>> low, high = wilson(2, 18)
    >>> round(low, 3), round(high, 3)
    (0.031, 0.328)
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p = misses / words
    centre = p + z * z / (2 * words)
    half = z * math.sqrt(p * (1 - p) / words + z * z / (4 * words * words))
    scale = 1 + z * z / words
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


@dataclass(frozen=True, slots=True)
class Point:
    """What happens at one threshold: `misses` of `words`, `false_alarms` in `hours`. At inf nothing is found."""

    threshold: float
    false_alarms: int
    hours: float
    misses: int
    words: int

    @property
    def false_reject_rate(self) -> float:
        return self.misses / self.words

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the false-reject rate."""
        return wilson(self.misses, self.words)

    @property
    def false_alarms_per_hour(self) -> float:
        return self.false_alarms / self.hours


@dataclass(frozen=True, slots=True)
class Curve:
    """Every different outcome that a threshold can have, from the highest threshold (inf) to the lowest score.

    `thresholds`, `false_alarms` and `misses` have one entry an outcome; a score >= the threshold counts as found.
    """

    thresholds: NDArray[np.float64]
    false_alarms: NDArray[np.int64]
    misses: NDArray[np.int64]
    words: int
    hours: float

    def supports(self, rate: float) -> bool:
        """Whether there are hours enough to tell `rate` from none: it allows one false alarm at least."""
        return rate * self.hours >= 1

    def at(self, rate: float) -> Point:
        """The fewest misses of any threshold with at most `rate` false alarms per hour."""
        return self._point(int(np.searchsorted(self.false_alarms, rate * self.hours * (1 + 1e-12), side="right")) - 1)

    def at_threshold(self, threshold: float) -> Point:
        """The outcome at any threshold."""
        point = self._point(int(np.searchsorted(-self.thresholds, -threshold, side="right")) - 1)
        return Point(threshold, point.false_alarms, point.hours, point.misses, point.words)

    def points(self) -> Iterable[Point]:
        return map(self._point, range(len(self.thresholds)))

    def _point(self, i: int) -> Point:
        return Point(float(self.thresholds[i]), int(self.false_alarms[i]), self.hours, int(self.misses[i]), self.words)


def sweep(word_scores: ArrayLike, false_alarm_scores: ArrayLike, hours: float) -> Curve:
    """The curve of a set of words (by the highest threshold that finds each, -inf: none) and false alarms.

    >>> curve = sweep([0.9, 0.8, 0.3], [0.85, 0.4], hours=2.0)
    >>> curve.at(0.1).misses, curve.at(0.5).misses, curve.at(1.0).misses
    (2, 1, 0)
    """
    words = np.sort(np.asarray(word_scores, dtype=np.float64))
    alarms = np.sort(np.asarray(false_alarm_scores, dtype=np.float64))
    scores = np.concatenate([words[np.isfinite(words)], alarms])
    thresholds = np.concatenate([[np.inf], np.unique(scores)[::-1]])
    return Curve(
        thresholds,
        false_alarms=len(alarms) - np.searchsorted(alarms, thresholds, side="left"),
        misses=np.searchsorted(words, thresholds, side="left"),
        words=len(words),
        hours=hours,
    )


def calibrate(
    positive_scores: ArrayLike, negative_scores: ArrayLike, hours: float, rates: Iterable[float] = CALIBRATED_RATES
) -> tuple[OperatingPoint, ...]:
    """Thresholds for false alarms per hour, from scores (0..1) of words and of candidates in `hours` of negatives.

    Where a rate means at least 10 false alarms in these hours, its threshold is the empirical one, half way (in logits)
    between the last candidate let through and the first kept out. Below that it is extrapolated: above a high
    quantile u, the false alarms are taken to fall off exponentially with the logit of the score,

        count(threshold) = k exp(-(logit(threshold) - u) / scale),

    with u the logit of the (k+1)-th highest score and `scale` the mean excess of the k above it, its
    maximum-likelihood estimate. k is at most 30: more is less noisy, but on a tail that bends (a normal one, say) its
    bias outgrows the gain. With fewer than 5 the scale is 1: the tail of scores that are true posterior
    probabilities. Thresholds never fall where rates do; `false_reject_rate` is the share of `positive_scores` below.
    Source: B. M. Hill, Annals of Statistics 3 (1975); I. Weissman, JASA 73 (1978).

    >>> [point] = calibrate([0.9, 0.2], np.linspace(0.01, 0.6, 100), hours=10.0, rates=[2.0])
    >>> round(point.threshold, 2), point.false_reject_rate
    (0.48, 0.5)
    """
    positives = np.asarray(positive_scores, dtype=np.float64)
    logits = np.sort(_logit(np.asarray(negative_scores, dtype=np.float64)))[::-1]
    points: list[OperatingPoint] = []
    lowest = -math.inf
    for rate in sorted(rates, reverse=True):
        count = rate * hours
        lowest = max(lowest, _counted(logits, count) if count >= _COUNTED else _extrapolated(logits, count))
        threshold = 1 / (1 + math.exp(-lowest))
        rejected = float(np.mean(positives < threshold)) if positives.size else None
        points.append(OperatingPoint(false_alarms_per_hour=rate, threshold=threshold, false_reject_rate=rejected))
    return tuple(reversed(points))


def _counted(logits: NDArray[np.float64], count: float) -> float:
    """The threshold that lets `count` of the (falling) logits through; the lowest where there are not that many."""
    through = int(count)
    if through >= len(logits):
        return float(logits[-1]) if len(logits) else float(_logit(_FLOOR))
    return float(logits[through - 1] + logits[through]) / 2


def _extrapolated(logits: NDArray[np.float64], count: float) -> float:
    """The threshold that lets `count` through if the tail of the (falling) logits is exponential."""
    if not len(logits):
        logits = np.atleast_1d(_logit(_FLOOR))
    tail = min(_TAIL, len(logits) - 1)
    base = float(logits[tail])
    scale = float(np.mean(logits[:tail])) - base if tail >= _FEWEST else 1.0
    return min(base + scale * math.log(max(tail, 1) / count), float(_logit(1.0)))


def _logit(score: ArrayLike) -> NDArray[np.float64]:
    """Log odds, of scores kept 1e-6 off 0 and 1."""
    kept = np.clip(score, 1e-6, 1 - 1e-6)
    logits: NDArray[np.float64] = np.log(kept / (1 - kept))
    return logits
