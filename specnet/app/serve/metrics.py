"""What Prometheus reads."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest


class Metrics:
    """Counts of one service, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._answers = Counter("specnet_answers", "Answers over HTTP.", ("call", "status"), registry=registry)
        self.streams = Gauge("specnet_streams", "Live sounds that are listened to now.", registry=registry)
        self.sound = Counter("specnet_sound_seconds", "Seconds of sound heard.", ("way",), registry=registry)
        self.scan = Histogram("specnet_scan_seconds", "Seconds from an upload to its answer.", registry=registry)
        self._found = Counter("specnet_detections", "Words found.", ("model", "label"), registry=registry)

    def answered(self, call: str, status: int) -> None:
        """Count an answer."""
        self._answers.labels(call, status).inc()

    def found(self, model: str, labels: Iterable[str]) -> None:
        """Count these words."""
        for label in labels:
            self._found.labels(model, label).inc()

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)
