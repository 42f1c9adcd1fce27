"""Label files: what people and programs marked in a recording, by what their names end in.

``.txt``: label tracks of Audacity. ``.TextGrid``: Praat, long or short text, all tiers. ``.csv``, ``.json``,
``.jsonl``: as `specnet detect` writes them; `label`, `start` and `end` will do, and `file` where several are in it.
"""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from specnet.data.interval import Interval
from specnet.data.textgrid import textgrid_rows
from specnet.errors import SpecnetError
from specnet.units import Seconds


class Row(NamedTuple):
    """A label as it is written, `where` it is, and the recording that it is about ("": the only one)."""

    where: str
    label: Any
    start: Any
    end: Any
    file: str = ""


def read_labels(path: Path, recording: str, duration: Seconds = math.inf) -> tuple[Interval, ...]:
    """What the file at `path` marks in `recording` (a path or name; ``-``: any), in order of time.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "words.txt")
    >>> _ = path.write_text("0.5\\t1.0\\twelcome\\n")
    >>> read_labels(path, "party.wav")
    (Interval(label='welcome', start=0.5, end=1.0),)

    Raises `SpecnetError`, one line that names the file and the line in it, for what is no such file, times that are no
    seconds, a label that ends before it starts or starts after the `duration` of the recording; and for a file that is
    about other recordings.
    """
    if path.suffix.lower() not in READERS:
        raise SpecnetError(f"{path}: a label file must end in .txt (Audacity), .TextGrid, .csv, .json or .jsonl")
    try:
        content = path.read_bytes()
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except OSError as error:
        raise SpecnetError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecnetError(f"{path}: no text in UTF-8: {error.reason}") from error
    try:
        rows = list(READERS[path.suffix.lower()](text))
        meant = _meant({row.file for row in rows} - {""}, recording)
        intervals = [_interval(row, duration) for row in rows if row.file in ("", meant)]
    except SpecnetError as problem:
        raise SpecnetError(f"{path}{problem}") from None
    return tuple(sorted(intervals, key=lambda interval: (interval.start, -interval.end)))


def _interval(row: Row, duration: Seconds) -> Interval:
    where, label = row.where, row.label
    try:
        begin, finish = float(row.start), float(row.end)
    except (TypeError, ValueError):
        begin = finish = math.nan
    if not (0 <= begin < math.inf and 0 <= finish < math.inf):
        raise SpecnetError(f"{where}: from {row.start!r} to {row.end!r}: must be two numbers of seconds")
    if finish < begin:
        raise SpecnetError(f"{where}: {label!r} ends at {finish:g} s, before it starts at {begin:g} s")
    if begin > duration:
        raise SpecnetError(f"{where}: {label!r} starts at {begin:g} s, but the recording ends at {duration:.3f} s")
    return Interval(str(label), begin, finish)


def _meant(files: set[str], recording: str) -> str:
    """The one of the files that `recording` is: the same path, or else name, or else name but for the suffix."""
    keys: tuple[Callable[[Path], object], ...] = (Path.absolute, attrgetter("name"), attrgetter("stem"))
    for key in keys:
        same = [file for file in files if key(Path(file)) == key(Path(recording))]
        if len(same) == 1:
            return same[0]
    if len(files) > 1 or (files and "-" not in (recording, *files)):
        raise SpecnetError(f": it is about {', '.join(sorted(files))}, and {recording} is none, or several, of them")
    return "".join(files)


def _audacity(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("\\"):  # the band of frequencies of the label above
            continue
        start, end, label = [*line.split("\t", 2), "", ""][:3]
        yield Row(f", line {number}", label.strip(), start, end)


def _csv(text: str) -> Iterator[Row]:
    rows = csv.DictReader(io.StringIO(text))
    missing = {"label", "start", "end"} - set(rows.fieldnames or ())
    if missing:
        raise SpecnetError(f", line 1: no column {', '.join(sorted(missing))}: must have label, start and end")
    for row in rows:
        yield Row(f", line {rows.line_num}", row["label"], row["start"], row["end"], row.get("file") or "")


def _json(text: str) -> Iterator[Row]:
    document = _parsed(text, 1)
    files = document.get("files") if isinstance(document, dict) else None
    if not isinstance(files, list):
        raise SpecnetError(': no "files": must be what specnet detect --format json writes')
    for number, file in enumerate(files):
        where = f", files[{number}]"
        segments = file.get("segments", []) if isinstance(file, dict) else None
        if not isinstance(segments, list):
            raise SpecnetError(f"{where}: must have a list of segments")
        yield from _objects(segments, [f"{where}.segments[{i}]" for i in range(len(segments))], file.get("file", ""))


def _jsonl(text: str) -> Iterator[Row]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    yield from _objects([_parsed(line, number) for number, line in lines], [f", line {number}" for number, _ in lines])


def _objects(objects: Iterable[Any], places: Iterable[str], file: str = "") -> Iterator[Row]:
    for each, where in zip(objects, places, strict=True):
        if isinstance(each, dict) and "error" in each:
            continue
        if not isinstance(each, dict) or not {"label", "start", "end"} <= each.keys():
            raise SpecnetError(f"{where}: must have label, start and end")
        yield Row(where, each["label"], each["start"], each["end"], str(each.get("file", file)))


def _parsed(text: str, first: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise SpecnetError(f", line {first + error.lineno - 1}: no JSON: {error.msg}") from None


def _textgrid(text: str) -> Iterator[Row]:
    for line, label, start, end in textgrid_rows(text):
        yield Row(f", line {line}", label, start, end)


READERS: dict[str, Callable[[str], Iterator[Row]]] = {
    ".txt": _audacity,
    ".textgrid": _textgrid,
    ".csv": _csv,
    ".json": _json,
    ".jsonl": _jsonl,
}
