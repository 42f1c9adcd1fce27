"""Units as names for plain numbers: a signature says what it measures.

>>> span: Seconds = 0.5
>>> rate: Hertz = 16_000
>>> count: Samples = int(span * rate)
>>> count
8000
"""

from typing import TypeAlias

Seconds: TypeAlias = float
"""Time since the start of the file, or a length of time."""

Hertz: TypeAlias = int
"""Samples per second."""

Samples: TypeAlias = int
"""A number of samples of one channel, or the position of one."""
