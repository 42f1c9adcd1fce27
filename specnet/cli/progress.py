"""A progress bar on standard error, for files long enough to wait for."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from specnet.units import Seconds

WORTH_SHOWING: Seconds = 300.0
"""Shorter files are done before anyone could read the bar."""


@contextmanager
def progress(file: str, duration: Seconds | None, show: bool = True) -> Iterator[Callable[[Seconds], None]]:
    """Yields a function to call with the seconds done. Draws only on a terminal, and gone when the block ends.

    A `duration` of None (a pipe) counts as long.
    """
    if not show or not sys.stderr.isatty() or (duration is not None and duration < WORTH_SHOWING):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    percent = TextColumn("{task.percentage:.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), percent, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(file), total=duration)
        yield lambda seconds: bar.update(task, completed=seconds)
