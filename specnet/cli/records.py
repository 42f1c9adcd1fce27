"""The output formats for programs that hold whatever was found. Each is a generator, so one that can stream does."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any, TypeAlias

from specnet.cli.results import Header, Result

Format: TypeAlias = Callable[[Header, Iterable[Result]], Iterator[str]]


def as_json(header: Header, results: Iterable[Result]) -> Iterator[str]:
    """One document for the whole run: the contract that the README documents."""
    threshold = {} if header.threshold is None else {"threshold": header.threshold}
    document = {
        "specnet": header.specnet,
        "model": {"name": header.model, "sha256": header.sha256, "labels": list(header.labels)},
        **threshold,
        "files": [file_entry(result) for result in results],
    }
    yield json.dumps(document, indent=2) + "\n"


def file_entry(result: Result) -> dict[str, Any]:
    if result.error is not None:
        return {"file": result.file, "error": result.error}
    return asdict(result, dict_factory=lambda pairs: {key: value for key, value in pairs if key != "error"})


def as_jsonl(_: Header, results: Iterable[Result]) -> Iterator[str]:
    """One object per thing found (or per unreadable file), written as each file is finished."""
    for result in results:
        if result.error is not None:
            yield json.dumps(file_entry(result)) + "\n"
        for item in result.found:
            yield json.dumps({"file": result.file, **asdict(item)}) + "\n"


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
