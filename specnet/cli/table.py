"""The output for people: a table, drawn on a terminal, plain and aligned anywhere else."""

import sys
from collections.abc import Iterable, Iterator

from specnet.app.results import Header, Result


def as_table(header: Header, results: Iterable[Result]) -> Iterator[str]:
    """One line per thing found, and one for a file in which there is none."""
    finished = list(results)
    head = columns(header)
    widths = list(map(len, head))
    for row in rows(finished):
        widths = list(map(max, widths, map(len, row)))
    yield aligned(head, widths)
    yield from (aligned(row, widths) for row in rows(finished))  # made again: text takes more room than what it says


def as_rich_table(header: Header, results: Iterable[Result]) -> Iterator[str]:
    """The same table with borders and colour, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    counts = "" if header.threshold is None else f", score {header.threshold:.4g} or more"
    table = Table(title=header.model + counts, title_justify="left")
    for place, name in enumerate(columns(header)):
        table.add_column(name, justify="left" if place < 2 else "right", overflow="fold")
    for row in rows(results):
        table.add_row(*map(Text, row))
    console = Console(file=sys.stdout)
    with console.capture() as capture:
        console.print(table)
    yield capture.get()


def columns(header: Header) -> tuple[str, ...]:
    return "file", *header.results.COLUMNS


def rows(results: Iterable[Result]) -> Iterator[tuple[str, ...]]:
    for result in results:
        for item in result.found:
            yield result.file, *result.cells(item)
        if not result.found:
            yield result.file, "(unreadable)" if result.error else "(none)", *[""] * (len(result.COLUMNS) - 1)


def plain(table: list[tuple[str, ...]]) -> str:
    """Columns as wide as their widest entry, two spaces between.

    >>> print(plain([("file", "score"), ("party.wav", "0.98")]), end="")
    file       score
    party.wav  0.98
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "".join(aligned(row, widths) for row in table)


def aligned(row: tuple[str, ...], widths: Iterable[int]) -> str:
    """A line of a table."""
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
