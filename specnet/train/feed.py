"""Batches composed by a process of their own while the network learns."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from specnet.errors import SpecnetError
from specnet.train.learner import Examples


class Feed:
    """The batches of `steps`, in order; while one is learnt from, another process composes the next.

    That process is forked where this is safe, so that it shares the corpus instead of copying it. What it raises is
    raised here, and either process notices when the other is gone: its end of the pipe closes.
    """

    def __init__(self, examples: Examples, steps: range) -> None:
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._steps = steps
        self._here, self._there = context.Pipe(duplex=False)
        arguments = (examples, steps, self._here, self._there)
        self._process = context.Process(target=_compose, args=arguments, daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self._there.close()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._here.close()
        self._process.terminate()
        self._process.join()

    def __iter__(self) -> Iterator[Any]:
        for _ in self._steps:
            try:
                batch = self._here.recv()
            except EOFError:
                why = "the process that composes the scenes has died (out of memory?)"
                raise SpecnetError(f"{why}; --resume goes on from the last epoch") from None
            if isinstance(batch, Exception):
                raise batch
            yield batch


def _compose(examples: Examples, steps: range, here: Connection, there: Connection) -> None:
    """The life of the other process."""
    here.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the reader's to handle
    sent: Future[None] | None = None
    with suppress(BrokenPipeError), ThreadPoolExecutor(max_workers=1) as sender:
        for step in steps:
            try:
                batch = examples.batch(step)
            except Exception as error:
                batch = error
            if sent:
                sent.result()  # one batch waits to be taken while the next is composed, never more
            sent = sender.submit(there.send, batch)
        if sent:
            sent.result()
