"""A progress bar on standard error, for files long enough to wait for."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from specnet.audio.files import probe
from specnet.errors import SpecnetError
from specnet.units import Seconds

WORTH_SHOWING: Seconds = 300.0
"""Shorter files are done before anyone could read the bar."""


@contextmanager
def progress(file: str) -> Iterator[Callable[[Seconds], None]]:
    """Yields a function to call with the seconds done. Draws nothing unless standard error is a terminal."""
    duration = duration_of(file) if sys.stderr.isatty() else 0.0
    if duration is not None and duration < WORTH_SHOWING:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(file), total=duration)
        yield lambda seconds: bar.update(task, completed=seconds)


def duration_of(file: str) -> Seconds | None:
    """Seconds by the file's own account; None where it has none (standard input) or cannot be read."""
    try:
        return None if file == "-" else probe(file).duration
    except SpecnetError:
        return 0.0
