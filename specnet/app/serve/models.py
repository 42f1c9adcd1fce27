"""The models of a service, and what a client asks of one."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from specnet import __version__
from specnet.app.detect import FALSE_ALARMS_PER_HOUR, Detector
from specnet.app.results import Header
from specnet.app.stream import Stream
from specnet.errors import SpecnetError


@dataclass(frozen=True)
class Choice:
    """A model, the least score of it that counts, and the labels that do."""

    detector: Detector
    threshold: float
    labels: tuple[str, ...]

    @property
    def header(self) -> Header:
        """What the document of `specnet detect` says before its files."""
        of = self.detector
        return Header(__version__, of.name, of.sha256, of.labels, self.threshold)

    def stream(self, rate: int) -> Stream:
        """A stream that has heard nothing yet."""
        return self.detector.stream(rate, threshold=self.threshold, labels=self.labels)


@dataclass(frozen=True)
class Models:
    """Detectors by name, and the operating point of those who name none.

    >>> models = Models.load(["welcome"])
    >>> models.choose(false_alarms_per_hour=2.0).threshold < models.choose().threshold
    True
    """

    detectors: dict[str, Detector]
    threshold: float | None = None
    false_alarms_per_hour: float | None = None

    @classmethod
    def load(
        cls, models: Sequence[str], threshold: float | None = None, false_alarms_per_hour: float | None = None
    ) -> "Models":
        """Models by their shipped name or file; raises `SpecnetError` for two of one name, or with no such rate."""
        detectors: dict[str, Detector] = {}
        for model in models:
            detector = Detector.load(model)
            if detector.name in detectors:
                raise SpecnetError(f"--model {model}: there is a model {detector.name} already: give each name once")
            detectors[detector.name] = detector
        loaded = cls(detectors, threshold, false_alarms_per_hour)
        for name in detectors:
            loaded.choose(name)
        return loaded

    def choose(
        self,
        model: str | None = None,
        threshold: float | None = None,
        false_alarms_per_hour: float | None = None,
        labels: Collection[str] | None = None,
    ) -> Choice:
        """What a client asks for; without a `model` it is the first. Raises `SpecnetError` for what there is not."""
        name = next(iter(self.detectors)) if model is None else model
        if name not in self.detectors:
            raise SpecnetError(f"model {name!r:.80}: here are {', '.join(self.detectors)}")
        if threshold is not None and false_alarms_per_hour is not None:
            raise SpecnetError("threshold and false_alarms_per_hour: give one of them, for one decides the other")
        if threshold is None and false_alarms_per_hour is None:
            threshold, false_alarms_per_hour = self.threshold, self.false_alarms_per_hour
        detector = self.detectors[name]
        if threshold is None:
            rate = FALSE_ALARMS_PER_HOUR if false_alarms_per_hour is None else false_alarms_per_hour
            threshold = detector.threshold(rate)
        choice = Choice(detector, threshold, tuple(labels or detector.bundle.card.reported))
        choice.stream(detector.grid.sample_rate)  # refuses what cannot be
        return choice

    def describe(self) -> list[dict[str, Any]]:
        """Every model: its name, labels, and the operating points that it is calibrated for."""
        return [
            {
                "name": name,
                "sha256": detector.sha256,
                "labels": list(detector.bundle.card.reported),
                "sample_rate": detector.grid.sample_rate,
                "threshold": self.choose(name).threshold,
                "operating_points": [asdict(point) for point in detector.bundle.card.operating_points],
            }
            for name, detector in self.detectors.items()
        ]
