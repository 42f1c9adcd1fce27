"""A progress bar on standard error, for files long enough to wait for."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from specnet.units import Seconds

WORTH_SHOWING: Seconds = 300.0
"""Shorter files are done before anyone could read the bar."""


@contextmanager
def progress(file: str, duration: Seconds | None, show: bool = True) -> Iterator[Callable[[Seconds], None]]:
    """Yields a function to call with the seconds done. Draws only on a terminal, and gone when the block ends.

    A `duration` of None (a pipe) counts as long: the time heard is shown.
    """
    if not show or not sys.stderr.isatty() or (duration is not None and duration < WORTH_SHOWING):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    done = TextColumn("{task.fields[heard]}" if duration is None else "{task.percentage:.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), done, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(file), total=duration, heard="")
        yield lambda seconds: bar.update(task, completed=seconds, heard=str(timedelta(seconds=round(seconds))))
