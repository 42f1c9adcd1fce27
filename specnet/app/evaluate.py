"""Measure a model: run it over recordings whose words are known, and over recordings without them."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from specnet.errors import SpecnetError
from specnet.evaluate.measure import OWN_RATE, Heard, confuse, measure
from specnet.evaluate.references import Recording
from specnet.evaluate.report import Confusion, Evaluation
from specnet.timeline import Segment
from specnet.units import Seconds

GROUPS = ("snr", "source")

Progress = Callable[[Sequence[Recording], str], Iterable[Recording]]
"""Passes recordings on while it shows how far along they are, under a title."""


def _quiet(recordings: Sequence[Recording], title: str) -> Iterable[Recording]:
    return recordings


class CandidateSource(Protocol):
    """What is measured: a `Detector`, or anything else that finds words."""

    @property
    def labels(self) -> Sequence[str]: ...

    def threshold(self, false_alarms_per_hour: float = ...) -> float:
        """The score at which it promises that many false alarms per hour."""

    def candidates(self, source: Path, /) -> tuple[Sequence[Segment], Seconds]:
        """Everything in a file that may be a word, however low its score, and the length of the file."""


def evaluate(
    detector: CandidateSource,
    positives: Sequence[Recording],
    negatives: Sequence[Recording],
    groups: Sequence[str] = GROUPS,
    progress: Progress = _quiet,
    calibrated: bool = True,
) -> Evaluation:
    """Measure every label that the positives hold, and count misses by the columns in `groups`.

    Positives found among the negatives are left out of these. A detector that is not `calibrated` is not asked for its
    threshold: each label gets the one that these recordings call for. Errors: a file that cannot be read, a word after
    the end of its recording, nothing to count false alarms in.
    """
    said = {word.label for recording in positives for word in recording.words}
    places = {(recording.sound.path.resolve(), recording.sound.offset) for recording in positives}
    others = [one for one in negatives if (one.sound.path.resolve(), one.sound.offset) not in places]
    own = detector.threshold(OWN_RATE) if calibrated else None
    spoken = hear(detector, positives, "positives", progress)
    silent = hear(detector, others, "negatives", progress)
    return Evaluation(
        reports=tuple(measure(label, own, groups, spoken, silent) for label in detector.labels if label in said),
        positives=len(spoken),
        positive_seconds=sum(heard.duration for heard in spoken),
        negatives=len(silent),
        negative_seconds=sum(heard.duration for heard in silent),
    )


def classify(detector: CandidateSource, clips: Sequence[Recording], progress: Progress = _quiet) -> Confusion:
    """Which label scores highest in each clip, against the one it holds."""
    return confuse(detector.labels, hear(detector, clips, "clips", progress))


def hear(
    detector: CandidateSource, recordings: Sequence[Recording], title: str = "", progress: Progress = _quiet
) -> list[Heard]:
    """Run the detector over recordings, for `specnet.evaluate.measure`."""
    return [_hear(detector, recording) for recording in progress(recordings, title)]


def _hear(detector: CandidateSource, recording: Recording) -> Heard:
    with recording.sound.on_disk() as path:
        candidates, duration = detector.candidates(path)
    for word in recording.words:
        if word.bounded and word.start >= duration:
            line = f"{word.label!r} cannot start at {word.start} s: the recording ends after {duration:.2f} s"
            raise SpecnetError(f"{recording.sound.name}: {line}")
    return Heard(recording, candidates, duration)
