"""How phrases are said, and what sounds like them."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.data.confusable import confusable
from specnet.data.lexicon import AUDIBLE, GAP, SMALL, Lexicon, Phones, distance, edit_distance, encode, holds
from specnet.data.phones import PHONES
from specnet.errors import SpecnetError

SAID = st.lists(st.sampled_from(PHONES[1:]), min_size=1, max_size=6).map(tuple)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def joined(ways: Iterable[Phones]) -> list[str]:
    return [" ".join(way) for way in ways]


def plainly(one: Phones, other: Phones) -> float:
    """Levenshtein's distance as it is defined."""
    if not one or not other:
        return GAP * (len(one) + len(other))
    return min(
        plainly(one[1:], other[1:]) + distance(one[0], other[0]),
        plainly(one[1:], other) + GAP,
        plainly(one, other[1:]) + GAP,
    )


@given(one=SAID, others=st.lists(SAID.map(lambda said: said[:4]), min_size=1, max_size=3))
def test_the_edit_distance_is_what_it_is_called(one: Phones, others: list[Phones]) -> None:
    costs = [plainly(one[:4], other) for other in others]
    np.testing.assert_allclose(edit_distance(one[:4], encode(others)), costs)


@given(one=SAID, before=SAID, after=SAID)
def test_a_word_is_heard_inside_another(one: Phones, before: Phones, after: Phones) -> None:
    assert edit_distance(one, encode([before + one + after, one]), anywhere=True).tolist() == [0, 0]
    assert holds(before + one + after, one)


@given(one=SAID, other=SAID)
def test_no_part_costs_more_than_the_whole(one: Phones, other: Phones) -> None:
    part, whole = (edit_distance(one, encode([other]), anywhere=anywhere)[0] for anywhere in (True, False))
    assert part <= whole and part <= GAP * len(one)


def test_how_words_are_said(lexicon: Lexicon) -> None:
    assert joined(lexicon.pronunciations("Welcome!")) == ["W EH L K AH M"]
    assert joined(lexicon.pronunciations("the smart-mirror"))[0] == "DH AH S M AA R T M IH R ER"
    assert joined(lexicon.pronunciations("the the")) == [
        *("DH AH DH AH", "DH AH DH IY", "DH IY DH AH"),  # two ways to say each, three are kept
        *("DH AH DH AA", "DH IY DH AA"),
    ]


def test_the_british_say_no_r_after_a_vowel_and_many_say_the_last_vowel_in_full(lexicon: Lexicon) -> None:
    ways = ["K AH M P Y UW T ER", "K AH M P Y UW T AH", "K AH M P Y UW T AA"]
    assert joined(lexicon.pronunciations("computer")) == ways
    assert joined(lexicon.pronunciations("alexa")) == ["AH L EH K S AH", "AH L EH K S AA"]


def test_a_word_that_nobody_wrote_down_is_read(lexicon: Lexicon) -> None:
    assert joined(lexicon.pronunciations("zorblax")) == ["Z AO R B L AE K S", "Z AO B L AE K S"]


@pytest.mark.parametrize("phrase", ["", "  ", "42", "?!"])
def test_what_cannot_be_said_is_refused(lexicon: Lexicon, phrase: str) -> None:
    with pytest.raises(SpecnetError, match="should be a word or a phrase in letters"):
        lexicon.pronunciations(phrase)


def test_near_words_are_near_and_different(lexicon: Lexicon) -> None:
    phones = lexicon.pronunciations("computer")[0]
    near = lexicon.near(phones, 20)
    assert len(set(near)) == 20
    for word in near:
        ways = lexicon.pronunciations(word)
        costs = edit_distance(phones, encode(ways))
        assert costs.max() >= AUDIBLE and costs.min() < 0.5 * len(phones), word
    assert "commuter" in near or "competitor" in near


def test_nobody_hears_a_label_in_what_sounds_like_it(lexicon: Lexicon) -> None:
    near = confusable("hey kitchen", lexicon, 60, labels=["hey kitchen", "kitten"])
    assert len(near) == len(set(near)) == 60
    assert {"hey", "kitchen", "a kitchen"} <= set(near)
    assert not any("kitten" in phrase for phrase in near)
    for phrase in near:
        assert not holds(lexicon.pronunciations(phrase)[0], lexicon.pronunciations("hey kitchen")[0]), phrase


@pytest.mark.parametrize("word", ["go", "eye"])
def test_words_around_a_short_one(word: str, lexicon: Lexicon) -> None:
    near = confusable(word, lexicon, 30)
    assert len(near) == 30
    assert not any(lexicon.pronunciations(word)[0] == way for each in near for way in lexicon.pronunciations(each))


def test_one_phone_is_heard_where_just_that_is_said() -> None:
    assert holds(("M", "AY"), ("AY",)) and not holds(("M", "AW"), ("AY",))


def test_sounds_of_any_language_are_compared() -> None:
    inventory = ("b", "ɔ̃", "ʒ", "u", "ʁ", "s", "o")
    said = encode([("b", "ɔ̃", "ʒ", "u", "ʁ"), ("b", "o", "ʒ", "u", "ʁ"), ("b", "ɔ̃", "s", "u", "ʁ")], inventory)
    assert edit_distance(("b", "ɔ̃", "ʒ", "u", "ʁ"), said, inventory=inventory).tolist() == [0, 0.5, 1]


def test_pairs_of_words_in_which_something_sounds_alike(lexicon: Lexicon) -> None:
    alexa = lexicon.pronunciations("alexa")[0]
    pairs = lexicon.pairs(alexa, 80)
    assert {"an exit", "to mexico", "will accept"} <= set(pairs)
    assert len(set(pairs)) == len(pairs) == 80
    for first, last in map(str.split, pairs):
        assert (first in SMALL) or (last in SMALL)
        both = edit_distance(alexa, encode(lexicon.pronunciations(f"{first} {last}")), anywhere=True).min()
        alone = min(
            edit_distance(alexa, encode(lexicon.pronunciations(word)), anywhere=True).min() for word in (first, last)
        )
        assert both < alone
    others = Counter(max(pair.split(), key=lambda word: word not in SMALL) for pair in pairs)
    assert max(others.values()) <= 3


def test_nobody_hears_the_word_itself_in_a_pair(lexicon: Lexicon) -> None:
    welcome = lexicon.pronunciations("welcome")[0]
    assert not any(
        holds(way, welcome) for pair in lexicon.pairs(welcome, 80) for way in [lexicon.pronunciations(pair)[0]]
    )
