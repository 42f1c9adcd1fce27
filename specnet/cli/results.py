"""What one run of `specnet detect` found, as values that every output format renders."""

from dataclasses import dataclass, replace

from specnet.timeline import Segment
from specnet.units import Hertz, Seconds


@dataclass(frozen=True, slots=True)
class Header:
    """What holds for all files of a run."""

    specnet: str
    model: str
    sha256: str
    labels: tuple[str, ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file: its segments in order of time, or the `error` for which it could not be read."""

    file: str
    duration: Seconds = 0.0
    sample_rate: Hertz = 0
    segments: tuple[Segment, ...] = ()
    error: str | None = None


def tidy(segment: Segment) -> Segment:
    """The segment in milliseconds and four digits of score, which is more than either is worth.

    >>> tidy(Segment("welcome", 0.08000001, 0.68123, 0.75, 0.98765432))
    Segment(label='welcome', start=0.08, end=0.681, peak=0.75, score=0.9877)
    """
    return replace(
        segment,
        start=round(float(segment.start), 3),
        end=round(float(segment.end), 3),
        peak=round(float(segment.peak), 3),
        score=round(float(segment.score), 4),
    )
