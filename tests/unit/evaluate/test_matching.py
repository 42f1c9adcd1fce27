from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from specnet.evaluate.matching import match, overlaps
from specnet.evaluate.references import Word
from specnet.timeline import Segment


def segment(start: float, length: float, score: float) -> Segment:
    return Segment("welcome", start, start + length, start + length, score)


times = st.integers(0, 30).map(lambda tenths: tenths / 10)
lengths = st.integers(1, 8).map(lambda tenths: tenths / 10)
candidates = st.lists(st.builds(segment, times, lengths, st.integers(1, 6).map(lambda n: n / 10)), max_size=6)
words = st.lists(st.builds(lambda a, b: Word("welcome", a, a + b), times, lengths), max_size=4)


def most_pairs(found: list[Segment], spoken: list[Word], tolerance: float) -> int:
    """By trying every order: how many words can have a segment of their own."""
    places = [*found, *[None] * len(spoken)]
    return max(
        sum(s is not None and overlaps(s, w, tolerance) for s, w in zip(order, spoken, strict=True))
        for order in set(permutations(places, len(spoken)))
    )


@given(candidates, words, st.sampled_from([0.0, 0.05, 0.3]))
def test_at_every_threshold_as_many_words_are_found_as_can_be(
    found: list[Segment], spoken: list[Word], tolerance: float
) -> None:
    scores = match(found, spoken, tolerance).scores
    for threshold in {s.score for s in found}:
        kept = [s for s in found if s.score >= threshold]
        assert sum(score >= threshold for score in scores) == most_pairs(kept, spoken, tolerance)


@given(candidates, words)
def test_false_alarms_are_the_candidates_that_touch_no_word(found: list[Segment], spoken: list[Word]) -> None:
    strays = match(found, spoken).strays
    assert list(strays) == [s for s in found if not any(overlaps(s, w) for w in spoken)]


@given(candidates, words)
def test_no_segment_serves_two_words(found: list[Segment], spoken: list[Word]) -> None:
    holders = [id(holder) for holder in match(found, spoken).holders if holder is not None]
    assert len(holders) == len(set(holders))


def test_each_of_two_neighbours_gets_the_nearer_segment() -> None:
    first, second = Word("welcome", 1.0, 1.4), Word("welcome", 1.5, 1.9)
    late, early = segment(1.5, 0.4, 0.9), segment(1.0, 0.4, 0.4)
    result = match([late, early], [first, second])
    assert result.holders == (early, late)
    assert result.scores == (0.4, 0.9)


def test_a_word_without_boundaries_is_found_anywhere_and_leaves_no_false_alarm() -> None:
    result = match([segment(0, 0.3, 0.2), segment(9, 0.3, 0.7)], [Word("welcome")])
    assert result.scores == (0.7,)
    assert result.strays == ()


def test_the_tolerance_extends_the_word_on_both_sides() -> None:
    word = Word("welcome", 1.0, 1.5)
    assert overlaps(segment(1.79, 0.3, 1), word) and not overlaps(segment(1.81, 0.3, 1), word)
    assert overlaps(segment(0.5, 0.21, 1), word) and not overlaps(segment(0.5, 0.19, 1), word)
