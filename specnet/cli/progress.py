"""A progress bar on standard error, for what takes long enough to wait for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from specnet.units import Seconds

if TYPE_CHECKING:
    from concurrent.futures import Future

    from rich.progress import Progress

R = TypeVar("R")

WORTH_SHOWING: Seconds = 300.0
"""Shorter files are done before anyone could read the bar."""

PATIENCE: Seconds = 1.0
"""So long nobody asks how far it is."""


@contextmanager
def progress(file: str, duration: Seconds | None, show: bool = True) -> Iterator[Callable[[Seconds], None]]:
    """Yields a function to call with the seconds done. Draws only on a terminal, and gone when the block ends.

    A `duration` of None (a pipe) counts as long: the time heard is shown.
    """
    if not show or not sys.stderr.isatty() or (duration is not None and duration < WORTH_SHOWING):
        yield lambda _: None
        return
    done = "{task.fields[heard]}" if duration is None else "{task.percentage:.0f} %"
    with _bar(done) as bar:
        from rich.markup import escape

        task = bar.add_task(escape(file), total=duration, heard="")
        yield lambda seconds: bar.update(task, completed=seconds, heard=str(timedelta(seconds=round(seconds))))


@contextmanager
def share(file: str, show: bool) -> Iterator[Callable[[float], None]]:
    """Yields a function to call with the share done, 0 to 1. Draws only on a terminal, and gone when the block ends."""
    if not show or not sys.stderr.isatty():
        yield lambda _: None
        return
    with _bar("{task.percentage:.0f} %") as bar:
        from rich.markup import escape

        task = bar.add_task(escape(file), total=1.0)
        yield lambda done: bar.update(task, completed=done)


def awaited(future: Future[R], futures: Collection[Future[R]]) -> R:
    """The result of one of the `futures`. Draws, on a terminal and while it takes long, how many of them are done."""
    from concurrent.futures import wait

    if sys.stderr.isatty() and not wait([future], PATIENCE).done:
        with _bar("{task.completed} of {task.total} files") as bar:
            task = bar.add_task("", total=len(futures))
            while not wait([future], PATIENCE).done:
                bar.update(task, completed=sum(each.done() for each in futures))
    return future.result()


def _bar(done: str) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn(done), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
