import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specnet.data.distort import Distortion, distort


def pictures(count: int = 6, channels: int = 1, side: int = 12, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 255, (count, channels, side, side)).astype(np.uint8)


def distorted(given: np.ndarray, seed: int = 1, **how: float) -> np.ndarray:
    return distort(given, Distortion(**how), np.random.default_rng(seed))


@given(
    how=st.builds(
        Distortion,
        shift=st.integers(0, 3),
        crop=st.integers(0, 3),
        flip=st.booleans(),
        rotation=st.floats(0, 180),
        zoom=st.floats(0, 0.5),
        brightness=st.floats(0, 0.9),
        contrast=st.floats(0, 0.9),
        cut_out=st.integers(0, 6),
    ),
    channels=st.sampled_from([1, 3]),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_what_is_drawn_depends_on_the_generator_alone(how: Distortion, channels: int, seed: int) -> None:
    before = pictures(channels=channels)
    kept = before.copy()
    after = distort(before, how, np.random.default_rng(seed))
    assert after.shape == before.shape and after.dtype == np.uint8
    np.testing.assert_array_equal(before, kept)
    np.testing.assert_array_equal(after, distort(before, how, np.random.default_rng(seed)))


def test_nothing_is_done_unless_asked_for() -> None:
    np.testing.assert_array_equal(distorted(pictures()), pictures())


def test_a_shift_moves_every_picture_by_whole_pixels_and_black_comes_in() -> None:
    before = pictures(40)
    after = distorted(before, shift=2)
    wide = np.pad(before, ((0, 0), (0, 0), (2, 2), (2, 2)))
    moves = set()
    for one, moved in zip(wide, after, strict=True):
        [place] = [(y, x) for y in range(5) for x in range(5) if (one[:, y : y + 12, x : x + 12] == moved).all()]
        moves.add(place)
    assert len(moves) > 10


def test_a_crop_is_filled_with_the_mirrored_edge() -> None:
    after = distorted(pictures(40), crop=3)
    assert after.min() > 0  # where a shift would bring black
    assert distorted(pictures(40), shift=3).min() == 0


def test_half_of_the_pictures_are_mirrored() -> None:
    before = pictures(200)
    after = distorted(before, flip=True)
    mirrored = (after == before[..., ::-1]).all(axis=(1, 2, 3))
    assert ((after == before).all(axis=(1, 2, 3)) ^ mirrored).all()
    assert 70 < mirrored.sum() < 130


def test_a_turn_keeps_the_middle_and_moves_the_rest() -> None:
    bar = np.zeros((1, 1, 21, 21), np.uint8)
    bar[..., 10, :] = 255  # lies
    angles = []
    for seed in range(20):
        turned = distorted(bar, seed, rotation=45)[0, 0]
        assert turned[10, 10] > 200
        y, x = np.nonzero(turned > 100)
        angles.append(np.degrees(np.arctan2(*(np.polyfit(x, y, 1)[:1]), 1)))
    assert min(angles) < -20 and max(angles) > 20 and max(map(abs, angles)) <= 47


def test_a_zoom_changes_the_size() -> None:
    square = np.zeros((60, 1, 24, 24), np.uint8)
    square[..., 6:18, 6:18] = 255
    areas = (distorted(square, zoom=0.25) > 127).sum(axis=(1, 2, 3)) / 144
    assert 0.75**2 * 0.85 < areas.min() < 0.8 and 1.25 < areas.max() < 1.25**2 * 1.15


def test_brightness_adds_and_contrast_spreads_around_the_mean() -> None:
    grey = np.full((50, 1, 4, 4), 128, np.uint8)
    lighter = distorted(grey, brightness=0.2).astype(int) - 128
    assert lighter.min() < -30 and lighter.max() > 30 and abs(lighter).max() <= 51
    np.testing.assert_array_equal(distorted(grey, contrast=0.5), grey)
    halves = grey.copy()
    halves[..., :2] = 100
    spread = np.ptp(distorted(halves, contrast=0.5).astype(int), axis=(1, 2, 3))
    assert spread.min() < 18 and 38 < spread.max() <= 42


def test_a_square_is_cut_out() -> None:
    before = pictures(50)
    changed = (distorted(before, cut_out=4) != before).sum(axis=(1, 2, 3))
    assert changed.max() <= 16 and changed.mean() > 8


@pytest.mark.parametrize("side", [8, 11])
def test_turning_by_nothing_is_exact(side: int) -> None:
    before = pictures(side=side)
    np.testing.assert_array_equal(distorted(before, rotation=1e-12), before)
