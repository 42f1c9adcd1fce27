"""The operations against torch, scipy and the worked examples of a lecture."""

from itertools import product

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import torch
from torch.nn import functional as F

from specnet.core.operations import (
    convolve,
    correlate,
    depthwise,
    fully_connected,
    insert_zeros,
    mlpconv,
    pointwise,
)
from specnet.errors import SpecnetError

TORCH = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
SPACE, KERNEL = (9, 8, 10), (3, 2, 4)


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape)


def in_torch(rank: int, x: np.ndarray, kernels: np.ndarray, bias: np.ndarray | None, **options: object) -> np.ndarray:
    arrays = [None if array is None else torch.from_numpy(array) for array in (x[None], kernels, bias)]
    return TORCH[rank](*arrays, **options)[0].numpy()


@pytest.mark.parametrize(
    ("rank", "stride", "dilation", "padding", "groups"),
    list(product((1, 2, 3), (1, 2), (1, 2), (0, 2), (1, 2))),
)
def test_correlation_is_what_torch_calls_convolution(
    rank: int, stride: int, dilation: int, padding: int, groups: int
) -> None:
    x, kernels, bias = noise(4, *SPACE[:rank]), noise(6, 4 // groups, *KERNEL[:rank]), noise(6)
    options = {"stride": stride, "dilation": dilation, "padding": padding, "groups": groups}
    expected = in_torch(rank, x, kernels, bias, **options)
    np.testing.assert_allclose(correlate(x, kernels, bias, **options), expected, atol=1e-12)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_every_axis_has_its_own_numbers(rank: int) -> None:
    x, kernels = noise(2, *SPACE[:rank]), noise(3, 2, *KERNEL[:rank])
    options = {"stride": (1, 3, 2)[:rank], "dilation": (2, 1, 1)[:rank], "padding": (0, 1, 3)[:rank]}
    np.testing.assert_allclose(
        correlate(x, kernels, **options), in_torch(rank, x, kernels, None, **options), atol=1e-12
    )


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_copied_borders(rank: int) -> None:
    x, kernels = noise(2, *SPACE[:rank]), noise(3, 2, *KERNEL[:rank])
    padded = F.pad(torch.from_numpy(x)[None], (2,) * 2 * rank, mode="replicate")[0].numpy()
    expected = in_torch(rank, padded, kernels, None)
    np.testing.assert_allclose(correlate(x, kernels, padding=2, fill="replicate"), expected, atol=1e-12)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(("fill", "mode"), [("zero", "constant"), ("replicate", "nearest")])
def test_one_channel_in_scipy(rank: int, fill: str, mode: str) -> None:
    x, kernel = noise(*SPACE[:rank]), noise(*(3,) * rank)
    for ours, theirs in ((correlate, scipy.ndimage.correlate), (convolve, scipy.ndimage.convolve)):
        [y] = ours(x[None], kernel[None, None], padding=1, fill=fill)
        np.testing.assert_allclose(y, theirs(x, kernel, mode=mode), atol=1e-12)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_full_convolution_in_scipy(rank: int) -> None:
    x, kernel = noise(*SPACE[:rank]), noise(*KERNEL[:rank])
    [y] = convolve(x[None], kernel[None, None], padding=[size - 1 for size in kernel.shape])
    np.testing.assert_allclose(y, scipy.signal.convolve(x, kernel, mode="full", method="direct"), atol=1e-12)


def test_depthwise_and_grouped() -> None:
    x, kernels, bias = noise(3, 6, 7), noise(3, 3, 3), noise(3)
    expected = in_torch(2, x, kernels[:, None], bias, groups=3, stride=2)
    np.testing.assert_allclose(depthwise(x, kernels, bias, stride=2), expected, atol=1e-12)


@pytest.mark.parametrize("space", [(), (4,), (4, 5), (3, 4, 5)])
def test_pointwise_and_mlpconv_treat_every_place_alike(space: tuple[int, ...]) -> None:
    x, layers = noise(3, *space), [(noise(5, 3), noise(5)), (noise(2, 5), noise(2))]
    mixed, mapped = pointwise(x, *layers[0]), mlpconv(x, layers)
    assert mixed.shape == (5, *space) and mapped.shape == (2, *space)
    for place in np.ndindex(*space):
        at = (slice(None), *place)
        value = x[at]
        np.testing.assert_allclose(mixed[at], layers[0][0] @ value + layers[0][1], atol=1e-12)
        for weights, bias in layers:
            value = np.maximum(weights @ value + bias, 0)
        np.testing.assert_allclose(mapped[at], value, atol=1e-12)


def test_an_mlp_slid_in_windows_is_a_convolution() -> None:
    spectrogram, hidden, out = noise(1, 40, 60), (noise(8, 40 * 20), noise(8)), (noise(2, 8), noise(2))
    kernels = hidden[0].reshape(8, 1, 40, 20)
    track = pointwise(np.maximum(correlate(spectrogram, kernels, hidden[1]), 0), *out)
    assert track.shape == (2, 1, 41)
    for t in range(41):
        inside = np.maximum(hidden[0] @ spectrogram[:, :, t : t + 20].ravel() + hidden[1], 0)
        np.testing.assert_allclose(track[:, 0, t], out[0] @ inside + out[1], atol=1e-10)


def test_a_colour_picture_by_hand() -> None:
    red, green, blue = np.eye(3), np.ones((3, 3)), np.zeros((3, 3))
    kernels = np.stack([np.ones((3, 3)), np.full((3, 3), 0.5), np.full((3, 3), 7.0)])[None]
    y = correlate(np.stack([red, green, blue]), kernels, np.array([1.5]))
    assert y.tolist() == [[[3 + 4.5 + 0 + 1.5]]]


def test_zeros_between_neighbours_as_a_transposed_convolution_puts_them() -> None:
    x = noise(2, 4, 5)
    stamp = torch.zeros(2, 1, 1, 1, dtype=torch.float64) + 1
    expected = F.conv_transpose2d(torch.from_numpy(x)[None], stamp, stride=(2, 3), groups=2)[0]
    np.testing.assert_array_equal(insert_zeros(x, (2, 3)), expected.numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays(dtype: type) -> None:
    x, kernels = noise(2, 6).astype(dtype), noise(2, 2, 3).astype(dtype)
    results = [correlate(x, kernels), convolve(x, kernels), insert_zeros(x, 2), mlpconv(x, [(x[:, :2], x[:, 0])])]
    assert {y.dtype for y in results} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("kernels", "options", "message"),
    [
        ((4, 3, 3, 3), {}, "kernels of 3 channels for 6 channels: must be 6"),
        ((4, 6, 3, 3), {"groups": 2}, "kernels of 6 channels for 6 channels in 2 groups: must be 3"),
        ((6, 1, 3, 3), {"groups": 4}, "4 groups must divide the 6 channels and the 6 kernels"),
        ((4, 2, 3, 3), {"groups": 3}, "3 groups must divide the 6 channels and the 4 kernels"),
        ((4, 6, 3, 3), {"groups": 0}, "0 groups must divide"),
        ((4, 6, 3), {}, r"kernels of shape \(4, 6, 3\): an input of rank 2 needs \[N, C, \*2 sizes\]"),
        ((4, 6, 3, 3), {"bias": np.zeros(3)}, r"a bias of shape \(3,\) for 4 kernels: must be \(4,\)"),
        ((4, 6, 3, 9), {}, "a kernel that spans 9 is larger than the 8 that reach it"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_numbers(kernels: tuple[int, ...], options: dict, message: str) -> None:
    with pytest.raises(SpecnetError, match=message):
        correlate(np.zeros((6, 9, 8)), np.zeros(kernels), **options)


def test_fully_connected_weights_must_span_the_input() -> None:
    with pytest.raises(SpecnetError, match=r"weights of shape \(10, 71\) for an input of 72 elements: must be \[N, 72"):
        fully_connected(np.zeros((1, 9, 8)), np.zeros((10, 71)))
