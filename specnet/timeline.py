"""Where things are in a recording: segments in seconds, frames of a scan on a regular grid."""

from dataclasses import dataclass

from specnet.units import Hertz, Samples, Seconds


@dataclass(frozen=True, slots=True)
class Segment:
    """One spoken word: from `start` to `end`, with the best `score` (0..1) at `peak`. Times from the start of the file.

    >>> Segment("welcome", start=1.2, end=1.7, peak=1.8, score=0.93).duration
    0.5
    """

    label: str
    start: Seconds
    end: Seconds
    peak: Seconds
    score: float

    @property
    def duration(self) -> Seconds:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class FrameGrid:
    """The one place where frame indices become seconds and back.

    Frame *i* looks at the samples ``[i * stride + offset, i * stride + offset + receptive_field)``. `offset` is 0 for a
    scan that begins with the first sample, and negative for one that begins in the silence put before it.

    >>> grid = FrameGrid(stride=160, receptive_field=16_000, sample_rate=16_000)
    >>> grid.start(10), grid.end(10), grid.count(16_320)
    (0.1, 1.1, 3)
    """

    stride: Samples
    receptive_field: Samples
    sample_rate: Hertz
    offset: Samples = 0

    def start(self, index: int) -> Seconds:
        """Where the window of frame `index` starts."""
        return (index * self.stride + self.offset) / self.sample_rate

    def end(self, index: int) -> Seconds:
        """Where the window of frame `index` ends."""
        return (index * self.stride + self.offset + self.receptive_field) / self.sample_rate

    def centre(self, index: int) -> Seconds:
        """The middle of the window of frame `index`."""
        return (self.start(index) + self.end(index)) / 2

    def count(self, samples: Samples) -> int:
        """How many windows lie wholly before sample number `samples`."""
        return max(0, (samples - self.offset - self.receptive_field) // self.stride + 1)
