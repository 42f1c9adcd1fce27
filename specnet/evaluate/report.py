"""The results of an evaluation, and the same as a JSON document."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specnet.evaluate.rates import RATES, Curve, Point, wilson
from specnet.evaluate.segments import BoundaryErrors, SegmentScores
from specnet.units import Seconds


@dataclass(frozen=True, slots=True)
class Share:
    """`count` out of `total`: missed words of a group.

    >>> Share(2, 18).rate
    0.1111111111111111
    """

    count: int
    total: int

    @property
    def rate(self) -> float:
        return self.count / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the rate."""
        return wilson(self.count, self.total)


@dataclass(frozen=True, slots=True)
class LabelReport:
    """How well one label is found.

    `own` is the outcome at the threshold that the model itself gives for 0.5 false alarms per hour (or, where it is not
    `calibrated`, at the one that these recordings call for), where `segments`,
    `boundaries` (None without true boundaries) and the groups are counted too: `misses[column][value]` over the words
    whose row says so, `false_alarms[source]` as a count and the hours of negatives from that source.
    """

    label: str
    curve: Curve
    own: Point
    segments: SegmentScores | None
    boundaries: BoundaryErrors | None
    misses: Mapping[str, Mapping[str, Share]]
    false_alarms: Mapping[str, tuple[int, float]]
    calibrated: bool = True

    def as_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "label": self.label,
            "words": self.curve.words,
            "hours": self.curve.hours,
            "rates": [self._rate(rate) for rate in RATES],
            "own": {**_point(self.own), "calibrated": self.calibrated},
            "segments": None,
            "boundaries": None,
            "false_rejects": {
                column: [
                    {"value": value, "misses": share.count, "words": share.total, **_rejects(share)}
                    for value, share in groups.items()
                ]
                for column, groups in self.misses.items()
            },
            "false_alarms": [
                {"source": source, "false_alarms": count, "hours": hours}
                for source, (count, hours) in self.false_alarms.items()
            ],
        }
        if self.segments:
            ratios = {"precision": self.segments.precision, "recall": self.segments.recall, "f1": self.segments.f1}
            document["segments"] = {**asdict(self.segments), **ratios}
        if self.boundaries:
            document["boundaries"] = {**asdict(self.boundaries), "mean": self.boundaries.mean}
        return document

    def _rate(self, rate: float) -> dict[str, Any]:
        if self.curve.supports(rate):
            return {"rate": rate, "supported": True, **_point(self.curve.at(rate))}
        return {"rate": rate, "supported": False, "needs_hours": 1 / rate}


@dataclass(frozen=True, slots=True)
class Confusion:
    """Clips by the label they hold (rows) and the one that scores highest (columns); both in the order of `labels`."""

    labels: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def accuracy(self) -> Share:
        """Top-1: the clips whose highest label is theirs."""
        return Share(int(np.trace(self.counts)), int(self.counts.sum()))

    def as_dict(self) -> dict[str, Any]:
        low, high = self.accuracy.interval
        return {
            "accuracy": self.accuracy.rate,
            "low": low,
            "high": high,
            "clips": self.accuracy.total,
            "labels": list(self.labels),
            "confusion": self.counts.tolist(),
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured: a report a label, and on how much."""

    reports: tuple[LabelReport, ...]
    positives: int
    positive_seconds: Seconds
    negatives: int
    negative_seconds: Seconds

    def as_dict(self) -> dict[str, Any]:
        return {
            "positives": {"recordings": self.positives, "hours": self.positive_seconds / 3600},
            "negatives": {"recordings": self.negatives, "hours": self.negative_seconds / 3600},
            "labels": [report.as_dict() for report in self.reports],
        }


def _point(point: Point) -> dict[str, Any]:
    return {
        "threshold": point.threshold if math.isfinite(point.threshold) else None,
        "false_alarms": point.false_alarms,
        "false_alarms_per_hour": point.false_alarms_per_hour,
        "misses": point.misses,
        **_rejects(Share(point.misses, point.words)),
    }


def _rejects(share: Share) -> dict[str, float]:
    low, high = share.interval
    return {"false_reject_rate": share.rate, "low": low, "high": high}
