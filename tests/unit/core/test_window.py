import pytest

from specnet.core.window import Window
from specnet.errors import SpecnetError


def test_the_textbook_sizes():
    assert Window(5, padding=2).output(32) == 32
    assert [Window(3, stride=2, padding=1).output(n) for n in (5, 6)] == [3, 3]
    assert Window(7, stride=2, padding=3).output(224) == 112


def test_two_kernels_of_three_see_what_one_of_five_sees():
    assert Window(3).then(Window(3)).span == Window(5).span


def test_padding_of_a_later_layer_counts_in_strides_of_the_earlier():
    assert Window(3, stride=2, padding=1).then(Window(3, padding=1)) == Window(7, stride=2, padding=3)


@pytest.mark.parametrize(
    ("window", "tail", "skip", "warm_up"),
    [
        (Window(5), 4, 0, 4),
        (Window(5, stride=2), 3, 0, 2),
        (Window(4, stride=2), 2, 0, 1),
        (Window(1, stride=3), 0, 2, 0),
        (Window(3, stride=2, dilation=4), 7, 0, 4),
    ],
)
def test_what_a_stream_carries_skips_and_drops(window, tail, skip, warm_up):
    assert (window.tail, window.skip, window.warm_up) == (tail, skip, warm_up)


@pytest.mark.parametrize("numbers", [{"kernel": 0}, {"stride": 0}, {"dilation": -1}, {"padding": -1}])
def test_impossible_numbers_are_refused_by_name(numbers):
    (name,) = numbers
    with pytest.raises(SpecnetError, match=f"{name} is {numbers[name]}"):
        Window(**numbers)
