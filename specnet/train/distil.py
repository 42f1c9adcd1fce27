"""What the teachers of a recipe say of the examples (Hinton 2015, arXiv:1503.02531).

They run as the product does, from their model files, in the process that composes the examples. Each is read once per
process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from functools import cache

import numpy as np
from numpy.typing import NDArray

from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle, ImageBundle, read_model
from specnet.runtime.network import OnnxNetwork
from specnet.scan import Scanner
from specnet.timeline import FrameGrid
from specnet.train.recipe import Teacher
from specnet.train.targets import window_ends

Floats = NDArray[np.float32]


def check_sound(teachers: Sequence[Teacher], labels: Sequence[str], sample_rate: int) -> None:
    """Raise `SpecnetError` where one is no model for sound of these labels, in any order, at this sample rate."""
    for teacher in teachers:
        found = _read(teacher)
        if not isinstance(found, Bundle):
            raise SpecnetError(f"{teacher.model} is a model for images: a teacher should be one for sound, too")
        _check_labels(teacher, found.labels, labels)
        if found.grid.sample_rate != sample_rate:
            raise SpecnetError(
                f"{teacher.model}: hears {found.grid.sample_rate} Hz, a teacher should hear {sample_rate}"
            )


def check_images(teachers: Sequence[Teacher], classes: Sequence[str], size: Sequence[int]) -> None:
    """Raise `SpecnetError` where one is no model for images of these classes, in any order, and this size of input."""
    for teacher in teachers:
        found = _read(teacher)
        if not isinstance(found, ImageBundle):
            raise SpecnetError(f"{teacher.model} is a model for sound: a teacher should be one for images, too")
        _check_labels(teacher, found.labels, classes)
        theirs = astuple(found.card.input)
        if theirs != tuple(size):
            raise SpecnetError(f"{teacher.model}: takes pictures {_by(theirs)}, a teacher should take {_by(size)}")


def heard(teachers: Sequence[Teacher], labels: Sequence[str], waveform: Floats, grid: FrameGrid) -> Floats:
    """The mean of the probabilities [labels, T] that teachers give in `waveform` [N], at the frames of `grid`.

    A teacher's frame and the learner's are of the same time where their windows end: targets follow the end of a word.
    Between its frames a teacher's probability is interpolated; before its first, it is that of the first.
    """
    ends = window_ends(grid, grid.count(len(waveform)))
    said = [_scores(teacher, labels, waveform, ends) for teacher in teachers]
    return np.asarray(np.mean(said, axis=0), np.float32)


def seen(teachers: Sequence[Teacher], classes: Sequence[str], images: NDArray[np.uint8]) -> Floats:
    """The mean of the probabilities [B, classes] that teachers give for `images` [B, C, H, W]."""
    pictures = np.divide(images, 255, dtype=np.float32)
    said = [_network(teacher).probabilities(pictures)[:, _order(teacher, classes), 0] for teacher in teachers]
    return np.asarray(np.mean(said, axis=0), np.float32)


def _scores(
    teacher: Teacher, labels: Sequence[str], waveform: Floats, ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    scanner = _scanner(teacher)
    track, _ = scanner.step(waveform, scanner.start())
    times = [scanner.grid.end(track.first + i) for i in range(len(track.scores))]
    columns = _order(teacher, labels)
    return np.stack([np.interp(ends, times, track.scores[:, column]) for column in columns])


@cache
def _read(teacher: Teacher) -> Bundle | ImageBundle:
    found = read_model(teacher.model)
    if found.sha256 != teacher.sha256:
        raise SpecnetError(
            f"{teacher.model}: has changed: its sha256 is {found.sha256[:12]}..., the recipe's teacher has "
            f"{teacher.sha256[:12]}..."
        )
    return found


@cache
def _scanner(teacher: Teacher) -> Scanner:
    found = _read(teacher)
    assert isinstance(found, Bundle)
    return Scanner(found)


@cache
def _network(teacher: Teacher) -> OnnxNetwork:
    found = _read(teacher)
    assert isinstance(found, ImageBundle)
    return OnnxNetwork(found)


def _order(teacher: Teacher, labels: Sequence[str]) -> list[int]:
    """Where each label is among the teacher's."""
    return [_read(teacher).labels.index(label) for label in labels]


def _check_labels(teacher: Teacher, theirs: Sequence[str], ours: Sequence[str]) -> None:
    if sorted(theirs) != sorted(ours):
        raise SpecnetError(f"{teacher.model}: knows {', '.join(theirs)}, a teacher should know {', '.join(ours)}")


def _by(size: Sequence[int]) -> str:
    return "x".join(map(str, size))
