"""What a picture has room for: long tracks thinned to columns, in constant memory."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Float = TypeVar("Float", bound=np.floating[Any])

COLUMNS = 2000
"""A picture has at most twice as many: a page shows no more."""


def thin(blocks: Iterable[NDArray[Float]]) -> tuple[NDArray[Float], int]:
    """The maxima of every `factor` of the rows in `blocks` ``[T, n]``, and `factor`, a power of 2 as low as will do.

    Of the last rows there may be fewer.

    >>> maxima, factor = thin(np.arange(5000.0).reshape(-1, 50, 1))
    >>> len(maxima), factor, maxima[:3, 0]
    (2500, 2, array([1., 3., 5.]))
    """
    maxima, rest, filled, factor = np.empty((0, 0)), None, 0, 1
    for block in blocks:
        if rest is None:
            rest, maxima = block[:0], np.empty((2 * COLUMNS, block.shape[1]), block.dtype)
        rest = np.concatenate([rest, block])
        while len(rest) >= factor:
            if filled == len(maxima):
                maxima[:COLUMNS] = maxima.reshape(COLUMNS, 2, -1).max(axis=1)
                filled, factor = COLUMNS, 2 * factor
                continue
            count = min(len(rest) // factor, len(maxima) - filled)
            maxima[filled : filled + count] = rest[: count * factor].reshape(count, factor, -1).max(axis=1)
            filled, rest = filled + count, rest[count * factor :]
    ends = maxima[:0] if rest is None or not len(rest) else rest.max(axis=0, keepdims=True)
    return np.concatenate([maxima[:filled], ends]), factor


def between(blocks: Iterable[NDArray[Float]], first: int, last: float) -> Iterator[NDArray[Float]]:
    """The rows of number `first` up to, but without, `last`; no more blocks than it takes are read.

    >>> [block.tolist() for block in between(iter(np.arange(9.0).reshape(3, 3, 1)), 2, 4)]
    [[[2.0]], [[3.0]]]
    """
    at = 0
    for block in blocks:
        begin, end = max(0, first - at), int(min(max(0, last - at), len(block)))
        yield block[begin:end]
        at += len(block)
        if at >= last:
            return
