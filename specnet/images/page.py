"""A page on which objects of any size lie anywhere: its ink, and the sizes and strips in which a network sees it."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from specnet.images.prepare import FAINTEST, NOISE, Picture, in_channels, resized

BLOCKS = 16
"""The background is one value for each of so many parts along the longer side, and smooth in between."""

FINER = 2 ** (1 / 3)
"""From one size of a page to the next: no object is further than 12 % from a size that the network knows."""


def page_ink(picture: Picture) -> Picture:
    """The ink of a page ``[1, H, W]``, light on dark, however unevenly the page is lit.

    Most of every region must be paper; whether ink is the dark or the light is decided for the page as a whole. Noise
    is taken for paper, and the strongest ink is 1.

    >>> page = np.linspace(0.5, 0.9, 320, dtype=np.float32) * np.ones((1, 200, 1), np.float32)       # a shadow
    >>> page[:, 90:110, 100:104] -= 0.3
    >>> found = page_ink(page)
    >>> round(float(found[0, 100, 102]), 2), int(np.count_nonzero(found))
    (1.0, 80)
    """
    grey = in_channels(picture, 1)
    if np.sum((grey - background(grey, 0.5, 0.5)) ** 3) < 0:  # what stands out is dark
        grey = 1 - grey
    away = grey - background(grey, 0.3, 0.25)  # a region full of ink sees its neighbours' paper
    away -= np.median(away)
    away[away <= max(NOISE * float(np.median(np.abs(away))), FAINTEST)] = 0
    if not away.any():
        return away
    strongest = float(np.quantile(away[away > 0], 0.9))
    found: Picture = np.minimum(away / strongest, 1, dtype=np.float32)
    return found


def background(grey: Picture, within: float, around: float) -> Picture:
    """The paper of a page ``[1, H, W]``, smooth: a quantile `within` each region, and one of those `around` it."""
    _, high, wide = grey.shape
    side = -(-max(high, wide) // BLOCKS)
    rows, columns = -(-high // side), -(-wide // side)
    blocks = np.array(
        [
            [np.quantile(grey[0, y * side : (y + 1) * side, x * side : (x + 1) * side], within) for x in range(columns)]
            for y in range(rows)
        ],
        np.float32,
    )
    neighbours = sliding_window_view(np.pad(blocks, 1, "edge"), (3, 3)).reshape(rows, columns, 9)
    blocks = np.quantile(neighbours, around, axis=2).astype(np.float32)
    return resized(blocks[None], high, wide, (0, 0, wide / side, high / side))


def pyramid(page: Picture, largest: float, smallest: float) -> Iterator[tuple[float, Picture]]:
    """The page at falling scales, and each scale: from the `largest` one to about the `smallest`.

    >>> [(round(scale, 2), level.shape) for scale, level in pyramid(np.zeros((1, 100, 150), np.float32), 1.0, 0.6)]
    [(1.0, (1, 100, 150)), (0.79, (1, 79, 119)), (0.63, (1, 63, 94))]
    """
    _, high, wide = page.shape
    scale = largest
    while scale >= smallest:
        yield scale, resized(page, max(1, round(high * scale)), max(1, round(wide * scale)))
        scale /= FINER


def around_ink(level: Picture, edges: NDArray[np.intp], inset: int) -> NDArray[np.intp]:
    """Boxes ``[N, 4]`` (left, top, right, bottom) of one size on a level ``[1, H, W]``, drawn in to the ink in them.

    `inset` pixels along the sides are left to the neighbours. A box without ink stays as it is.
    """
    if not len(edges):
        return edges
    left, top, right, bottom = edges[0] + [inset, inset, -inset, -inset]
    windows = sliding_window_view(level[0] > 0, (bottom - top, right - left))
    inked: NDArray[np.bool_] = windows[edges[:, 1] + inset, edges[:, 0] + inset]
    drawn = []
    for axis, first in ((1, edges[:, 0]), (2, edges[:, 1])):
        line = np.any(inked, axis=axis)
        drawn.append(
            (first + inset + line.argmax(axis=1), first + inset + line.shape[1] - line[:, ::-1].argmax(axis=1))
        )
    (lefts, rights), (tops, bottoms) = drawn
    return np.where(np.any(inked, axis=(1, 2))[:, None], np.stack([lefts, tops, rights, bottoms], axis=1), edges)


def strips(level: Picture, height: int, stride: int) -> NDArray[np.float32]:
    """``[N, C, height, W]``: strip *i* is the rows from ``i * stride`` on. A view, for they overlap.

    >>> strips(np.zeros((1, 36, 50), np.float32), 28, 4).shape
    (3, 1, 28, 50)
    """
    return sliding_window_view(level, height, axis=1)[:, ::stride].transpose(1, 0, 3, 2)
