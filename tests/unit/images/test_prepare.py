"""Pictures made ready: laws, and MNIST's own digits."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.errors import SpecnetError
from specnet.images.files import read
from specnet.images.prepare import Picture, fit, in_channels, ink
from tests.shapes import shape

DIGITS = sorted((Path(__file__).parents[3] / "data" / "digits").glob("?.png"))


def noise(channels: int, height: int, width: int, seed: int = 0) -> Picture:
    return np.random.default_rng(seed).random((channels, height, width), np.float32)


def larger(picture: Picture, times: int) -> Picture:
    return np.kron(picture, np.ones((1, times, times), np.float32))


def apart(one: Picture, other: Picture) -> float:
    """The mean difference, where centres of mass may be rounded to neighbouring pixels."""
    moves = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return min(float(np.abs(np.roll(one, move, axis=(1, 2)) - other).mean()) for move in moves)


@pytest.mark.parametrize("path", DIGITS, ids=lambda path: path.stem)
def test_a_digit_of_mnist_comes_out_as_it_went_in(path: Path) -> None:
    digit = read(path)
    assert np.abs(ink(digit) - digit).max() < 0.05  # contrast below 0.04 is paper; the strongest ink becomes 1


def test_there_are_ten_digits() -> None:
    assert [path.stem for path in DIGITS] == list("0123456789")


@pytest.mark.parametrize("path", DIGITS, ids=lambda path: path.stem)
@pytest.mark.parametrize("change", ["dark on light", "coloured", "faint", "on a page", "large", "noisy", "shaded"])
def test_a_digit_is_the_same_however_it_is_pictured(path: Path, change: str) -> None:
    digit = read(path)
    pictured = {
        "dark on light": 1 - digit,
        "coloured": np.concatenate([0.9 - 0.6 * digit, np.full_like(digit, 0.2), 0.3 + 0.5 * digit]),
        "faint": 0.6 - 0.3 * digit,
        "on a page": np.pad(1 - digit, ((0, 0), (90, 5), (3, 400)), constant_values=1),
        "large": larger(1 - digit, 13),
        "noisy": 0.8 - 0.6 * larger(digit, 10) + np.random.default_rng(1).normal(0, 0.02, (1, 280, 280)),
        "shaded": 0.8 - 0.6 * larger(digit, 10) + np.linspace(-0.03, 0.03, 280),
    }[change].astype(np.float32)
    assert apart(ink(pictured), digit) < 0.02


def test_what_is_no_ink_is_black() -> None:
    assert not ink(np.full((3, 50, 40), 0.7, np.float32)).any()
    grain = np.random.default_rng(0).normal(0.8, 0.02, (1, 300, 200)).astype(np.float32)
    assert not ink(grain).any()


@given(
    label=st.sampled_from(["bar", "ring"]),
    times=st.integers(1, 12),
    edges=st.tuples(*[st.integers(1, 40)] * 4),
    dark=st.booleans(),
)
def test_neither_size_nor_place_nor_polarity_matters_to_ink(
    label: str, times: int, edges: tuple[int, int, int, int], dark: bool
) -> None:
    top, bottom, left, right = edges
    drawn = np.pad(larger(shape(label)[None], times), ((0, 0), (top, bottom), (left, right)))
    found = ink(1 - drawn if dark else drawn)
    assert found.shape == (1, 28, 28) and found.max() == 1
    assert apart(found, shape(label)[None]) < 0.02


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 9), st.sampled_from([14, 28, 32]))
def test_any_picture_gives_a_whole_field_of_ink(height: int, width: int, seed: int, size: int) -> None:
    found = ink(noise(3, height, width, seed), size)
    assert found.shape == (1, size, size) and found.dtype == np.float32
    assert found.min() >= 0 and found.max() <= 1 and np.isfinite(found).all()


@given(st.integers(1, 50), st.integers(1, 50), st.sampled_from([1, 3]), st.sampled_from([1, 3]))
def test_fit_fills_the_input_with_the_middle(height: int, width: int, channels: int, wanted: int) -> None:
    picture = noise(channels, height, width)
    found = fit(picture, wanted, 12, 16)
    assert found.shape == (wanted, 12, 16) and found.dtype == np.float32
    np.testing.assert_allclose(fit(picture[:, :, ::-1].copy(), wanted, 12, 16), found[:, :, ::-1], atol=1e-5)
    same = fit(np.full_like(picture, 0.3), wanted, 12, 16)
    np.testing.assert_allclose(same, 0.3, atol=1e-6)


def test_fit_leaves_alone_what_fits_and_crops_what_is_too_long() -> None:
    picture = noise(3, 32, 32)
    np.testing.assert_array_equal(fit(picture, 3, 32, 32), picture)
    long = np.pad(larger(picture, 2), ((0, 0), (0, 0), (50, 50)))
    np.testing.assert_allclose(fit(long, 3, 64, 64), larger(picture, 2), atol=1e-6)


def test_fit_does_not_alias() -> None:
    stripes = np.tile(np.array([0.0, 1.0], np.float32), 200)[None, None].repeat(400, 1)
    np.testing.assert_allclose(fit(stripes, 1, 40, 40)[:, 2:-2, 2:-2], 0.5, atol=0.02)


def test_channels() -> None:
    red = np.zeros((3, 2, 2), np.float32)
    red[0] = 1
    np.testing.assert_allclose(in_channels(red, 1), 0.299)
    assert in_channels(in_channels(red, 1), 3).shape == (3, 2, 2)
    for shape_ in ((2, 5, 5), (5, 5), (1, 0, 5)):
        with pytest.raises(SpecnetError, match=r"a picture of shape .*: must be \[1, H, W\]"):
            ink(np.zeros(shape_, np.float32))
