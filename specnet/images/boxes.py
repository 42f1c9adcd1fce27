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
    edges: NDArray[np.floating], scores: NDArray[np.floating], most_overlap: float
) -> NDArray[np.intp]:
    """Greedily the best box, then the best of those that overlap no chosen one by more than `most_overlap` (IoU), ...

    `edges` ``[N, 4]`` are left, top, right, bottom, `scores` ``[N]``. Gives indices, best first; equals in their order.

    >>> edges = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [10, 0, 20, 10]])
    >>> non_maximum_suppression(edges, np.array([0.8, 0.9, 0.7]), most_overlap=0.3)
    array([1, 2])
    """
    left = np.argsort(-scores, kind="stable")
    chosen = []
    while len(left):
        chosen.append(left[0])
        left = left[1:][iou(edges[left[0]], edges[left[1:]]) <= most_overlap]
    return np.array(chosen, np.intp)


def iou(box: NDArray[np.floating], others: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of a box ``[4]`` with each of `others` ``[N, 4]``: left, top, right, bottom.

    >>> iou(np.array([0, 0, 2, 2]), np.array([[0, 0, 2, 2], [1, 0, 3, 2], [2, 2, 3, 3]])).tolist()
    [1.0, 0.3333333333333333, 0.0]
    """
    shared = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    intersection = np.prod(np.maximum(shared, 0), axis=1, dtype=np.float64)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1, dtype=np.float64)
    union = areas + np.prod(box[2:] - box[:2]) - intersection
    overlap: NDArray[np.float64] = np.divide(intersection, union, out=np.zeros_like(areas), where=union > 0)
    return overlap
