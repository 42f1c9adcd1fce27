"""What each output frame should say, from the intervals of a scene.

Times are seconds in the scene; output frame i sees the samples [i S, i S + R) of its `FrameGrid` (plus its offset).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specnet.data.interval import Interval
from specnet.timeline import FrameGrid
from specnet.train.sound_recipe import Targets
from specnet.units import Seconds

IGNORE = -100  # the target of a frame that does not count; torch's own default
BACKGROUND = 0
CONTIGUOUS: Seconds = 0.02  # phones are that lie closer to each other


Span = tuple[Seconds, Seconds]
Integers = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FrameTargets:
    """`labels` [T]: 0 = background, k = label k - 1, IGNORE; `bounds` [2, T]: seconds from the end of the frame's
    window back to the start and the end of the word, where `labels` > 0, else 0."""

    labels: Integers
    bounds: Floats


def frame_targets(
    words: Sequence[Interval],
    labels: Sequence[str],
    grid: FrameGrid,
    frames: int,
    timing: Targets,
) -> FrameTargets:
    """Targets of `frames` output frames.

    A frame is positive where its window ends `timing.positive` seconds after the end of a word, does not count
    elsewhere in `timing.ignored`, and is background otherwise.
    A positive frame of one word wins over the ignored frames of another, and the later word over the earlier.

    >>> grid = FrameGrid(stride=1600, receptive_field=16000, sample_rate=16000)   # windows end at 1.0, 1.1, ...
    >>> targets = frame_targets([Interval("hey", 0.9, 1.25)], ["hey"], grid, 8, Targets())
    >>> targets.labels
    array([   0,    0,    0, -100,    1, -100, -100,    0])
    >>> targets.bounds[:, 4]
    array([0.5 , 0.15], dtype=float32)
    """
    ends = window_ends(grid, frames)
    classes = np.zeros(frames, np.int64)
    bounds = np.zeros((2, frames), np.float32)
    for word in words:
        classes[_within(ends - word.end, timing.ignored)] = IGNORE
    for word in sorted(words, key=lambda word: word.end):
        positive = _within(ends - word.end, timing.positive)
        classes[positive] = 1 + labels.index(word.label)
        bounds[:, positive] = ends[positive] - np.array([[word.start], [word.end]])
    return FrameTargets(classes, bounds)


def clip_target(words: Sequence[Interval], labels: Sequence[str]) -> int:
    """The class of a whole clip: that of its first word, or background.

    >>> clip_target([], ["hey"])
    0
    """
    return 1 + labels.index(words[0].label) if words else BACKGROUND


def phone_targets(
    phones: Sequence[Interval],
    vocabulary: Sequence[str],
    grid: FrameGrid,
    frames: int,
) -> Integers:
    """The phone at the centre of each frame's window [T], IGNORE where none is known.

    >>> grid = FrameGrid(stride=1600, receptive_field=3200, sample_rate=16000)    # centres at 0.1, 0.2, ...
    >>> phone_targets([Interval("AY", 0.15, 0.3)], ["SIL", "AY"], grid, 4)
    array([-100,    1, -100, -100])
    """
    centres = window_ends(grid, frames) - grid.receptive_field / grid.sample_rate / 2
    targets = np.full(frames, IGNORE, np.int64)
    for phone in phones:
        first, last = np.searchsorted(centres, [phone.start, phone.end])
        targets[first:last] = vocabulary.index(phone.label)
    return targets


def history_targets(
    phones: Sequence[Interval], vocabulary: Sequence[str], times: NDArray[np.float64], depth: int
) -> Integers:
    """The phone that is said at each of the `times`, the one before it and so on [depth, T], however long each takes.

    IGNORE from where nobody knows on: before a gap between phones.

    >>> phones = [Interval("AY", 0.1, 0.3), Interval("SIL", 0.3, 0.8)]
    >>> history_targets(phones, ["SIL", "AY"], np.array([0.0, 0.2, 0.4]), depth=2)
    array([[-100,    1,    0],
           [-100, -100,    1]])
    """
    targets = np.full((depth, len(times)), IGNORE, np.int64)
    last: list[int] = []  # the phones without a gap before this one, the latest first
    end = -math.inf
    for phone in phones:
        unbroken = phone.start - end < CONTIGUOUS
        last = [vocabulary.index(phone.label), *(last[: depth - 1] if unbroken else ())]
        first, behind = np.searchsorted(times, [phone.start, phone.end])
        targets[: len(last), first:behind] = np.array(last)[:, None]
        end = phone.end
    return targets


def window_ends(grid: FrameGrid, frames: int) -> NDArray[np.float64]:
    """Where the windows of the first `frames` frames end, in seconds."""
    return (np.arange(frames) * grid.stride + grid.offset + grid.receptive_field) / grid.sample_rate


def _within(values: NDArray[np.float64], span: Span) -> NDArray[np.bool_]:
    return (values >= span[0]) & (values <= span[1])
