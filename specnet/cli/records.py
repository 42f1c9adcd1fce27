"""The output formats for programs that hold whatever was found. Each is a generator, so one that can stream does."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from typing import TypeAlias

from specnet.app.results import Header, Result, as_json, as_object

Format: TypeAlias = Callable[[Header, Iterable[Result]], Iterator[str]]


def as_jsonl(_: Header, results: Iterable[Result]) -> Iterator[str]:
    """One object per thing found (or per unreadable file), written as each file is finished."""
    for result in results:
        if result.error is not None:
            yield json.dumps(as_object(result)) + "\n"
        for item in result.found:
            yield json.dumps({"file": result.file, **as_object(item)}) + "\n"


def as_csv(header: Header, results: Iterable[Result]) -> Iterator[str]:
    """One row per thing found, after a row of names."""
    names = [each.name for each in fields(header.results.ITEM)]
    yield csv_row("file", *names)
    for result in results:
        for item in result.found:
            yield csv_row(result.file, *(getattr(item, name) for name in names))


def csv_row(*values: object) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


RECORDS: dict[str, Format] = {"json": as_json, "jsonl": as_jsonl, "csv": as_csv}
