"""The classical kernels, made by hand before networks learnt theirs."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from specnet.errors import SpecnetError

_ONE = np.ones(3)
_STEP = np.array([-1.0, 0.0, 1.0])
_BELL = np.array([1.0, 2.0, 1.0])

_KERNELS = {
    "identity": np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "edge-diagonal": np.array([[1.0, 0, -1], [0, 0, 0], [-1, 0, 1]]),
    "edge-laplacian": np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "edge-outline": np.array([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
    "sobel-x": np.outer(_BELL, _STEP),
    "sobel-y": np.outer(_STEP, _BELL),
    "prewitt-x": np.outer(_ONE, _STEP),
    "prewitt-y": np.outer(_STEP, _ONE),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "box-blur": np.full((3, 3), 1 / 9),
    "box-blur-5": np.full((5, 5), 1 / 25),
    "gaussian": np.outer(_BELL, _BELL) / 16,
}

NAMES = tuple(_KERNELS)
"""What `kernel` knows: 3x3 but for `box-blur-5`."""


def kernel(name: str) -> NDArray[np.float64]:
    """The classical kernel `name` ``[height, width]``, to be cross-correlated with a picture.

    - ``identity`` changes nothing.
    - ``edge-diagonal`` (the mixed derivative), ``edge-laplacian`` (4 neighbours), ``edge-outline`` (8 neighbours, with
      the opposite sign) find edges; their weights sum to 0.
    - ``sobel-x``, ``prewitt-x`` find vertical edges (positive from dark on the left to bright on the right),
      ``sobel-y``, ``prewitt-y`` horizontal ones (positive from dark above to bright below).
    - ``sharpen`` is the identity minus ``edge-laplacian``; ``box-blur`` (3x3), ``box-blur-5`` (5x5) and ``gaussian``
      smooth; their weights sum to 1.

    >>> kernel("sobel-x")
    array([[-1.,  0.,  1.],
           [-2.,  0.,  2.],
           [-1.,  0.,  1.]])

    Raises `SpecnetError` for a name that it does not know, with the nearest that it does.
    """
    if name not in _KERNELS:
        near = get_close_matches(name, NAMES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(NAMES)}"
        raise SpecnetError(f"no kernel named {name!r}: {hint}")
    return _KERNELS[name].copy()
