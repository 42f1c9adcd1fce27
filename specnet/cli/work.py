"""Running a model over files: one by one or in worker processes, always in the order given."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from specnet.app.results import Result

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
    from specnet.cli.workers import work_in_workers  # a tenth of the start of a command that works on one file

    yield from work_in_workers(files, job, min(jobs, len(files)))
