"""Running a model over files in processes of their own."""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Any

from specnet.cli.progress import awaited
from specnet.cli.work import Job, M, R
from specnet.errors import SpecnetError


def work_in_workers(files: Sequence[str], job: Job[M, R], workers: int) -> Iterator[R]:
    """The result of every file, in the order of `files`, each as soon as it and those before it are finished."""
    spawn = multiprocessing.get_context("spawn")  # a forked copy of the runtime's threads would hang
    # Ctrl-C is the parent's business: it ends the workers. Nothing is cancelled, for a pool that has cancelled work and
    # then loses its workers complains.
    pool = ProcessPoolExecutor(workers, spawn, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        futures = [pool.submit(work, job, file) for file in files]
        for future in futures:
            yield awaited(future, futures)
    except BrokenProcessPool as problem:
        raise SpecnetError("a worker process ended early (out of memory?): try a smaller --jobs") from problem
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown()


def work(job: Job[Any, R], file: str) -> R:
    """One file, in a worker process."""
    return job.work(load(job), file)


@cache
def load(job: Job[M, Any]) -> M:
    """The model, read once per process."""
    return job.load()
