"""The figures of a network for people, and for documents."""

from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import groupby

from specnet.models.figures import Row, Summary, Total

WIDTH = 120
TEXT = ("layer", "operation")
GEOMETRY = ("kernel", "stride", "pad", "dilation", "output", "sees", "every")
FIGURES = ("weights", "biases", "norm", "multiply-adds", "share", "memory")
IDLE = {"pad": "0", "dilation": "1", "biases": "", "norm": ""}
"""Columns that a table for people leaves out where no row says more than this."""


def as_markdown(summary: Summary) -> str:
    """Every figure exact; a table for the network, and one for each auxiliary head."""
    return "\n".join(f"{title}\n\n{_markdown(rows)}" for title, rows in parts(summary))


def as_table(summary: Summary) -> str:
    """In 120 columns: multiply-adds rounded, layers of several rows as groups, columns left out that say nothing."""
    tables = "\n".join(f"{title}\n\n{_table(rows)}" for title, rows in parts(summary))
    total = summary.total
    unit = "frames" if len(summary.input) == 2 else "pixels"
    return (
        f"{tables}\n{total.parameters:,} parameters ({size_text(total.parameter_memory)}), "
        f"{total.multiply_adds:,} multiply-adds, {size_text(total.memory)} of outputs, all as float32\n"
        f"sees: the {unit} of the input that one position sees (no gate counted); every: how far apart they look\n"
    )


def parts(summary: Summary) -> Iterator[tuple[str, Sequence[Row]]]:
    """The network itself and its auxiliary heads, each with a title."""
    axes = "channels x height x width"
    if len(summary.input) == 2:
        one = summary.rows and summary.rows[-1].receptive_field == summary.input[1:]
        axes = "bands x frames" + (", those of one score" if one else "")
    yield f"{summary.network}: input {' x '.join(map(str, summary.input))} ({axes})", summary.rows
    for layer, rows in summary.auxiliary.items():
        yield f"{summary.network}: auxiliary head after {layer}, in training only", rows


def size_text(size: int) -> str:
    """Bytes for people.

    >>> size_text(574_668_960)
    '548.0 MiB'
    """
    return f"{size / 2**20:,.1f} MiB" if size >= 2**20 else f"{size / 2**10:,.1f} KiB"


def count_text(count: int) -> str:
    """A large number rounded to four digits.

    >>> count_text(15_470_264_320), count_text(416_520), count_text(0)
    ('15.47 G', '416.5 k', '0')
    """
    for unit, sign in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= unit:
            return f"{count / unit:.4g} {sign}"
    return str(count)


def _markdown(rows: Sequence[Row]) -> str:
    total = Total.of(rows)
    lines = [
        (*TEXT, *GEOMETRY, *FIGURES),
        ("---",) * len(TEXT) + ("---:",) * len((*GEOMETRY, *FIGURES)),
        *((row.name, ", ".join((row.kind, *row.then)), *_geometry(row), *_figures(row, total)) for row in rows),
        ("total", *[""] * len((*TEXT[1:], *GEOMETRY)), *_figures(total, total)),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _table(rows: Sequence[Row]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    names = (*TEXT, *GEOMETRY, *FIGURES)
    lines = list(_grouped(rows))
    columns = zip(names, zip(*lines, strict=True), strict=True)
    used = [at for at, (name, cells) in enumerate(columns) if name not in IDLE or set(cells) - {"", IDLE[name]}]
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for at in used:
        text = names[at] in TEXT
        table.add_column(names[at].replace("-", " "), justify="left" if text else "right", overflow="fold")
    for line in lines:
        table.add_row(*(Text(line[at], no_wrap=names[at] not in TEXT) for at in used))
    console = Console(file=StringIO(), width=WIDTH)
    console.print(table)
    assert isinstance(console.file, StringIO)
    return "".join(line.rstrip() + "\n" for line in console.file.getvalue().splitlines())


def _grouped(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """The cells of each row, those of a layer with several below a line with its name, and the total."""
    total, blank = Total.of(rows), [""] * len((*TEXT[1:], *GEOMETRY))
    for layer, group in groupby(rows, lambda row: row.name.partition(".")[0]):
        members = list(group)
        if len(members) > 1:
            yield layer, *blank, *[""] * len(FIGURES)
        for row in members:
            name = "  " + row.name.removeprefix(f"{layer}.") if len(members) > 1 else row.name
            steps = (row.kind, *(step for step in row.then if step != "norm"))  # which has a column
            yield name, ", ".join(steps), *_geometry(row), *_rounded(row, total)
    yield "total", *blank, *_rounded(total, total)


def _geometry(row: Row) -> tuple[str, ...]:
    kernel = _by(tuple(window.kernel for window in row.windows))
    overhang = max((window.overhang for window in row.windows), default=0)
    return (
        kernel,
        _same(tuple(window.stride for window in row.windows)),
        _same(tuple(window.padding for window in row.windows)) + (f"+{overhang}" if overhang else ""),
        _same(tuple(window.dilation for window in row.windows)),
        _by(row.output),
        _by(row.receptive_field),
        _same(row.receptive_stride),
    )


def _figures(row: Row | Total, total: Total) -> tuple[str, ...]:
    numbers = (row.weights, row.biases, row.norm, row.multiply_adds)
    return (*(f"{number:,}" for number in numbers), _share(row, total), f"{row.memory:,}")


def _rounded(row: Row | Total, total: Total) -> tuple[str, ...]:
    """The same for people: nothing for zero."""
    counts = (f"{count:,}" if count else "" for count in (row.weights, row.biases, row.norm))
    share = _share(row, total) if row.parameters else ""
    work = count_text(row.multiply_adds) if row.multiply_adds else ""
    return *counts, work, share, size_text(row.memory) if row.memory else ""


def _share(row: Row | Total, total: Total) -> str:
    return f"{row.parameters / total.parameters:.1%}" if total.parameters else ""


def _by(sizes: tuple[int, ...]) -> str:
    return "x".join(map(str, sizes))


def _same(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else _by(sizes)
