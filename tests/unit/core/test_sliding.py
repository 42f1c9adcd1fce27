"""What an operation sees of its input."""

import numpy as np
import pytest

from specnet.core.sliding import pad, slide
from specnet.errors import SpecnetError


def test_each_output_sees_its_own_window() -> None:
    x = np.arange(2 * 9 * 8.0).reshape(2, 9, 8)
    seen = slide(x, (3, 2), stride=(2, 1), dilation=(1, 3), padding=(1, 2))
    padded = np.pad(x, [(0, 0), (1, 1), (2, 2)])
    assert seen.shape == (2, 5, 9, 3, 2)
    for j, i in np.ndindex(5, 9):
        np.testing.assert_array_equal(seen[:, j, i], padded[:, 2 * j : 2 * j + 3, i : i + 4 : 3])


def test_padding() -> None:
    x = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    np.testing.assert_array_equal(pad(x, (0, 1)), [[[0, 1, 2, 0], [0, 3, 4, 0]]])
    copied = [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    np.testing.assert_array_equal(pad(x, 1, "replicate"), [copied])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kernel": 6}, "a kernel that spans 6 is larger than the 5 that reach it"),
        ({"kernel": 3, "dilation": 4, "padding": 1}, "a kernel that spans 9 is larger than the 5 with padding 1 that"),
        ({"kernel": (3, 3)}, r"kernel \(3, 3\) for an input of rank 1: give one number, or one per spatial axis"),
        ({"kernel": 3, "stride": (1, 2)}, r"stride \(1, 2\) for an input of rank 1"),
        ({"kernel": 3, "stride": 0}, "stride is 0, but must be at least 1"),
        ({"kernel": 3, "padding": -1}, "padding is -1, but must be at least 0"),
        ({"kernel": 3, "fill": "mirror"}, "padding with 'mirror': must be one of zero, replicate"),
    ],
)
def test_what_cannot_slide_is_refused_with_its_numbers(wrong: dict, message: str) -> None:
    with pytest.raises(SpecnetError, match=message):
        slide(np.zeros((2, 5)), **wrong)


def test_what_cannot_be_padded() -> None:
    with pytest.raises(SpecnetError, match=r"nothing to replicate around an input of shape \(2, 0\)"):
        pad(np.zeros((2, 0)), 1, "replicate")
    with pytest.raises(SpecnetError, match=r"padding \(-1,\): must be at least 0"):
        pad(np.zeros((2, 5)), -1)
