"""Running the detector over files: one by one or in worker processes, always in the order given."""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache

from specnet.app.detect import Detector
from specnet.audio.files import Recording
from specnet.cli.progress import progress
from specnet.cli.results import FileResult, tidy
from specnet.errors import SpecnetError
from specnet.timeline import Segment


@dataclass(frozen=True, slots=True)
class Job:
    """What to look for, the same for every file."""

    model: str
    threshold: float
    labels: tuple[str, ...]


def detect_one(detector: Detector, job: Job, file: str, show: bool = False) -> FileResult:
    """Scan one file as a stream, in constant memory, and `show` how far it is; or say why it cannot be read."""
    rate = detector.bundle.features.sample_rate
    segments: list[Segment] = []
    try:
        with Recording(file) as recording:
            stream = detector.stream(rate, threshold=job.threshold, labels=job.labels)
            with progress(file, recording.info.duration, show) as heard:
                for block in recording.blocks(rate):
                    segments += stream.push(block)
                    heard(recording.heard)
            segments += stream.finish()
    except SpecnetError as problem:
        return FileResult(file, error=str(problem))
    ordered = sorted(map(tidy, segments), key=lambda s: (s.start, s.end, s.label))
    return FileResult(file, round(recording.heard, 3), recording.info.sample_rate, tuple(ordered))


def detect_all(detector: Detector, job: Job, files: Sequence[str], jobs: int) -> Iterator[FileResult]:
    """The result of every file, in the order of `files`, each as soon as it and those before it are finished."""
    if jobs == 1 or len(files) == 1:
        yield from (detect_one(detector, job, file, show=True) for file in files)
        return
    spawn = multiprocessing.get_context("spawn")  # a forked copy of the runtime's threads would hang
    # Ctrl-C is the parent's business: it ends the workers. Nothing is cancelled, for a pool that has cancelled work and
    # then loses its workers complains.
    pool = ProcessPoolExecutor(min(jobs, len(files)), spawn, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        for future in [pool.submit(detect_in_worker, job, file) for file in files]:
            yield future.result()
    except BrokenProcessPool as problem:
        raise SpecnetError("a worker process ended early (out of memory?): try a smaller --jobs") from problem
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown()


def detect_in_worker(job: Job, file: str) -> FileResult:
    return detect_one(load(job.model), job, file)


@cache
def load(model: str) -> Detector:
    """The model, read once per process."""
    return Detector.load(model)
