import numpy as np
import pytest

from specnet.plot.columns import COLUMNS, between, thin


@pytest.mark.parametrize("cuts", [[], [1, 5, 6], [4000, 4001, 9000]])
@pytest.mark.parametrize("rows", [1, 2 * COLUMNS, 2 * COLUMNS + 1, 11_111])
def test_thinning_does_not_see_the_blocks_and_loses_nothing(rows: int, cuts: list[int]) -> None:
    whole = np.random.default_rng(0).random((rows, 2))
    thinned, factor = thin(np.split(whole, [cut for cut in cuts if cut < rows]))
    assert factor == {1: 1, 4000: 1, 4001: 2, 11_111: 4}[rows]
    groups = np.split(whole, range(factor, rows, factor))
    np.testing.assert_array_equal(thinned, [group.max(axis=0) for group in groups])


def test_between_stops_reading() -> None:
    read = []

    def blocks():
        for number in range(5):
            read.append(number)
            yield np.full((3, 1), number)

    found = np.concatenate(list(between(blocks(), 4, 8)))
    assert found[:, 0].tolist() == [1, 1, 2, 2] and read == [0, 1, 2]
