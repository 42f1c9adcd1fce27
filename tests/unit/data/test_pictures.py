import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from specnet.data.pictures import CLASSES, SIZES, Pictures


@given(count=st.integers(2, 60), share=st.floats(0.001, 0.999))
def test_a_split_parts_all_pictures_in_two_and_is_always_the_same(count: int, share: float) -> None:
    pictures = Pictures(np.arange(count, dtype=np.uint8)[:, None, None, None], np.arange(count))
    learnt, kept = pictures.split(share)
    assert sorted([*learnt.labels, *kept.labels]) == list(range(count))
    assert 1 <= len(kept) < count and abs(len(kept) - share * count) <= 1
    for part in (learnt, kept):
        np.testing.assert_array_equal(part.images[:, 0, 0, 0], part.labels)
    np.testing.assert_array_equal(pictures.split(share)[1].labels, kept.labels)


def test_every_set_with_classes_of_its_own_has_a_size() -> None:
    assert CLASSES.keys() == SIZES.keys()
