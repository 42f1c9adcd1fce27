"""A labelled stretch of time: a word or a phone in a recording."""

from collections.abc import Iterable
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


def within(intervals: Iterable[Interval], start: Seconds, end: Seconds) -> tuple[Interval, ...]:
    """Those that lie wholly between two times, counted from the first time."""
    return tuple(i.shifted(-start) for i in intervals if i.start >= start and i.end <= end)


def overlapping(intervals: Iterable[Interval], start: Seconds, end: Seconds) -> tuple[Interval, ...]:
    """What lies between two times, counted from the first time; an interval that is cut keeps the rest.

    >>> overlapping([Interval("AH", 0.0, 1.0)], 0.5, 2.0)
    (Interval(label='AH', start=0.0, end=0.5),)
    """
    return tuple(
        Interval(i.label, max(i.start, start) - start, min(i.end, end) - start)
        for i in intervals
        if max(i.start, start) < min(i.end, end)
    )
