"""Which candidates are reported: those that score enough, each word once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from specnet.timeline import Segment
from specnet.units import Seconds

GateState: TypeAlias = Mapping[str, Seconds]
"""Where the last segment of each label ended."""


class Gate:
    """Lets segments of `labels` with a score of at least `threshold` through, so that those of one label never overlap.

    A segment that begins inside the one before it is cut; one that lies mostly inside it is the same word again.

    >>> gate = Gate(0.5, {"hi"})
    >>> words = [Segment("hi", 1.0, 1.5, 1.6, 0.9), Segment("hi", 1.4, 2.0, 2.1, 0.8), Segment("hi", 3, 4, 4, 0.4)]
    >>> [(word.start, word.end) for word in gate.step(words, gate.start())[0]]
    [(1.0, 1.5), (1.5, 2.0)]
    """

    def __init__(self, threshold: float, labels: Collection[str]) -> None:
        self._threshold = threshold
        self._labels = frozenset(labels)

    def start(self) -> GateState:
        """Nothing reported yet."""
        return {}

    def step(self, candidates: Iterable[Segment], state: GateState) -> tuple[list[Segment], GateState]:
        """Those of `candidates`, in their order, that are reported."""
        ends, passed = dict(state), []
        for segment in candidates:
            if segment.label not in self._labels or segment.score < self._threshold:
                continue
            free = max(segment.start, ends.get(segment.label, 0.0))
            if segment.end - free > segment.duration / 2:
                passed.append(replace(segment, start=free))
                ends[segment.label] = segment.end
        return passed, ends
