"""Batches composed by a process of their own while the network learns."""

from __future__ import annotations

import multiprocessing
import queue
import signal
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from specnet.train.examples import Batch, Examples

READY = 4  # batches that wait at most
PATIENCE = 2.0  # seconds between looks whether the other process still lives


class Feed:
    """The batches of `steps`, in order, composed ahead of time by another process.

    That process is forked where this is safe, so that it shares the corpus instead of copying it. What it raises is
    raised here.
    """

    def __init__(self, examples: Examples, steps: range) -> None:
        context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._steps = steps
        self._batches = context.Queue(READY)
        self._process = context.Process(target=_compose, args=(examples, steps, self._batches), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()
        self._batches.close()

    def __iter__(self) -> Iterator[Batch]:
        for _ in self._steps:
            batch = self._next()
            if isinstance(batch, Exception):
                raise batch
            yield batch

    def _next(self) -> Batch | Exception:
        while True:
            try:
                batch: Batch | Exception = self._batches.get(timeout=PATIENCE)
                return batch
            except queue.Empty:
                if not self._process.is_alive():
                    return RuntimeError("the process that composes the scenes has died")


def _compose(examples: Examples, steps: range, batches: Any) -> None:
    """The life of the other process: until the reader ends it, or is itself gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the reader's to handle
    reader = multiprocessing.parent_process()
    assert reader is not None
    for step in steps:
        try:
            batch: Batch | Exception = examples.batch(step)
        except Exception as error:
            batch = error
        while reader.is_alive():
            try:
                batches.put(batch, timeout=PATIENCE)
                break
            except queue.Full:
                continue
        else:
            break
    else:
        reader.join()
    batches.cancel_join_thread()  # nobody will read what is still on its way
