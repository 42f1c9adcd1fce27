import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate

from specnet.core.blocks import Conv, Level, Pool, Reshape, Widen, moving_sum
from specnet.core.window import Window
from specnet.errors import SpecnetError


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolution_is_cross_correlation_summed_over_channels(rank):
    conv = Conv((2, *(6,) * (rank - 1)), 3, [Window(3)] * rank).double()
    x = torch.randn(1, 2, *(6,) * rank, dtype=torch.float64)
    y = conv(x)[0].detach().numpy()
    kernels = conv.weight.detach().numpy()
    for out, kernel in zip(y, kernels, strict=True):
        expected = sum(correlate(x[0, c].numpy(), kernel[c], mode="valid") for c in range(2))
        np.testing.assert_allclose(out, expected, atol=1e-12)


def test_parameters_of_the_textbook():
    assert sum(p.numel() for p in Conv((1, 32), 64, [Window(7)] * 2).parameters()) == 3200
    assert sum(p.numel() for p in Conv((3, 32), 10, [Window(5, padding=2), Window(5)]).parameters()) == 760


def test_a_kernel_that_spans_its_input_is_a_fully_connected_layer():
    conv = Conv((1, 8), 10, [Window(8), Window(8)])
    x = torch.randn(4, 1, 8, 8)
    fully_connected = torch.nn.functional.linear(x.flatten(1), conv.weight.flatten(1), conv.bias)
    torch.testing.assert_close(conv(x).flatten(1), fully_connected)


def test_weights_are_drawn_as_he_says():
    weight = Conv((64,), 256, [Window(9)]).weight
    assert weight.std().item() == pytest.approx(math.sqrt(2 / (64 * 9)), rel=0.02)


@pytest.mark.parametrize(("mode", "expected"), [("max", [2.0, 4.0]), ("average", [1.5, 3.5])])
def test_pools(mode, expected):
    pool = Pool((1,), [Window(2, stride=2)], mode=mode)
    assert pool(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])).flatten().tolist() == expected


@pytest.mark.parametrize("padding", [0, 1])
def test_a_pool_that_hangs_over_the_edge_is_torch_s_rounded_up(padding):
    x = torch.randn(2, 3, 6, 9) - 5  # below the zeros that must not be seen
    pool = Pool((3, 6), [Window(3, stride=2, padding=padding, overhang=1)] * 2, mode="max")
    expected = torch.nn.functional.max_pool2d(x, 3, stride=2, padding=padding, ceil_mode=True)
    assert pool.output == expected.shape[1:3] and torch.equal(pool(x), expected)


@pytest.mark.parametrize(("channels", "before"), [(5, 1), (6, 1), (3, 0)])
def test_new_channels_are_zero_on_both_sides_of_the_old(channels, before):
    x = torch.randn(2, 3, 4, 5)
    y = Widen((3, 4), channels)(x)
    assert y.shape == (2, channels, 4, 5)
    assert torch.equal(y[:, before : before + 3], x) and y.count_nonzero() == x.numel()


def test_reshape_never_mixes_frames():
    x = torch.arange(24.0).reshape(1, 2, 3, 4)
    y = Reshape((2, 3), (6,))(x)
    assert y.shape == (1, 6, 4)
    assert torch.equal(y[0, :, 1], x[0, :, :, 1].flatten())


def test_level_takes_out_loudness_and_the_colour_of_the_channel():
    x = torch.randn(1, 5, 60) - 6
    level = Level((5,), 20)
    louder_and_coloured = x + torch.tensor([3.0, 2.0, 1.0, 0.0, -1.0])[:, None]
    torch.testing.assert_close(level(louder_and_coloured), level(x), atol=1e-5, rtol=0)


def test_level_compares_a_frame_with_those_before_it():
    x = torch.randn(1, 2, 30, dtype=torch.float64)
    y = Level((2,), 10)(x)
    expected = x[..., 9 + 7] - x[..., 7 : 9 + 8].exp().mean(-1).log()
    torch.testing.assert_close(y[..., 7], expected)


def test_level_holds_in_float32_after_a_sound_a_million_times_louder():
    x = torch.full((1, 1, 400), math.log(1e-6))
    x[..., 50:60] = math.log(1e3)
    assert Level((1,), 150)(x)[..., -1].abs().item() < 1e-5


@given(length=st.integers(1, 40), frames=st.integers(0, 30))
def test_moving_sum_is_the_sum_of_each_window(length, frames):
    x = torch.randn(2, length + frames, dtype=torch.float64)
    torch.testing.assert_close(moving_sum(x, length), x.unfold(-1, length, 1).sum(-1), atol=1e-12, rtol=1e-12)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Conv((1, 4), 8, [Window(5), Window(3)]), "spans 5 is larger than the 4 that reach it"),
        (lambda: Conv((1, 4), 8, [Window(9, padding=2), Window(3)]), "larger than the 4 with padding 2"),
        (lambda: Conv((6,), 8, [Window(3)], groups=4), "4 groups must divide the 6 channels before and 8 after"),
        (lambda: Conv((6,), 8, [Window(3, padding=1)]).start(torch.zeros(1)), "padding 1 on the scan axis"),
        (lambda: Conv((6,), 8, [Window(3, overhang=1)]), "a convolution has no overhang"),
        (lambda: Pool((6,), [Window(3, overhang=1)], mode="average"), "an average has no overhang"),
        (lambda: Pool((6,), [Window(2, padding=1, overhang=1)], mode="max"), "nothing but padding"),
        (lambda: Conv((6,), 8, [Window(3), Window(3)]), "2 kernel sizes for an input of rank 1"),
        (lambda: Pool((6,), [Window(3, dilation=2)], mode="max"), "not dilated"),
        (lambda: Widen((6,), 5), "6 channels cannot be widened to 5"),
    ],
)
def test_what_cannot_be_is_refused_with_its_numbers(build, message):
    with pytest.raises(SpecnetError, match=message):
        build()
