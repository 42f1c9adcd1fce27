"""Pictures of any size made ready for a network: "fit" fills its input, "ink" is how MNIST's digits were made."""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from specnet.errors import SpecnetError

Picture: TypeAlias = NDArray[np.float32]

LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue look (ITU-R BT.601), as Pillow's mode L has it."""

INK_BOX: Final = 20 / 28
"""The part of MNIST's field that a digit fills along its longer side."""

FAINTEST: Final = 0.04
"""Less contrast than this is paper: compression puts it there, and more would eat the soft edge of strokes."""

NOISE: Final = 8.0
"""So many median deviations of the paper are noise: 5.4 standard deviations, where it is Gaussian."""

LARGE: Final = 140
"""A larger picture is first averaged to so many pixels, which takes noise away and leaves five pixels for one."""


def resized(picture: Picture, height: int, width: int, box: tuple[float, float, float, float] | None = None) -> Picture:
    """``[C, height, width]`` of a picture, or of its part in `box` (left, top, right, bottom), with anti-aliasing."""
    size, sharp = (width, height), Image.Resampling.HAMMING
    channels = [np.asarray(Image.fromarray(channel).resize(size, sharp, box)) for channel in picture]
    return np.stack(channels).astype(np.float32, copy=False)


def prepared(picture: Picture, how: str, channels: int, height: int, width: int) -> Picture:
    """The picture as a network takes it, ``[channels, height, width]``: `how` is "fit" or "ink"."""
    return ink(picture, height) if how == "ink" else fit(picture, channels, height, width)


def fit(picture: Picture, channels: int, height: int, width: int) -> Picture:
    """The largest centred part of `picture` that has the shape of the input, as ``[channels, height, width]``.

    A grey picture is given to a network for colours three times; a coloured one to a grey network as its luminance.

    >>> fit(np.ones((3, 480, 640), np.float32), 1, 32, 32).shape
    (1, 32, 32)
    """
    high, wide = picture.shape[1:]
    scale = min(high / height, wide / width)
    left, top = (wide - width * scale) / 2, (high - height * scale) / 2
    box = (left, top, left + width * scale, top + height * scale)
    return resized(in_channels(picture, channels), height, width, box)


def in_channels(picture: Picture, channels: int) -> Picture:
    """Grey (1) or RGB (3), whichever `picture` is."""
    _require_picture(picture)
    if channels == len(picture):
        return picture
    return luminance(picture) if channels == 1 else np.repeat(picture, 3, axis=0)


def luminance(picture: Picture) -> Picture:
    """``[1, H, W]`` of a picture ``[3, H, W]``."""
    return np.tensordot(LUMA, picture, 1)[None]


def ink(picture: Picture, size: int = 28) -> Picture:
    """One character ``[1, size, size]`` light on dark, the way MNIST's were made.

    What differs from the background along the border is ink; it is scaled to 20 pixels of 28 along its longer side, and
    placed with its centre of mass in the middle (LeCun et al., "Gradient-based learning applied to document
    recognition", 1998).

    Dark on light or light on dark, grey or coloured; noise and faint shadows are taken for paper. A picture without ink
    comes out black.

    >>> paper = np.ones((1, 100, 100), np.float32)
    >>> paper[:, 20:80, 45:55] = 0.2                                       # a stroke
    >>> rows, columns = np.nonzero(ink(paper)[0] > 0.5)
    >>> f"rows {rows.min()} to {rows.max()}, columns {columns.min()} to {columns.max()}"
    'rows 4 to 23, columns 13 to 15'
    """
    _require_picture(picture)
    small, scale = reduced(picture)
    strength = contrast(small)
    field = np.zeros((1, size, size), np.float32)
    if not strength.any():
        return field
    if scale < 1:  # a small character on a large picture is worth a closer look
        top, bottom, left, right = np.rint(np.add(extent(strength), [-1, 1, -1, 1]) / scale).astype(int)
        picture = picture[:, max(0, top) : bottom, max(0, left) : right]
        strength = contrast(reduced(picture)[0])
    top, bottom, left, right = extent(strength)
    found = strength[None, top:bottom, left:right]
    scale = size * INK_BOX / max(found.shape)
    high, wide = (max(1, round(extent * scale)) for extent in found.shape[1:])
    found = resized(found, high, wide)
    found /= found.max()
    mass = found[0] / found.sum()
    top = _placed(mass.sum(axis=1), size)
    left = _placed(mass.sum(axis=0), size)
    field[:, top : top + high, left : left + wide] = found
    return field


def reduced(picture: Picture) -> tuple[Picture, float]:
    """The picture with `LARGE` pixels along its longer side, if it has more, and the scale that it has then."""
    _, high, wide = picture.shape
    scale = min(1.0, LARGE / max(high, wide))
    return (resized(picture, max(1, round(high * scale)), max(1, round(wide * scale))) if scale < 1 else picture), scale


def extent(strength: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """The rows and columns that hold the ink of ``[H, W]``: first row, the one after the last, first column, ..."""
    rows, columns = (np.flatnonzero(strength.any(axis=axis)) for axis in (1, 0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def contrast(picture: Picture) -> NDArray[np.float32]:
    """How far each pixel is from the background, ``[H, W]`` in 0..1: 0 for paper, 1 for the strongest ink."""
    border = np.concatenate([picture[:, 0], picture[:, -1], picture[:, :, 0], picture[:, :, -1]], axis=1)
    background = np.median(border, axis=1)[:, None]
    away: NDArray[np.float32] = np.abs(picture - background[..., None]).max(axis=0)
    paper = np.median(np.abs(border - background).max(axis=0))
    away[away <= max(NOISE * paper, FAINTEST)] = 0
    return away


def _placed(mass: NDArray[Any], size: int) -> int:
    # where pixels of this mass begin so that their centre is the middle of the field, and all of them are in it
    centre = round(float(mass @ np.arange(len(mass))), 3)  # errors must not decide about half pixels
    return min(max(0, round(size / 2 - centre)), size - len(mass))


def _require_picture(picture: Picture) -> None:
    if picture.ndim != 3 or len(picture) not in (1, 3) or 0 in picture.shape:
        raise SpecnetError(f"a picture of shape {picture.shape}: must be [1, H, W] (grey) or [3, H, W] (RGB)")
