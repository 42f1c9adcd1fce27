"""Near misses of a phrase, made from its letters."""

import unicodedata
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.data.altered import altered
from specnet.data.ipa import read
from specnet.data.lexicon import Phones, holds
from specnet.data.phones import sounds

COUNT = 40


def spelt(text: str) -> list[Phones]:
    """As if every letter were a sound."""
    return [said] if (said := sounds(text)) else []


def spoken(language: str, text: str) -> list[Phones]:
    return [said] if (said := sounds(read(text, language))) else []


@given(
    phrase=st.text("abeiklmnostu ", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool),
    words=st.lists(st.sampled_from(["mast", "time", "nut", "bell", "o"]), max_size=3, unique=True),
)
def test_nobody_hears_the_phrase_in_what_sounds_like_it(phrase: str, words: list[str]) -> None:
    near = altered(phrase, spelt, COUNT, words=words)
    assert 0 < len(near) == len({said for text in near for said in spelt(text)}) <= COUNT
    assert not any(holds(said, way) for text in near for said in spelt(text) for way in spelt(phrase))


@pytest.mark.parametrize(
    ("language", "phrase", "nearly"),
    [
        ("fr-fr", "bonjour", {"bon", "bonsour"}),
        ("es", "buenos días", {"buenos", "días", "buenos bías"}),
        ("it", "ciao", {"cibo"}),
        ("de", "küche", {"küthe", "che"}),
        ("hi", "नमस्ते", {"नम", "नमक्ते"}),
        ("ru", "привет", {"при", "приват"}),
        ("cmn", "你好", {"你妖"}),
        ("ko", "안녕", {"안농"}),
    ],
)
def test_any_alphabet_has_near_misses(language: str, phrase: str, nearly: set[str]) -> None:
    say = partial(spoken, language)
    near = altered(phrase, say, 60)
    assert nearly <= set(near) and phrase not in near
    scripts = {unicodedata.name(letter).split()[0] for text in near for letter in text if letter.isalpha()}
    assert scripts == {unicodedata.name(phrase[0]).split()[0]}
    assert not any(holds(said, say(phrase)[0]) for text in near for said in say(text))


def test_nothing_is_kept_that_is_the_phrase_in_another_accent() -> None:
    accents = ("es", "es-419")
    near = altered("cocina", lambda text: [said for accent in accents for said in spoken(accent, text)], 200)
    assert "comina" in near and "cosina" not in near, "the same in Latin America"


def test_other_labels_and_other_words_of_the_language() -> None:
    say = partial(spoken, "es")
    near = altered("buenas tardes", say, 60, labels=["buenas tardes", "noches"], words=["noches", "todos", "tarde"])
    assert {"todos", "tarde", "buenas todos"} <= set(near)
    assert not any("noches" in text for text in near)


@pytest.mark.parametrize("phrase", ["ja", "o", "é", "oui", "y"])
def test_the_shortest_words_have_near_misses(phrase: str) -> None:
    assert len(altered(phrase, partial(spoken, "fr-fr"), COUNT)) > 3


def test_a_word_that_is_only_a_mark_is_passed_over() -> None:
    assert altered("rock - roll", spelt, COUNT, words=["jazz"])
