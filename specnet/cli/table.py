"""The output for people: a table, drawn on a terminal, plain and aligned anywhere else."""

import sys
from collections.abc import Iterable, Iterator

from specnet.cli.formats import timestamp
from specnet.cli.results import FileResult, Header

COLUMNS = ("file", "label", "start", "end", "score")
NUMBERS = COLUMNS[2:]


def as_table(header: Header, results: Iterable[FileResult]) -> Iterator[str]:
    """One line per segment, and one for a file in which there is none."""
    yield plain([COLUMNS, *rows(results)])


def as_rich_table(header: Header, results: Iterable[FileResult]) -> Iterator[str]:
    """The same table with borders and colour, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{header.model}, score {header.threshold:.4g} or more", title_justify="left")
    for name in COLUMNS:
        table.add_column(name, justify="right" if name in NUMBERS else "left", overflow="fold")
    for row in rows(results):
        table.add_row(*map(Text, row))
    console = Console(file=sys.stdout)
    with console.capture() as capture:
        console.print(table)
    yield capture.get()


def rows(results: Iterable[FileResult]) -> Iterator[tuple[str, ...]]:
    for result in results:
        for s in result.segments:
            yield result.file, s.label, timestamp(s.start), timestamp(s.end), f"{s.score:.2f}"
        if not result.segments:
            yield result.file, "(unreadable)" if result.error else "(none)", "", "", ""


def plain(table: list[tuple[str, ...]]) -> str:
    """Columns as wide as their widest entry, two spaces between.

    >>> print(plain([("file", "score"), ("party.wav", "0.98")]), end="")
    file       score
    party.wav  0.98
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)
    return "".join(line.rstrip() + "\n" for line in lines)
