"""The output formats for recordings: those for whatever is found, and those that describe a sound."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import TypeAlias

from specnet.app.results import FileResult, Header, timestamp
from specnet.cli.records import RECORDS
from specnet.timeline import Segment
from specnet.units import Seconds

Format: TypeAlias = Callable[[Header, Iterable[FileResult]], Iterator[str]]


def as_audacity(_: Header, results: Iterable[FileResult]) -> Iterator[str]:
    """An Audacity label track (File > Import > Labels): start, end, label, with tabs between."""
    for s in all_segments(results):
        yield f"{s.start:.6f}\t{s.end:.6f}\t{s.label}\n"


def as_textgrid(header: Header, results: Iterable[FileResult]) -> Iterator[str]:
    """A Praat TextGrid with one interval tier per label; the time between two segments is an empty interval."""
    for result in results:
        span = f"xmin = 0\n{{0}}xmax = {result.duration}\n"
        yield f'File type = "ooTextFile"\nObject class = "TextGrid"\n\n{span.format("")}tiers? <exists>\n'
        yield f"size = {len(header.labels)}\nitem []:\n"
        for tier, label in enumerate(header.labels, start=1):
            intervals = list(fill([s for s in result.segments if s.label == label], result.duration))
            yield f'    item [{tier}]:\n        class = "IntervalTier"\n        name = {praat(label)}\n'
            yield f"        {span.format(' ' * 8)}        intervals: size = {len(intervals)}\n"
            for number, (start, end, text) in enumerate(intervals, start=1):
                yield f"        intervals [{number}]:\n            xmin = {start}\n            xmax = {end}\n"
                yield f"            text = {praat(text)}\n"


def fill(segments: Iterable[Segment], duration: Seconds) -> Iterator[tuple[Seconds, Seconds, str]]:
    """The segments and the gaps around them, as intervals that cover ``[0, duration]``.

    >>> list(fill([Segment("welcome", 1.0, 1.5, 1.6, 0.9)], duration=3.0))
    [(0.0, 1.0, ''), (1.0, 1.5, 'welcome'), (1.5, 3.0, '')]
    """
    now = 0.0
    for s in segments:
        if s.start > now:
            yield now, s.start, ""
        yield s.start, s.end, s.label
        now = s.end
    if now < duration:
        yield now, duration, ""


def praat(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def as_rttm(_: Header, results: Iterable[FileResult]) -> Iterator[str]:
    """NIST RTTM: the label in the speaker's place, the score in the confidence's."""
    for result in results:
        name = "_".join(PurePath(result.file).stem.split())
        for s in result.segments:
            label = "_".join(s.label.split())
            yield f"SPEAKER {name} 1 {s.start:.3f} {s.end - s.start:.3f} <NA> <NA> {label} {s.score} <NA>\n"


def as_srt(_: Header, results: Iterable[FileResult]) -> Iterator[str]:
    """SubRip subtitles."""
    for number, s in enumerate(all_segments(results), start=1):
        times = f"{timestamp(s.start)} --> {timestamp(s.end)}".replace(".", ",")
        yield f"{number}\n{times}\n{s.label}\n\n"


def as_vtt(_: Header, results: Iterable[FileResult]) -> Iterator[str]:
    """WebVTT subtitles."""
    segments = list(all_segments(results))  # a recording that cannot be read has not even a first line
    yield "WEBVTT\n\n"
    for s in segments:
        label = s.label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield f"{timestamp(s.start)} --> {timestamp(s.end)}\n{label}\n\n"


def all_segments(results: Iterable[FileResult]) -> Iterator[Segment]:
    for result in results:
        yield from result.segments


FORMATS: dict[str, Format] = {
    **RECORDS,
    "audacity": as_audacity,
    "textgrid": as_textgrid,
    "rttm": as_rttm,
    "srt": as_srt,
    "vtt": as_vtt,
}

ONE_RECORDING = frozenset({"audacity", "textgrid", "srt", "vtt"})
"""The formats that have no place for the name of a file."""
