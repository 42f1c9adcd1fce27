"""What a sliding operation sees: padding, and every position of a window over an array `[channels, *space]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, TypedDict

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from specnet.core.window import Window
from specnet.errors import SpecnetError

Floats: TypeAlias = NDArray[np.floating[Any]]

Sizes: TypeAlias = int | Sequence[int]
"""One number for every spatial axis, or one per axis."""

Fill: TypeAlias = Literal["zero", "replicate"]
"""What padding consists of: zeros, or copies of the nearest element at the border."""

_NUMPY_MODE: dict[str, Literal["constant", "edge"]] = {"zero": "constant", "replicate": "edge"}


class Sliding(TypedDict, total=False):
    """How a kernel moves over its input; the options of `slide` and of everything that slides."""

    stride: Sizes
    dilation: Sizes
    padding: Sizes
    fill: Fill


def pad(x: Floats, padding: Sizes, fill: Fill = "zero") -> Floats:
    """`x` ``[channels, *space]`` with `padding` more elements before and after each spatial axis.

    >>> pad(np.array([[1.0, 2.0, 3.0]]), 2, "replicate")
    array([[1., 1., 1., 2., 3., 3., 3.]])

    Zeros keep the scale but draw an edge around the map; copies ("replicate") draw none.
    Raises `SpecnetError` for another fill, less than 0, and where there is nothing to copy.
    """
    if fill not in _NUMPY_MODE:
        raise SpecnetError(f"padding with {fill!r}: must be one of {', '.join(_NUMPY_MODE)}")
    if fill == "replicate" and 0 in x.shape:
        raise SpecnetError(f"nothing to replicate around an input of shape {x.shape}")
    amounts = per_axis("padding", padding, x.ndim - 1)
    if any(amount < 0 for amount in amounts):
        raise SpecnetError(f"padding {amounts}: must be at least 0")
    widths = [(0, 0), *((amount, amount) for amount in amounts)]
    return np.pad(x, widths, mode=_NUMPY_MODE[fill])


def slide(
    x: Floats, kernel: Sizes, *, stride: Sizes = 1, dilation: Sizes = 1, padding: Sizes = 0, fill: Fill = "zero"
) -> Floats:
    """What each output of a sliding operation sees of `x` ``[channels, *space]``: a view ``[channels, *out, *kernel]``.

    ``slide(...)[c, j, i, y, x]`` is the element that the weight at (y, x) of a kernel meets for the output at (j, i).
    The sizes of `out` are those of a `Window` per axis.

    >>> slide(np.arange(6.0)[None], 3, stride=2)
    array([[[0., 1., 2.],
            [2., 3., 4.]]])

    Raises `SpecnetError` where the kernel spans more than what reaches it, or a number makes no sense.
    """
    rank = x.ndim - 1
    options = {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}
    numbers = [per_axis(name, value, rank) for name, value in options.items()]
    windows = [Window(*axis) for axis in zip(*numbers, strict=True)]
    for size, window in zip(x.shape[1:], windows, strict=True):
        if window.output(size) < 1:
            padded = f" with padding {window.padding}" if window.padding else ""
            raise SpecnetError(f"a kernel that spans {window.span} is larger than the {size}{padded} that reach it")
    seen = sliding_window_view(pad(x, padding, fill), [w.span for w in windows], axis=tuple(range(1, x.ndim)))
    positions = (slice(None, None, window.stride) for window in windows)
    taps = (slice(None, None, window.dilation) for window in windows)
    return seen[(slice(None), *positions, *taps)]


def per_axis(name: str, value: Sizes, rank: int) -> tuple[int, ...]:
    """`value` for each of `rank` axes. Raises `SpecnetError` where there are too few or too many.

    >>> per_axis("stride", 2, rank=3)
    (2, 2, 2)
    """
    values = tuple(value) if isinstance(value, Sequence) else (value,) * rank
    if len(values) != rank:
        raise SpecnetError(f"{name} {values} for an input of rank {rank}: give one number, or one per spatial axis")
    return values
