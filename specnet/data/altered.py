"""Phrases that sound nearly like a keyword, made from its own letters: for languages without a dictionary at hand."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain, zip_longest

import numpy as np

from specnet.data.lexicon import Phones, edit_distance, encode, holds

Say = Callable[[str], Sequence[Phones]]
NEIGHBOURS = 64  # code points before and after a letter, in which the others of its alphabet lie


def altered(phrase: str, say: Say, count: int, labels: Sequence[str] = (), words: Sequence[str] = ()) -> list[str]:
    """Up to `count` phrases that sound nearly like `phrase`, but in which nobody hears it or one of `labels`.

    The phrase with one letter exchanged, or all of them, or two left out; other `words` of the language, alone and
    instead of one of the phrase; its words by themselves; its beginnings and ends. In turn, the nearest of each kind
    first. `say` gives the ways to say a text, as sounds: none where nobody can say it.

    >>> near = altered("go home", lambda text: [tuple(text)], 60)
    >>> "home" in near, "go hope" in near, "go hone" in near, "to go home" in near
    (True, True, False, False)
    """
    say = cache(say)
    kept = {way for label in (phrase, *labels) for way in say(label)}

    def another(text: str) -> bool:
        return bool(say(text)) and not any(holds(way, label) for way in say(text) for label in kept)

    kinds = [_nearest(phrase, _changed(phrase), say), _nearest(phrase, iter(words), say)]
    if len(phrase.split()) > 1:
        kinds += [iter(phrase.split()), _exchanged(phrase.split(), words, say)]
    kinds.append(_broken(phrase))
    found: dict[Phones, str] = {}
    for other in filter(None, chain.from_iterable(zip_longest(*(filter(another, kind) for kind in kinds)))):
        found.setdefault(say(other)[0], other)
        if len(found) == count:
            break
    return list(found.values())


def _changed(phrase: str) -> Iterator[str]:
    """With one letter exchanged, at one place after the other; with all of them exchanged; without two neighbours."""
    for letters in zip_longest(*map(_others, phrase)):
        for at, letter in enumerate(letters):
            if letter:
                yield phrase[:at] + letter + phrase[at + 1 :]
        yield "".join(letter or same for letter, same in zip(letters, phrase, strict=True))
    for at in range(len(phrase) - 1):
        yield " ".join((phrase[:at] + phrase[at + 2 :]).split())


@cache
def _others(letter: str) -> tuple[str, ...]:
    """The others of its alphabet, as Unicode names them; those of an accented letter are those of the plain one."""
    decomposed = unicodedata.normalize("NFD", letter)
    letter = decomposed[0] if all(map(unicodedata.combining, decomposed[1:])) else letter
    near = map(chr, range(max(0, ord(letter) - NEIGHBOURS), ord(letter) + NEIGHBOURS + 1))
    return tuple(other for other in near if other != letter and _alphabet(other) == _alphabet(letter) != "")


def _alphabet(letter: str) -> str:
    """``LATIN SMALL LETTER`` of "a", ``DEVANAGARI VOWEL SIGN`` of "ि"; nothing of what is no letter."""
    return unicodedata.name(letter, "").rpartition(" ")[0] if unicodedata.category(letter)[0] in "LM" else ""


def _nearest(phrase: str, others: Iterator[str], say: Say) -> Iterator[str]:
    """Those that can be said, the nearest first."""
    said = {other: ways[0] for other in others if (ways := say(other))}
    if not said or not say(phrase):
        return
    phones, texts = say(phrase)[0], list(said)
    inventory = tuple({phone for way in (phones, *said.values()) for phone in way})
    costs = edit_distance(phones, encode(list(said.values()), inventory), inventory=inventory)
    yield from (texts[at] for at in np.argsort(costs, kind="stable"))


def _exchanged(words: Sequence[str], others: Sequence[str], say: Say) -> Iterator[str]:
    """The phrase with others instead of one word, in turn."""
    near = [_nearest(word, iter(others), say) for word in words]
    for each in zip_longest(*near):
        for at, other in enumerate(each):
            if other:
                yield " ".join((*words[:at], other, *words[at + 1 :]))


def _broken(phrase: str) -> Iterator[str]:
    """Its beginnings and ends, those that are broken off near the middle first."""
    places = (at for at in range(2, len(phrase) - 1) if phrase[at].isalpha() and not phrase[at - 1].isspace())
    for at in sorted(places, key=lambda at: abs(2 * at - len(phrase))):
        yield phrase[:at]
        yield phrase[at:]
