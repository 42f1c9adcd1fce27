"""Cross-validation: over the folds everybody is held out exactly once, and nobody is on both sides of one."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from specnet.data.folds import Fold, deal
from specnet.data.pictures import Pictures

SPEAKERS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40).map(str)), max_size=60)


@given(kinds=st.lists(SPEAKERS, max_size=4), folds=st.integers(2, 7), random=st.randoms())
def test_every_speaker_is_dealt_once_and_evenly(kinds: list, folds: int, random) -> None:
    dealt = deal(kinds, folds)
    assert dealt.keys() == {who for kind in kinds for who in kind} and set(dealt.values()) <= set(range(1, folds + 1))
    first = {who for kind in kinds[:1] for who in kind}
    for source in "abc":
        sizes = Counter(dealt[who] for who in first if who[0] == source)
        assert len({sizes[fold] for fold in range(1, folds + 1)}) <= 2
        assert max(sizes.values(), default=0) - min(sizes[fold] for fold in range(1, folds + 1)) <= 1
    for kind in kinds:
        random.shuffle(kind)
    assert deal(kinds, folds) == dealt


@given(folds=st.integers(2, 5), more=st.lists(st.integers(0, 2), max_size=40), seed=st.integers(0, 99))
def test_every_picture_is_held_out_once_and_classes_evenly(folds: int, more: list[int], seed: int) -> None:
    labels = np.random.default_rng(seed).permutation([*np.repeat([0, 1, 2], folds), *more])
    names = np.arange(len(labels), dtype=np.uint8)[:, None, None, None]
    parts = [Pictures(names, labels).without(Fold(number, folds)) for number in range(1, folds + 1)]
    held_out = np.concatenate([kept.images.ravel() for _, kept in parts])
    assert sorted(held_out) == list(range(len(labels)))
    for learnt, kept in parts:
        assert sorted([*learnt.images.ravel(), *kept.images.ravel()]) == list(range(len(labels)))
        np.testing.assert_array_equal(labels[kept.images.ravel()], kept.labels)
    counts = np.array([np.bincount(kept.labels, minlength=3) for _, kept in parts])
    assert (counts.max(axis=0) - counts.min(axis=0)).max() <= 1 and np.ptp(counts.sum(axis=1)) <= 1
