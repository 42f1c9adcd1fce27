"""Phrases that sound nearly like a keyword: what a model must learn not to take for it."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest

from specnet.data.lexicon import Lexicon, Phones, holds

NEAR_WORDS = 12  # for each word of a phrase
PAIRS = 80  # of a small word and another
HALVES = 6  # for each half of a word that is broken in two


def confusable(phrase: str, lexicon: Lexicon, count: int, labels: Sequence[str] = ()) -> list[str]:
    """Up to `count` phrases that sound nearly like `phrase`, but in which nobody hears it or one of `labels`.

    Words that sound like all of it; the same phrase with one word, or all of them, exchanged for one that sounds like
    it; its words by themselves; pairs of words that begin and end as it does; pairs that people often say, with
    something in them that sounds like it. In turn, the nearest of each kind first.

    >>> near = confusable("hey kitchen", Lexicon(), 60)
    >>> "kitchen" in near, "hey kitten" in near, "hey kitchen" in near
    (True, True, False)
    >>> "an exit" in confusable("alexa", Lexicon(), 60)
    True
    """
    words = phrase.split()
    usual = lexicon.pronunciations(phrase)[0]
    kept = [lexicon.pronunciations(label) for label in (phrase, *labels)]
    kinds: list[Iterator[str]] = [_whole(usual, lexicon)]
    if len(words) > 1:
        kinds += [_exchanged(words, lexicon), iter(words)]
    kinds += [_broken(usual, lexicon), iter(lexicon.pairs(usual, PAIRS))]
    found: dict[str, None] = {}
    for other in filter(None, chain.from_iterable(zip_longest(*kinds))):
        said = lexicon.pronunciations(other)[0]
        if not any(holds(said, way) for ways in kept for way in ways):
            found[other] = None
        if len(found) == count:
            break
    return list(found)


def _whole(phones: Phones, lexicon: Lexicon) -> Iterator[str]:
    yield from lexicon.near(phones, 20 * NEAR_WORDS)


def _exchanged(words: Sequence[str], lexicon: Lexicon) -> Iterator[str]:
    """The phrase with the nearest others of one word, in turn, and then with all of them exchanged."""
    near = [lexicon.near(lexicon.pronunciations(word)[0], NEAR_WORDS) for word in words]
    for others in zip(*near, strict=False):
        for at, other in enumerate(others):
            yield " ".join((*words[:at], other, *words[at + 1 :]))
        yield " ".join(others)


def _broken(phones: Phones, lexicon: Lexicon) -> Iterator[str]:
    """Two words, of which the first begins as the phrase does and the second ends as it does."""
    places = range(2, len(phones) - 1)
    pairs = []
    for at in sorted(places, key=lambda at: abs(2 * at - len(phones))):
        halves = (lexicon.near(part, HALVES, least=0.0) for part in (phones[:at], phones[at:]))
        pairs.append([f"{first} {second}" for first, second in zip(*halves, strict=False)])
    yield from filter(None, chain.from_iterable(zip_longest(*islice(pairs, 3))))
