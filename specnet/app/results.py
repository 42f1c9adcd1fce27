"""What one run over files found, as values that every output format renders."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import Any, ClassVar

from specnet.app.stream import Array, Stream
from specnet.audio.files import Recording
from specnet.timeline import Segment
from specnet.units import Hertz, Seconds

PIECE = 1 << 12
"""So many tokens of JSON are written at a time."""


@dataclass(frozen=True, slots=True)
class Result(ABC):
    """One file: what was found in it, or the `error` for which it could not be read.

    A subclass says what is found: the dataclass `ITEM`, and how people see it, in `COLUMNS`, of which those after the
    label are numbers.
    """

    ITEM: ClassVar[type]
    COLUMNS: ClassVar[tuple[str, ...]]

    file: str
    error: str | None = field(default=None, kw_only=True)

    @property
    @abstractmethod
    def found(self) -> tuple[Any, ...]:
        """What was found: `ITEM` each."""

    @staticmethod
    @abstractmethod
    def cells(item: Any) -> tuple[str, ...]:
        """One of `found` in `COLUMNS`."""


@dataclass(frozen=True, slots=True)
class FileResult(Result):
    """One recording: its segments in order of time."""

    ITEM: ClassVar[type] = Segment
    COLUMNS: ClassVar[tuple[str, ...]] = ("label", "start", "end", "score")

    duration: Seconds = 0.0
    sample_rate: Hertz = 0
    segments: tuple[Segment, ...] = ()

    @classmethod
    def of(
        cls, file: str, recording: Recording, stream: Stream, rate: Hertz, each: Callable[[Array], None]
    ) -> "FileResult":
        """What a stream of this sample rate finds in the whole recording; `each` is given every block as well."""
        segments: list[Segment] = []
        for block in recording.blocks(rate):
            segments += map(tidy, stream.push(block))
            each(block)
        segments += map(tidy, stream.finish())
        segments.sort(key=lambda s: (s.start, s.end, s.label))
        return cls(file, round(recording.heard, 3), recording.info.sample_rate, tuple(segments))

    @property
    def found(self) -> tuple[Segment, ...]:
        return self.segments

    @staticmethod
    def cells(item: Segment) -> tuple[str, ...]:
        return item.label, timestamp(item.start), timestamp(item.end), f"{item.score:.2f}"


@dataclass(frozen=True, slots=True)
class Header:
    """What holds for all files of a run. Where every label counts there is no `threshold`."""

    specnet: str
    model: str
    sha256: str
    labels: tuple[str, ...]
    threshold: float | None = None
    results: type[Result] = FileResult


def as_json(header: Header, results: Iterable[Result]) -> Iterator[str]:
    """One document for the whole run: the contract that docs/detecting.md documents; begins when all is found."""
    text = json.JSONEncoder(indent=2, default=as_object).iterencode(document(header, results))
    while piece := "".join(islice(text, PIECE)):  # the text of a day of sound takes ten times as much as what it says
        yield piece
    yield "\n"


def document(header: Header, results: Iterable[Result]) -> dict[str, Any]:
    """What `as_json` writes, with results as they are: `as_object` is the encoder's `default`."""
    threshold = {} if header.threshold is None else {"threshold": header.threshold}
    return {
        "specnet": header.specnet,
        "model": {"name": header.model, "sha256": header.sha256, "labels": list(header.labels)},
        **threshold,
        "files": list(results),
    }


def as_object(value: Any) -> dict[str, Any]:
    """The JSON object of a result, or of something found: its fields, without those of theirs."""
    if isinstance(value, Result) and value.error is not None:
        return {"file": value.file, "error": value.error}
    return {each.name: getattr(value, each.name) for each in fields(value) if each.name != "error"}


def tidy(segment: Segment) -> Segment:
    """The segment in milliseconds and four digits of score, which is more than either is worth.

    >>> tidy(Segment("welcome", 0.08000001, 0.68123, 0.75, 0.98765432))
    Segment(label='welcome', start=0.08, end=0.681, peak=0.75, score=0.9877)
    """
    return replace(
        segment,
        start=round(float(segment.start), 3),
        end=round(float(segment.end), 3),
        peak=round(float(segment.peak), 3),
        score=round(float(segment.score), 4),
    )


def timestamp(seconds: Seconds) -> str:
    """Hours, minutes, seconds and milliseconds.

    >>> timestamp(3661.5)
    '01:01:01.500'
    """
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
