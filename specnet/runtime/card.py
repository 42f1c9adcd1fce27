"""What a model says about itself: `model.json`, checked field by field."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import pairwise
from typing import Any, TypeVar

from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel
from specnet.timeline import FrameGrid

FORMAT_VERSION = 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold and what it means on held-out audio."""

    false_alarms_per_hour: float
    threshold: float
    false_reject_rate: float | None = None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is needed to run a model, and to know what it is.

    `grid` is the network's own (offset 0): frame *i* sees the samples ``[i * stride, i * stride + receptive_field)``.
    `recipe` says how it was trained, `data` on what and under which licences, `metrics` how well it does.

    >>> card = ModelCard("hello", ("hello",), LogMel(), FrameGrid(160, 16_032, 16_000), "max")
    >>> ModelCard.from_json(card.to_json()) == card
    True

    Raises `SpecnetError` that names the field, its value and what would be right.
    """

    name: str
    labels: tuple[str, ...]
    features: LogMel
    grid: FrameGrid
    head: str
    operating_points: tuple[OperatingPoint, ...] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict)
    data: tuple[Mapping[str, Any], ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        grid, features = self.grid, self.features
        if not self.labels or not all(self.labels) or len(set(self.labels)) < len(self.labels):
            raise SpecnetError(f"labels: {list(self.labels)}: must be one or more different words")
        if grid.sample_rate != features.sample_rate:
            raise SpecnetError(f"grid.sample_rate: {grid.sample_rate}: must be the features' {features.sample_rate}")
        if grid.stride < 1 or grid.stride % features.hop:
            raise SpecnetError(f"grid.stride: {grid.stride}: must be a multiple of the features' hop, {features.hop}")
        if grid.receptive_field < features.n_fft or (grid.receptive_field - features.n_fft) % features.hop:
            raise SpecnetError(
                f"grid.receptive_field: {grid.receptive_field}: must be {features.n_fft} plus hops of {features.hop}"
            )
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

    def to_json(self) -> dict[str, Any]:
        """The document of `model.json`."""
        grid = {"stride": self.grid.stride, "receptive_field": self.grid.receptive_field}
        return {
            "format_version": FORMAT_VERSION,
            "name": self.name,
            "labels": list(self.labels),
            "features": asdict(self.features),
            "grid": grid | {"sample_rate": self.grid.sample_rate},
            "head": self.head,
            "operating_points": [asdict(point) for point in self.operating_points],
            "recipe": dict(self.recipe),
            "data": [dict(source) for source in self.data],
            "metrics": dict(self.metrics),
        }

    @classmethod
    def from_json(cls, document: object) -> "ModelCard":
        """Read the document of `model.json`; nothing in it is taken on trust."""
        card = _typed(document, dict, "model.json")
        if (version := card.pop("format_version", None)) != FORMAT_VERSION:
            raise SpecnetError(f"format_version: {version}: this specnet reads version {FORMAT_VERSION}")
        _same_keys(card, [each.name for each in fields(cls)], "model.json")
        return cls(
            name=_typed(card["name"], str, "name"),
            labels=tuple(_typed(label, str, "labels") for label in _typed(card["labels"], list, "labels")),
            features=_numbers(LogMel, card["features"], "features"),
            grid=_numbers(FrameGrid, card["grid"], "grid", leave_out=("offset",)),
            head=_typed(card["head"], str, "head"),
            operating_points=tuple(
                _numbers(OperatingPoint, point, "operating_points")
                for point in _typed(card["operating_points"], list, "operating_points")
            ),
            recipe=_typed(card["recipe"], dict, "recipe"),
            data=tuple(_typed(source, dict, "data") for source in _typed(card["data"], list, "data")),
            metrics=_typed(card["metrics"], dict, "metrics"),
        )


def _typed(value: object, kind: type[T], where: str) -> T:
    if not isinstance(value, kind):
        raise SpecnetError(f"{where}: {value!r:.80}: must be a {kind.__name__}")
    return value


def _same_keys(found: dict[str, Any], expected: list[str], where: str) -> None:
    for name in expected:
        if name not in found:
            raise SpecnetError(f"{where}: {name} is missing")
    for name in found:
        if name not in expected:
            raise SpecnetError(f"{where}: unknown field {name!r:.80}")


def _numbers(kind: type[T], value: object, where: str, leave_out: tuple[str, ...] = ()) -> T:
    # The fields of `kind` are numbers: `int` (and its aliases), `float`, or `float | None`.
    found = _typed(value, dict, where)
    kinds = {each.name: each.type for each in fields(kind) if each.name not in leave_out}  # type: ignore[arg-type]
    _same_keys(found, list(kinds), where)
    for name, number in found.items():
        if number is None and kinds[name] == float | None:
            continue
        whole = kinds[name] is int
        if (
            isinstance(number, bool)
            or not isinstance(number, int if whole else int | float)
            or not math.isfinite(number)
        ):
            raise SpecnetError(f"{where}.{name}: {number!r:.80}: must be a {'whole ' if whole else ''}number")
    return kind(**found)
