"""The laws of convolution: it commutes, associates and moves with its input; sizes are those of `Window`."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from specnet.core.operations import convolve, correlate, fully_connected, insert_zeros
from specnet.core.pooling import average_pool, max_pool
from specnet.core.window import Window

NUMBERS = st.integers(-9, 9).map(float)  # whose sums and products float64 holds exactly
RANKS = st.integers(1, 3)


def maps(rank: int, channels: int = 1, least: int = 1, most: int = 5) -> st.SearchStrategy[np.ndarray]:
    sizes = st.lists(st.integers(least, most), min_size=rank, max_size=rank)
    return sizes.flatmap(lambda space: arrays(np.float64, (channels, *space), elements=NUMBERS))


def full(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The convolution of two maps ``[1, *space]``, all of it."""
    return convolve(a, b[None], padding=[size - 1 for size in b.shape[1:]])


@given(st.data(), RANKS)
def test_convolution_commutes_and_associates(data: st.DataObject, rank: int) -> None:
    a, b, c = (data.draw(maps(rank)) for _ in range(3))
    np.testing.assert_array_equal(full(a, b), full(b, a))
    np.testing.assert_array_equal(full(full(a, b), c), full(a, full(b, c)))


@given(arrays(np.float64, (1, 9, 8), elements=NUMBERS), arrays(np.float64, (2, 1, 3, 3), elements=NUMBERS))
def test_two_kernels_of_3x3_are_the_5x5_of_their_full_convolution(x: np.ndarray, kernels: np.ndarray) -> None:
    first, second = kernels
    both = full(first, second)
    assert both.shape == (1, 5, 5)
    np.testing.assert_array_equal(correlate(correlate(x, first[None]), second[None]), correlate(x, both[None]))


@given(st.data(), RANKS, st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
def test_the_input_moves_and_the_map_moves_with_it(
    data: st.DataObject, rank: int, stride: int, dilation: int, frames: int
) -> None:
    x = data.draw(maps(rank, channels=2, least=7, most=9))
    kernels = data.draw(arrays(np.float64, (3, 2, *(3,) * rank), elements=NUMBERS))
    moved = np.concatenate([np.zeros((*x.shape[:-1], frames * stride)), x], axis=-1)
    y, z = (correlate(map_, kernels, stride=stride, dilation=dilation) for map_ in (x, moved))
    np.testing.assert_array_equal(z[..., frames:], y)


@given(RANKS, st.data())
def test_sizes_are_those_of_the_window(rank: int, data: st.DataObject) -> None:
    windows = st.builds(Window, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2))
    drawn = data.draw(st.lists(windows, min_size=rank, max_size=rank))
    space = [window.span + data.draw(st.integers(0, 4)) for window in drawn]
    kernel, stride, dilation, padding = (
        [getattr(window, name) for window in drawn] for name in ("kernel", "stride", "dilation", "padding")
    )
    y = correlate(np.zeros((2, *space)), np.zeros((5, 2, *kernel)), stride=stride, dilation=dilation, padding=padding)
    assert y.shape == (5, *(window.output(n) for window, n in zip(drawn, space, strict=True)))
    undilated = [Window(w.kernel, w.stride, 1, w.padding).output(n) for w, n in zip(drawn, space, strict=True)]
    for pool in (max_pool, average_pool):
        assert pool(np.zeros((2, *space)), kernel, stride, padding).shape == (2, *undilated)


@given(st.data(), RANKS)
def test_a_convolution_that_spans_its_input_is_fully_connected(data: st.DataObject, rank: int) -> None:
    x = data.draw(maps(rank, channels=2))
    weights = data.draw(arrays(np.float64, (3, x.size), elements=NUMBERS))
    bias = data.draw(arrays(np.float64, 3, elements=NUMBERS))
    np.testing.assert_array_equal(fully_connected(x, weights, bias), weights @ x.ravel() + bias)


@given(st.data(), RANKS, st.integers(1, 4))
def test_a_stride_takes_inserted_zeros_out_again(data: st.DataObject, rank: int, factor: int) -> None:
    x = data.draw(maps(rank, channels=2))
    sparse = insert_zeros(x, factor)
    assert np.count_nonzero(sparse) == np.count_nonzero(x)
    identity = np.eye(2).reshape(2, 2, *(1,) * rank)
    np.testing.assert_array_equal(correlate(sparse, identity, stride=factor), x)


@settings(max_examples=20)
@given(arrays(np.float64, (1, 8, 8), elements=NUMBERS))
def test_up_sampling_is_zero_insertion_and_a_low_pass(x: np.ndarray) -> None:
    line = np.array([0.5, 1.0, 0.5])
    y = correlate(insert_zeros(x, 2), np.outer(line, line)[None, None], padding=1)
    np.testing.assert_array_equal(y[:, ::2, ::2], x)
    np.testing.assert_array_equal(y[:, 1::2, ::2], (x[:, :-1] + x[:, 1:]) / 2)
