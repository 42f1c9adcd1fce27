"""Pooling as plain functions on arrays ``[channels, *space]``: no parameters, and channels stay what they are."""

from __future__ import annotations

from specnet.core.sliding import Floats, Sizes, slide


def max_pool(x: Floats, kernel: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> Floats:
    """The largest element of each window of `x` ``[C, *space]``: ``[C, *out]``; the stride is the kernel unless given.

    Padding never wins: it copies what lies at the border, which the window holds anyway.

    >>> import numpy as np
    >>> max_pool(np.array([[1.0, 3.0, 2.0, 0.0]]), 2)
    array([[3., 2.]])

    Raises `SpecnetError` where the window is larger than what reaches it.
    """
    stride = kernel if stride is None else stride
    windows = slide(x, kernel, stride=stride, padding=padding, fill="replicate")
    largest: Floats = windows.max(axis=_inside(x))
    return largest


def average_pool(x: Floats, kernel: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> Floats:
    """The mean of each window of `x` ``[C, *space]``: ``[C, *out]``; zeros that pad count like any other element.

    >>> import numpy as np
    >>> average_pool(np.array([[1.0, 3.0, 2.0, 0.0]]), 2)
    array([[2., 1.]])

    Raises `SpecnetError` where the window is larger than what reaches it.
    """
    stride = kernel if stride is None else stride
    mean: Floats = slide(x, kernel, stride=stride, padding=padding).mean(axis=_inside(x))
    return mean


def global_average_pool(x: Floats) -> Floats:
    """The mean of each channel of `x` ``[C, *space]``, wherever in the map: ``[C]``.

    >>> import numpy as np
    >>> global_average_pool(np.array([[[1.0, 3.0], [2.0, 0.0]], [[7.0, 7.0], [7.0, 7.0]]]))
    array([1.5, 7. ])
    """
    mean: Floats = x.mean(axis=tuple(range(1, x.ndim)))
    return mean


def _inside(x: Floats) -> tuple[int, ...]:
    # the axes of the kernel, which `slide` puts last
    return tuple(range(1 - x.ndim, 0))
