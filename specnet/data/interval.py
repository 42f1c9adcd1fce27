"""A labelled stretch of time: a word or a phone in a recording."""

from typing import NamedTuple

from specnet.units import Seconds


class Interval(NamedTuple):
    """A label and where it is said, in seconds from the start of the recording.

    >>> Interval("welcome", 0.5, 1.0).shifted(2.0)
    Interval(label='welcome', start=2.5, end=3.0)
    """

    label: str
    start: Seconds
    end: Seconds

    def shifted(self, offset: Seconds) -> "Interval":
        return Interval(self.label, self.start + offset, self.end + offset)

    def scaled(self, factor: float) -> "Interval":
        """The interval in a recording played `1 / factor` times as fast."""
        return Interval(self.label, self.start * factor, self.end * factor)
