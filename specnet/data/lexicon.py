"""A pronouncing dictionary: how a phrase is said, and which words sound nearly like it.

What is said is `Phones`: CMU's phones in English, elsewhere the `sounds` of the phonetic alphabet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import chain, islice, permutations, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.data import ipa
from specnet.data.phones import PHONES, VOWELS, english, kin, nearest
from specnet.errors import MissingExtra, SpecnetError

Phones = tuple[str, ...]
GAP = 0.8  # what a phone too many or too few costs
AUDIBLE = 1.0  # what sounds less different than this is the word itself to most ears
RARITY = 0.2  # a word said ten times as seldom counts as so much less alike
RAREST = -6.5  # its decimal logarithm: about once in three million words
VARIANTS = 3  # pronunciations of a phrase in the dictionary that are kept, the usual one first
BRITISH = "en-gb"  # no R after vowels: the dictionary is American
FULL = {"AH": "AA"}  # the last vowel, where many say it in full
SMALL = (  # words that stand before and after all others
    "to", "the", "a", "an", "and", "of", "or", "in", "on", "it", "is", "i", "you", "he", "she", "we", "they", "for",
    "at", "all", "will", "are", "was", "as", "that", "this", "your", "my", "with", "not", "no", "up", "out", "so",
)  # fmt: skip
BESIDE = 3  # of which so many stand beside the same other word
SHORTLIST = 1500  # words in which something sounds most like a phrase
_OTHER = -1  # fills up the shorter ways of saying something


@cache
def distance(one: str, other: str) -> float:
    """How different two phones sound: 0 the same, 1 nothing alike.

    >>> distance("M", "M"), distance("M", "N"), distance("IH", "IY"), distance("M", "IY"), distance("ɲ", "n")
    (0.0, 0.5, 0.5, 1.0, 0.5)
    """
    if one == other:
        return 0.0
    one, other = nearest(one), nearest(other)
    return 0.5 if kin(one, other) or (one in VOWELS and other in VOWELS) else 1.0


class Lexicon:
    """The English dictionary that pocketsphinx brings along (CMU's, BSD).

    >>> lexicon = Lexicon()
    >>> lexicon.pronunciations("hey kitchen")
    (('HH', 'EY', 'K', 'IH', 'CH', 'AH', 'N'),)
    >>> [" ".join(way) for way in lexicon.pronunciations("mirror")]
    ['M IH R ER', 'M IH R AH', 'M IH R AA']
    >>> lexicon.near(("M", "IH", "R", "ER"), 3)
    ['more', 'marry', 'mary']
    """

    def __init__(self) -> None:
        try:
            from pocketsphinx import Config, LogMath, NGramModel, get_model_path
        except ImportError as error:
            raise MissingExtra("finding how words are said", "speech") from error
        self._said: dict[str, list[Phones]] = {}
        lines = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8").splitlines()
        for word, *phones in map(str.split, lines):
            self._said.setdefault(word.partition("(")[0], []).append(tuple(phones))
        self._logarithms = LogMath()
        self._model = NGramModel(Config(lm=None), self._logarithms, get_model_path("en-us/en-us.lm.bin"))
        rates = {word: self._rate(word) for word in self._said if word.isalpha()}
        self._words = [(word, phones) for word, rate in rates.items() if rate > RAREST for phones in self._said[word]]
        self._codes = encode([way for _, way in self._words])
        self._rarity = np.array([-RARITY * rates[word] for word, _ in self._words])

    def pronunciations(self, phrase: str) -> tuple[Phones, ...]:
        """How a phrase is said, its usual way first, that of other accents last; a word that the dictionary lacks, as
        the voices read it."""
        words = _words(phrase)
        if not words:
            raise SpecnetError(f"{phrase!r}: should be a word or a phrase in letters")
        ways = product(*(self._said.get(word) or [_read(word)] for word in words))
        british = [_read(word, BRITISH) for word in words]
        found = [tuple(chain.from_iterable(way)) for way in (*islice(ways, VARIANTS), british)]
        return tuple(dict.fromkeys([*found, *((*way[:-1], FULL.get(way[-1], way[-1])) for way in found)]))

    def near(self, phones: Phones, count: int, least: float = AUDIBLE) -> list[str]:
        """Words that sound like `phones`, the nearest and commonest first; those that differ by less than `least`, or
        hold what most ears would take for them, are left out."""
        costs = edit_distance(phones, self._codes)
        found: dict[str, None] = {}
        for i in np.argsort(costs + self._rarity, kind="stable"):
            word, way = self._words[i]
            if costs[i] >= least and not (least and holds(way, phones)):
                found[word] = None
            if len(found) == count:
                break
        return list(found)

    def pairs(self, phones: Phones, count: int) -> list[str]:
        """A small word and another, in either order, that sound more like `phones` somewhere than the other does alone:
        "to exit" for "alexa". The nearest and commonest first, none in which most ears would hear `phones`.
        """
        alone = edit_distance(phones, self._codes, anywhere=True)
        likely = np.argsort(alone + self._rarity, kind="stable")[:SHORTLIST]
        small = [(word, way) for word in SMALL for way in self._said[word]]
        every = [(pair, alone[i]) for i in likely for one in small for pair in permutations((one, self._words[i]))]
        costs = edit_distance(phones, encode([first[1] + last[1] for (first, last), _ in every]), anywhere=True)
        found = {
            (first, last): cost - RARITY * (self._rate(first) + self._rate(last, first))
            for (((first, _), (last, _)), before), cost in zip(every, costs, strict=True)
            if AUDIBLE <= cost < before
        }
        kept, others = [], Counter[str]()
        for pair in sorted(found, key=found.__getitem__):
            other = max(pair, key=lambda word: word not in SMALL)
            others[other] += 1
            kept += [" ".join(pair)] if others[other] <= BESIDE else []
        return kept[:count]

    def _rate(self, *words: str) -> float:
        """How often the first of the words is said behind those that follow, as a decimal logarithm."""
        rate: float = self._logarithms.log_to_log10(self._model.prob(list(words)))
        return rate


def holds(said: Phones, phones: Phones) -> bool:
    """Whether most ears would hear `phones` somewhere in what is said; of a single one, whether just that is there.

    >>> holds(("AH", "N", "W", "EH", "L", "K", "AH", "M"), ("W", "EH", "L", "K", "AH", "M"))
    True
    """
    inventory = tuple({*said, *phones})
    cost = edit_distance(phones, encode([said], inventory), anywhere=True, inventory=inventory)[0]
    return bool(cost < min(AUDIBLE, len(phones) / 2))


def encode(said: Sequence[Phones], inventory: Phones = PHONES) -> NDArray[np.intp]:
    """Ways of saying something as the numbers of their phones [N, longest], filled up at the end."""
    numbers = {phone: number for number, phone in enumerate(inventory)}
    codes = np.full((len(said), max(map(len, said))), _OTHER)
    for row, way in enumerate(said):
        codes[row, : len(way)] = [numbers[phone] for phone in way]
    return codes


def edit_distance(
    phones: Phones, said: NDArray[np.intp], anywhere: bool = False, inventory: Phones = PHONES
) -> NDArray[np.float64]:
    """The cost [N] of making `phones` of each way of saying something; of any part of it with `anywhere`.

    Levenshtein's, with `distance` for another phone and `GAP` for one too many or too few. `inventory` is what
    `encode` counted by.

    >>> edit_distance(("W", "EH", "L"), encode([("W", "EH", "L"), ("B", "EH", "L"), ("EH",)]))
    array([0. , 0.5, 1.6])
    """
    inside = said.T != _OTHER  # [longest, N]: of a word after the other phone
    costs = [np.full(len(said), 0.0 if anywhere else at * GAP) for at in range(len(inside) + 1)]
    for phone in phones:
        other = np.array([*(distance(phone, each) for each in inventory), np.inf])[said.T]  # `_OTHER` is the last
        row = [costs[0] + GAP]
        for at in range(len(inside)):
            row.append(np.minimum(costs[at] + other[at], np.minimum(costs[at + 1], row[at]) + GAP))
        costs = row
    if anywhere:
        best: NDArray[np.float64] = np.min([costs[0], *np.where(inside, costs[1:], np.inf)], axis=0)
        return best
    whole: NDArray[np.float64] = np.array(costs)[inside.sum(0), np.arange(len(said))]
    return whole


def _words(phrase: str) -> list[str]:
    return "".join(c if c.isalpha() or c == "'" else " " for c in phrase.lower()).split()


@cache
def _read(word: str, accent: str = "en-us") -> Phones:
    phones = english(ipa.read(word, accent))
    if not phones:
        raise SpecnetError(f"{word!r}: nobody knows how to say it; spell it in English letters")
    return phones
