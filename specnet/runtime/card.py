"""What a model for sound says about itself."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, ClassVar

from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel
from specnet.runtime.base_card import Card
from specnet.runtime.fields import numbers, typed
from specnet.timeline import FrameGrid

BEFORE_QUIET: dict[str, Any] = {"quiet": 0.0}
"""How a model hears digital silence whose file does not speak of it: as it is."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold and what it means on held-out audio."""

    false_alarms_per_hour: float
    threshold: float
    false_reject_rate: float | None = None


@dataclass(frozen=True, slots=True)
class ModelCard(Card):
    """What is needed to run a model for sound, and to know what it is.

    `grid` is the network's own (offset 0): frame *i* sees the samples ``[i * stride, i * stride + receptive_field)``.
    `unknown` is the one of `labels` that means "another word", or None where the network has no label for these.

    >>> card = ModelCard("hello", ("hello",), LogMel(), FrameGrid(160, 16_032, 16_000), "max")
    >>> ModelCard.from_json(card.to_json()) == card
    True
    """

    KIND: ClassVar[str | None] = None
    GRAPH: ClassVar[str] = "step.onnx"
    OLDER: ClassVar[Mapping[str, Any]] = {"unknown": None}

    features: LogMel
    grid: FrameGrid
    head: str
    operating_points: tuple[OperatingPoint, ...] = ()
    unknown: str | None = None

    @property
    def reported(self) -> tuple[str, ...]:
        """The labels that detection reports unless it is told which."""
        return tuple(label for label in self.labels if label != self.unknown)

    def _check(self) -> None:
        grid, features = self.grid, self.features
        if grid.sample_rate != features.sample_rate:
            raise SpecnetError(f"grid.sample_rate: {grid.sample_rate}: must be the features' {features.sample_rate}")
        if grid.stride < 1 or grid.stride % features.hop:
            raise SpecnetError(f"grid.stride: {grid.stride}: must be a multiple of the features' hop, {features.hop}")
        if grid.receptive_field < features.n_fft or (grid.receptive_field - features.n_fft) % features.hop:
            raise SpecnetError(
                f"grid.receptive_field: {grid.receptive_field}: must be {features.n_fft} plus hops of {features.hop}"
            )
        if self.unknown is not None and (self.unknown not in self.labels or not self.reported):
            raise SpecnetError(f"unknown: {self.unknown!r:.80}: must be one of several labels, or null")
        rates = [point.false_alarms_per_hour for point in self.operating_points]
        thresholds = [point.threshold for point in self.operating_points]
        if rates != sorted(set(rates)) or not all(rate > 0 for rate in rates):
            raise SpecnetError(f"operating_points: false alarms per hour {rates}: must be above 0 and rise")
        if thresholds != sorted(thresholds, reverse=True) or not all(0 <= t <= 1 for t in thresholds):
            raise SpecnetError(f"operating_points: thresholds {thresholds}: must be in 0..1 and fall")

    def threshold_for(self, false_alarms_per_hour: float) -> float:
        """The score that lets through so many false alarms, interpolated over the logarithm of their rate.

        >>> points = (OperatingPoint(0.1, 0.9), OperatingPoint(10.0, 0.5))
        >>> card = ModelCard("hello", ("hello",), LogMel(), FrameGrid(160, 16_032, 16_000), "max", points)
        >>> card.threshold_for(1.0)
        0.7
        """
        points = self.operating_points
        if not points:
            raise SpecnetError(f"model {self.name}: has no calibrated operating points: give a threshold")
        lowest, highest = points[0].false_alarms_per_hour, points[-1].false_alarms_per_hour
        if not lowest <= false_alarms_per_hour <= highest:
            raise SpecnetError(
                f"{false_alarms_per_hour:g} false alarms per hour: model {self.name} is calibrated from {lowest:g}"
                f" to {highest:g}; give a rate in between, or a threshold"
            )
        for below, above in pairwise(points):
            if false_alarms_per_hour <= above.false_alarms_per_hour:
                part = math.log(false_alarms_per_hour / below.false_alarms_per_hour)
                part /= math.log(above.false_alarms_per_hour / below.false_alarms_per_hour)
                return below.threshold + part * (above.threshold - below.threshold)
        return points[0].threshold

    def _write(self) -> dict[str, Any]:
        grid = {"stride": self.grid.stride, "receptive_field": self.grid.receptive_field}
        return {
            "features": asdict(self.features),
            "grid": grid | {"sample_rate": self.grid.sample_rate},
            "head": self.head,
            "operating_points": [asdict(point) for point in self.operating_points],
            **({} if self.unknown is None else {"unknown": self.unknown}),
        }

    @classmethod
    def _read(cls, card: Mapping[str, Any]) -> dict[str, Any]:
        unknown = card["unknown"]
        points = typed(card["operating_points"], list, "operating_points")
        features = BEFORE_QUIET | typed(card["features"], dict, "features")
        return {
            "features": numbers(LogMel, features, "features"),
            "grid": numbers(FrameGrid, card["grid"], "grid", leave_out=("offset",)),
            "head": typed(card["head"], str, "head"),
            "operating_points": tuple(numbers(OperatingPoint, point, "operating_points") for point in points),
            "unknown": None if unknown is None else typed(unknown, str, "unknown"),
        }
