"""Running a model over files: one by one or in worker processes, always in the order given."""

import multiprocessing
import signal
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Any, Generic, TypeVar

from specnet.app.results import Result
from specnet.cli.progress import awaited
from specnet.errors import SpecnetError

M = TypeVar("M")
R = TypeVar("R", bound=Result)


class Job(ABC, Generic[M, R]):
    """What to do with every file, the same for all: a frozen dataclass, which a worker process is sent."""

    @abstractmethod
    def load(self) -> M:
        """The model that it takes."""

    @abstractmethod
    def work(self, model: M, file: str, show: bool = False) -> R:
        """The result of one file, or what is wrong with it; `show` how far it is."""


def work_on(files: Sequence[str], job: Job[M, R], model: M, jobs: int) -> Iterator[R]:
    """The result of every file, in the order of `files`, each as soon as it and those before it are finished."""
    if jobs == 1 or len(files) == 1:
        yield from (job.work(model, file, show=True) for file in files)
        return
    spawn = multiprocessing.get_context("spawn")  # a forked copy of the runtime's threads would hang
    # Ctrl-C is the parent's business: it ends the workers. Nothing is cancelled, for a pool that has cancelled work and
    # then loses its workers complains.
    pool = ProcessPoolExecutor(min(jobs, len(files)), spawn, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        futures = [pool.submit(work_in_worker, job, file) for file in files]
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


def work_in_worker(job: Job[Any, R], file: str) -> R:
    return job.work(load(job), file)


@cache
def load(job: Job[M, Any]) -> M:
    """The model, read once per process."""
    return job.load()
