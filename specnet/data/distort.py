"""The same picture seen otherwise: moved, turned, scaled, mirrored, lighter, darker, half hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from pydantic import Field

Bytes = NDArray[np.uint8]
Pixels = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True)
class Distortion:
    """What is done to the pictures of a training; a recipe's `[augment]`. Each is drawn anew for every picture."""

    shift: Pixels = 0  # moved by up to so many pixels along each axis; what comes in is black
    crop: Pixels = 0  # the same, but what comes in is the picture, mirrored at its edge
    flip: bool = False  # left and right exchanged, half of the time
    rotation: Annotated[float, Field(ge=0, le=180)] = 0.0  # degrees, to either side
    zoom: Share = 0.0  # scaled by 1 - zoom to 1 + zoom
    brightness: Share = 0.0  # so much of the full scale is added or taken away
    contrast: Share = 0.0  # distances from the picture's mean, times 1 - contrast to 1 + contrast
    cut_out: Pixels = 0  # the side of a square of grey (DeVries and Taylor 2017, arXiv:1708.04552)
    mix_up: Annotated[float, Field(ge=0)] = 0.0  # alpha of Zhang et al. 2017, arXiv:1710.09412; 0 = none


def distort(pictures: Bytes, how: Distortion, random: np.random.Generator) -> Bytes:
    """Pictures `[B, C, H, W]` distorted, each in its own way (all but mixed up, which takes their labels along).

    >>> pictures = np.zeros((2, 1, 8, 8), np.uint8)
    >>> distort(pictures, Distortion(brightness=0.5), np.random.default_rng(4)).max(axis=(1, 2, 3))
    array([113,   3], dtype=uint8)
    """
    if how.flip:
        mirrored = random.random(len(pictures)) < 0.5
        pictures = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    if how.rotation or how.zoom:
        pictures = _turned(pictures, how, random)
    if how.shift:
        pictures = _moved(pictures, how.shift, "constant", random)
    if how.crop:
        pictures = _moved(pictures, how.crop, "reflect", random)
    if how.brightness or how.contrast:
        pictures = _exposed(pictures, how, random)
    if how.cut_out:
        pictures = _hidden(pictures, how.cut_out, random)
    return pictures


def _moved(pictures: Bytes, far: int, beyond: Literal["constant", "reflect"], random: np.random.Generator) -> Bytes:
    height, width = pictures.shape[2:]
    wide = np.pad(pictures, ((0, 0), (0, 0), (far, far), (far, far)), beyond)
    places = sliding_window_view(wide, (height, width), axis=(2, 3))
    down, right = random.integers(0, 2 * far + 1, (2, len(pictures)))
    found: Bytes = places[np.arange(len(pictures)), :, down, right]
    return found


def _turned(pictures: Bytes, how: Distortion, random: np.random.Generator) -> Bytes:
    """Turned and scaled around the middle, bilinear; black comes in."""
    count, _, height, width = pictures.shape
    angle = np.radians(_around(0.0, how.rotation, count, random))
    scale = 1 / _around(1.0, how.zoom, count, random)
    y, x = np.mgrid[:height, :width] - np.array([(height - 1) / 2, (width - 1) / 2])[:, None, None]
    cos, sin = ((scale * part)[:, None, None] for part in (np.cos(angle), np.sin(angle)))
    return _sampled(pictures, cos * y - sin * x + (height - 1) / 2, sin * y + cos * x + (width - 1) / 2)


def _sampled(pictures: Bytes, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Bytes:
    """The values between pixels, at places `[B, H, W]`."""
    edged = np.pad(pictures, ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = pictures.shape[2:]
    rows, columns = np.clip(rows + 1, 0, height + 0.999), np.clip(columns + 1, 0, width + 0.999)
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    below, beside = (rows - top)[:, None], (columns - left)[:, None]
    which = np.arange(len(pictures))[:, None, None]

    def at(row: NDArray[np.intp], column: NDArray[np.intp]) -> NDArray[np.float64]:
        corner: NDArray[np.float64] = edged[which, :, row, column].transpose(0, 3, 1, 2).astype(np.float64)
        return corner

    upper = at(top, left) * (1 - beside) + at(top, left + 1) * beside
    lower = at(top + 1, left) * (1 - beside) + at(top + 1, left + 1) * beside
    return _bytes(upper * (1 - below) + lower * below)


def _exposed(pictures: Bytes, how: Distortion, random: np.random.Generator) -> Bytes:
    count = len(pictures)
    more = 255 * _around(0.0, how.brightness, count, random)[:, None, None, None]
    spread = _around(1.0, how.contrast, count, random)[:, None, None, None]
    means = pictures.mean(axis=(1, 2, 3), keepdims=True)
    return _bytes(means + spread * (pictures - means) + more)


def _hidden(pictures: Bytes, side: int, random: np.random.Generator) -> Bytes:
    """A square around any pixel, so that it may hang over the edge, becomes the mean of its picture."""
    count, _, height, width = pictures.shape
    row, column = random.integers(0, [height, width], (count, 2)).T
    down = np.abs(np.arange(height) + 0.5 - row[:, None]) < side / 2
    across = np.abs(np.arange(width) + 0.5 - column[:, None]) < side / 2
    square = (down[:, :, None] & across[:, None, :])[:, None]
    hidden: Bytes = np.where(square, _bytes(pictures.mean(axis=(2, 3), keepdims=True)), pictures)
    return hidden


def _around(middle: float, spread: float, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    return random.uniform(middle - spread, middle + spread, count)


def _bytes(values: NDArray[Any]) -> Bytes:
    rounded: Bytes = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rounded
