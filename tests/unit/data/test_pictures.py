import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.data.folds import Fold
from specnet.data.pictures import CLASSES, SIZES, Pictures, PictureSource
from specnet.errors import SpecnetError


@given(count=st.integers(2, 60), share=st.floats(0.001, 0.999))
def test_a_split_parts_all_pictures_in_two_and_is_always_the_same(count: int, share: float) -> None:
    pictures = Pictures(np.arange(count, dtype=np.uint8)[:, None, None, None], np.arange(count))
    learnt, kept = pictures.split(share)
    assert sorted([*learnt.labels, *kept.labels]) == list(range(count))
    assert 1 <= len(kept) < count and abs(len(kept) - share * count) <= 1
    for part in (learnt, kept):
        np.testing.assert_array_equal(part.images[:, 0, 0, 0], part.labels)
    np.testing.assert_array_equal(pictures.split(share)[1].labels, kept.labels)


def test_without_a_fold_the_share_is_held_out_as_ever() -> None:
    pictures = Pictures(np.zeros((40, 1, 2, 2), np.uint8), np.arange(40) % 3)
    for ours, theirs in zip(PictureSource("digits", 0.2).split(pictures), pictures.split(0.2), strict=True):
        np.testing.assert_array_equal(ours.labels, theirs.labels)
    folds = [PictureSource("digits", 0.2, fold=Fold(number, 4)).split(pictures)[1] for number in (1, 2, 3, 4)]
    assert [len(fold) for fold in folds] == [10, 10, 10, 10]


def test_a_class_smaller_than_the_folds_is_one_line() -> None:
    pictures = Pictures(np.zeros((9, 1, 2, 2), np.uint8), np.array([0, 0, 0, 0, 0, 0, 1, 1, 1]))
    with pytest.raises(SpecnetError, match="a class with 3 training pictures is too small for 4 folds: add some, or"):
        pictures.without(Fold(1, 4))


def test_every_set_with_classes_of_its_own_has_a_size() -> None:
    assert CLASSES.keys() == SIZES.keys()
