"""Objects on a picture: boxes, and which of many that overlap stays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Box:
    """An object: what it is, how sure that is (0..1), and the pixels it covers; `left` and `top` are the first ones."""

    label: str
    score: float
    left: int
    top: int
    width: int
    height: int


def non_maximum_suppression(
    edges: NDArray[np.floating], scores: NDArray[np.floating], most_overlap: float, larger: float = 0.0
) -> NDArray[np.intp]:
    """Greedily the best box, then the best of those that share no more than `most_overlap` with any chosen one, ...

    `edges` ``[N, 4]`` are left, top, right, bottom, `scores` ``[N]``. The best has the highest score, times its area to
    the power of `larger`: of two boxes that are about as sure the larger one, for a part may look like something else.
    Gives indices, best first; equals in their order.

    >>> edges = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [10, 0, 20, 10]])
    >>> non_maximum_suppression(edges, np.array([0.8, 0.9, 0.7]), most_overlap=0.3)
    array([1, 2])
    """
    area = np.prod(edges[:, 2:] - edges[:, :2], axis=1, dtype=np.float64)
    left = np.argsort(-scores * np.maximum(area, 1) ** larger, kind="stable")
    chosen = []
    while len(left):
        chosen.append(left[0])
        left = left[1:][shared(edges[left[0]], edges[left[1:]]) <= most_overlap]
    return np.array(chosen, np.intp)


def shared(box: NDArray[np.floating], others: NDArray[np.floating]) -> NDArray[np.float64]:
    """How much of the smaller of two lies in both: a box ``[4]`` with each of `others` ``[N, 4]``.

    One that lies within another is all shared, however small it is.

    >>> shared(np.array([0, 0, 2, 2]), np.array([[0, 0, 4, 4], [1, 0, 3, 2], [2, 2, 3, 3]])).tolist()
    [1.0, 0.5, 0.0]
    """
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    intersection = np.prod(np.maximum(sides, 0), axis=1, dtype=np.float64)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1, dtype=np.float64)
    smaller = np.minimum(areas, np.prod(box[2:] - box[:2]))
    part: NDArray[np.float64] = np.divide(intersection, smaller, out=np.zeros_like(areas), where=smaller > 0)
    return part
