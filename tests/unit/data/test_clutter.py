import numpy as np
import pytest

from specnet.data.clutter import Clutter


def things(count: int = 300) -> np.ndarray:
    """Rings of 12 pixels in the middle of 20."""
    y, x = np.mgrid[:20, :20] - 9.5
    ring = (np.abs(np.hypot(x, y) - 5) < 1) * np.uint8(200)
    return np.repeat(ring[None, None], count, axis=0).astype(np.uint8)


def test_neighbours_reach_in_and_leave_the_thing_as_it_is() -> None:
    before = things()
    after = Clutter(neighbour_share=0.5).beside(before, before, np.random.default_rng(0))
    np.testing.assert_array_equal(after[..., 5:15, 5:15], before[..., 5:15, 5:15])
    some = (after != before).any(axis=(1, 2, 3))
    assert 40 < some.sum() < 120  # half have one, and half of those are near enough to be seen
    assert (Clutter(neighbour_share=0).beside(before, before, np.random.default_rng(0)) == before).all()


def test_where_there_is_no_thing_it_is_never_in_its_place() -> None:
    whole = things()
    nothing = Clutter(reach=0.3).nothing(whole, whole, np.random.default_rng(0))
    assert nothing.shape == whole.shape and nothing.dtype == np.uint8
    ring = whole > 0
    alike = np.array(
        [np.corrcoef(a.ravel(), b.ravel())[0, 1] if a.any() else 0 for a, b in zip(nothing, ring, strict=True)]
    )
    assert alike.max() < 0.6
    kinds = {bool(picture.any()) for picture in nothing}
    assert kinds == {True, False}  # and black is one of the kinds


def test_the_same_generator_draws_the_same() -> None:
    whole = things(20)
    draw = [Clutter().nothing(whole, whole, np.random.default_rng(7)) for _ in range(2)]
    np.testing.assert_array_equal(*draw)


@pytest.mark.parametrize("reach", [0.01, 0.75, 1.0])
@pytest.mark.parametrize("side", [1, 2, 8])
def test_it_fits_pictures_of_any_size(reach: float, side: int) -> None:
    whole = np.ones((9, 3, side, 2 * side), np.uint8)
    assert Clutter(reach=reach).nothing(whole, whole, np.random.default_rng(0)).shape == whole.shape
