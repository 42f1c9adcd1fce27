"""What lies around things and between them, for a network that is to find them on a page: bright on black.

A scan looks everywhere, and mostly at what is no thing at all. Half of what it can mistake for one is made of things:
their parts, and the gap between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

Bytes = NDArray[np.uint8]
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True)
class Clutter:
    """How much of it a training sees; a recipe's `[clutter]`."""

    share: Share = 0.25  # of the pictures of a batch show no thing
    neighbour_share: Share = 0.5  # of the things have a part of another beside, above or below them
    reach: Annotated[float, Field(gt=0, le=1)] = 0.25  # of a side: a thing that is so far off its place is none

    def beside(self, things: Bytes, others: Bytes, random: np.random.Generator) -> Bytes:
        """Things `[B, C, H, W]`, some with another that reaches into the picture."""
        height, width = things.shape[2:]
        far = random.integers([[3 * height // 5], [3 * width // 5]], [[height], [width]], (2, len(things)))
        there = random.random(len(things)) < self.neighbour_share
        return np.where(there[:, None, None, None], np.maximum(things, _off(others, far, random)), things)

    def nothing(self, things: Bytes, others: Bytes, random: np.random.Generator) -> Bytes:
        """As many pictures without a thing in its place: parts of things, lines, dots, noise, black."""
        size = np.array(things.shape[2:])[:, None]
        least = np.ceil(self.reach * size)
        near = random.integers(least, np.maximum(least, size * 3 // 4) + 1, (2, len(things)))
        gaps = np.maximum(_off(things, near, random), self.beside(np.zeros_like(things), others, random))
        marks = _marks(things.shape, random)
        level = random.uniform(0, 80, (len(things), 1, 1, 1))
        noise = np.clip(random.normal(0, level, things.shape), 0, 255).astype(np.uint8)
        lines = np.maximum(marks, gaps)
        kinds = [gaps, gaps, gaps, gaps, lines, marks, noise, np.zeros_like(things)]
        return np.choose(random.integers(0, len(kinds), len(things))[:, None, None, None], kinds)


def _off(pictures: Bytes, far: NDArray[np.int64], random: np.random.Generator) -> Bytes:
    """Each picture moved along one axis, by `far` `[2, B]` pixels if it is that axis; black comes in."""
    count, _, height, width = pictures.shape
    along = random.integers(0, 2, count)
    sign = random.choice([-1, 1], count)
    down, right = np.where(along == 0, sign * far[0], 0), np.where(along == 1, sign * far[1], 0)
    edged = np.pad(pictures, ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows = np.clip(np.arange(height) - down[:, None] + 1, 0, height + 1)
    columns = np.clip(np.arange(width) - right[:, None] + 1, 0, width + 1)
    moved: Bytes = edged[np.arange(count)[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return moved.transpose(0, 3, 1, 2)


def _marks(shape: tuple[int, ...], random: np.random.Generator) -> Bytes:
    """A line from edge to edge, or a dot."""
    count, _, height, width = shape
    y, x = np.mgrid[:height, :width]
    angle, thick = random.uniform(0, np.pi, count), random.uniform(0.5, 3, count)
    row, column = random.uniform(0, height, count), random.uniform(0, width, count)
    down, right = y - row[:, None, None], x - column[:, None, None]
    cos, sin = (part(angle)[:, None, None] for part in (np.cos, np.sin))
    away = np.where(random.random(count)[:, None, None] < 0.5, np.abs(cos * down - sin * right), np.hypot(down, right))
    ink = np.clip(thick[:, None, None] + 0.5 - away, 0, 1) * random.uniform(100, 255, count)[:, None, None]
    return np.broadcast_to(ink.astype(np.uint8)[:, None], shape)
