"""Boxes that overlap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from specnet.images.boxes import non_maximum_suppression, shared

sides = st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(1, 15)] * 2)
many = st.lists(st.tuples(sides, st.integers(0, 100)), min_size=1, max_size=25)


def arrays(drawn: list[tuple[tuple[int, int, int, int], int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    boxes = np.array([box for box, _ in drawn], np.float64)
    boxes[:, 2:] += boxes[:, :2]
    return boxes, np.array([score / 100 for _, score in drawn])


@given(sides, many)
def test_what_is_shared_is_counted_in_pixels(box: tuple[int, int, int, int], others: list) -> None:
    [one], _ = arrays([(box, 0)])
    edges, _ = arrays(others)

    def pixels(edge: NDArray[np.float64]) -> set[tuple[int, int]]:
        left, top, right, bottom = edge.astype(int)
        return {(x, y) for x in range(left, right) for y in range(top, bottom)}

    expected = [len(pixels(one) & pixels(other)) / min(len(pixels(one)), len(pixels(other))) for other in edges]
    np.testing.assert_allclose(shared(one, edges), expected)


@given(many, st.sampled_from([0.0, 0.3, 0.7]))
def test_what_stays_overlaps_little_and_what_goes_overlaps_a_better_one(drawn: list, most: float) -> None:
    edges, scores = arrays(drawn)
    kept = non_maximum_suppression(edges, scores, most).tolist()
    assert scores[kept].tolist() == sorted(scores[kept], reverse=True) and scores[kept[0]] == scores.max()
    for place, i in enumerate(kept):
        assert not (shared(edges[i], edges[kept[:place]]) > most).any()
    for i in set(range(len(edges))) - set(kept):
        better = [j for j in kept if scores[j] >= scores[i]]
        assert (shared(edges[i], edges[better]) > most).any()


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_the_boxes_does_not_matter_where_no_scores_are_equal(drawn: list, random) -> None:
    drawn = list({score: (box, score) for box, score in drawn}.values())
    edges, scores = arrays(drawn)
    random.shuffle(drawn)
    again, rescored = arrays(drawn)
    best = edges[non_maximum_suppression(edges, scores, 0.3)]
    np.testing.assert_array_equal(again[non_maximum_suppression(again, rescored, 0.3)], best)


def test_the_loop_of_an_eight_is_no_nought_unless_it_is_much_surer() -> None:
    edges = np.array([[3, 1, 9, 7], [0, 0, 12, 20]])
    for sure, first in ((0.95, 1), (0.999, 0)):
        kept = non_maximum_suppression(edges, np.array([sure, 0.9]), most_overlap=0.3, larger=0.05)
        assert kept.tolist() == [first], sure


def test_nothing_stays_of_nothing() -> None:
    assert non_maximum_suppression(np.zeros((0, 4)), np.zeros(0), 0.3).tolist() == []
