"""The phone inventory that aligned real speech and synthetic voices share.

CMU phones without stress and `SIL`; `from_ipa` maps the International Phonetic Alphabet as espeak-ng writes it to
them, and what English lacks to the phone that is nearest. Source: the CMU Pronouncing Dictionary's phone set.
"""

import re
import unicodedata
from itertools import product

from specnet.data.interval import Interval

SILENCE = "SIL"
VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
PHONES: tuple[str, ...] = (
    SILENCE,
    *VOWELS,
    *("B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG"),
    *("P", "R", "S", "SH", "T", "TH", "V", "W", "Y", "Z", "ZH"),
)

_KINDS: tuple[set[str], ...] = (
    {"M", "N", "NG"},
    {"K", "G"},
    {"L", "W", "R"},
    {"V", "W", "B"},
    {"T", "D"},
    {"P", "B"},
    {"S", "Z"},
    {"F", "V"},
    {"TH", "DH"},
)
_KIN = frozenset(pair for kind in _KINDS for pair in product(kind, kind))

_PAIRS = {"eɪ": "EY", "oʊ": "OW", "əʊ": "OW", "aɪ": "AY", "aʊ": "AW", "ɔɪ": "OY", "tʃ": "CH", "dʒ": "JH"}
_SINGLES = {
    **{"i": "IY", "ɪ": "IH", "ᵻ": "IH", "e": "EH", "ɛ": "EH", "æ": "AE", "a": "AE", "ɑ": "AA", "ɒ": "AA", "ɔ": "AO"},
    **{"o": "OW", "ʊ": "UH", "u": "UW", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ɚ": "ER", "ɜ": "ER", "ɝ": "ER", "ɹ": "R"},
    **{"r": "R", "ɾ": "T", "ʔ": "T", "θ": "TH", "ð": "DH", "ʃ": "SH", "ʒ": "ZH", "ŋ": "NG", "ɡ": "G", "g": "G"},
    **{"j": "Y", "h": "HH", "w": "W", "l": "L", "m": "M", "n": "N", "p": "P", "b": "B", "t": "T", "d": "D", "k": "K"},
    **{"f": "F", "v": "V", "s": "S", "z": "Z", "x": "K", "ɬ": "L", "ɫ": "L", "ɲ": "N", "β": "V", "ʧ": "CH", "ʤ": "JH"},
    # what English lacks
    **{"y": "UW", "ʏ": "UH", "ø": "ER", "œ": "ER", "ɵ": "UH", "ʉ": "UW", "ɯ": "UW", "ɨ": "IH", "ɤ": "AH", "ɘ": "AH"},
    **{"ä": "AA", "ε": "EH", "ʁ": "R", "ʀ": "R", "ɽ": "R", "ɻ": "R", "ɥ": "W", "ʍ": "W", "ʋ": "V", "ɸ": "F", "ɱ": "M"},
    **{"ʎ": "L", "ɭ": "L", "ʝ": "Y", "ɳ": "N", "ɴ": "NG", "ɖ": "D", "ɗ": "D", "ʈ": "T", "ɓ": "B", "ɣ": "G", "q": "K"},
    **{"c": "CH", "ɟ": "JH", "ɕ": "SH", "ʂ": "SH", "ʑ": "ZH", "ʐ": "ZH", "ç": "HH", "χ": "HH", "ħ": "HH", "ɦ": "HH"},
}
_STRESS = "ˈˌ"
_MARKS = "ːʲʰ"
_SOUND = re.compile(r"(?:tʃ|dʒ|[^\W\d_ˈˌːʲʰ])[ʲʰ\u0300-\u036f]*")


def from_ipa(ipa: str) -> list[tuple[str, int, int]]:
    """Phones of an IPA string: `(phone, first character, end character)`, in order.

    Stress and length marks belong to the phone they stand at; blanks and punctuation become `SIL`.

    >>> [phone for phone, _, _ in from_ipa("wˈɛlkʌm tʃeɪ")]
    ['W', 'EH', 'L', 'K', 'AH', 'M', 'SIL', 'CH', 'EY']
    """
    found: list[tuple[str, int, int]] = []
    start = at = 0
    while at < len(ipa):
        if ipa[at] in _STRESS:  # a stress mark opens the phone that follows
            at += 1
            continue
        pair = _PAIRS.get(ipa[at : at + 2])
        phone = pair or _SINGLES.get(ipa[at], SILENCE)
        at += 2 if pair else 1
        while at < len(ipa) and (ipa[at] in _MARKS or unicodedata.combining(ipa[at])):
            at += 1
        found.append((phone, start, at))
        start = at
    return found


def english(ipa: str) -> tuple[str, ...]:
    """The phones of an IPA string, without pauses.

    >>> english("bɔ̃ʒˈuʁ, hˈaɪ")
    ('B', 'AO', 'ZH', 'UW', 'R', 'HH', 'AY')
    """
    return tuple(phone for phone, _, _ in from_ipa(ipa) if phone != SILENCE)


def sounds(ipa: str) -> tuple[str, ...]:
    """The sounds of an IPA string as it has them, without stress, length, tone and pauses; diphthongs are two.

    >>> sounds("tʃˈao, bˈɔ̃ː")
    ('tʃ', 'a', 'o', 'b', 'ɔ̃')
    """
    return tuple(_SOUND.findall(ipa))


def nearest(sound: str) -> str:
    """The phone that is nearest to a sound of any language; a phone is itself.

    >>> nearest("ʁ"), nearest("ɔ̃"), nearest("AO")
    ('R', 'AO', 'AO')
    """
    return sound if sound in PHONES else from_ipa(sound)[0][0]


def kin(one: str, other: str) -> bool:
    """Whether two phones are the same or one is easily taken for the other: same place or manner, voiced or not.

    >>> kin("M", "N"), kin("K", "S")
    (True, False)
    """
    return one == other or (one, other) in _KIN


def join_words(phones: list[Interval], ipa: str) -> tuple[Interval, ...]:
    """Phones of connected speech: a blank between words is no pause, so its neighbours share its time.

    `phones` are the intervals of `from_ipa(ipa)`, in order.

    >>> [p.label for p in join_words([Interval("W", 0, 1), Interval("SIL", 1, 2), Interval("IY", 2, 3)], "w i")]
    ['W', 'IY']
    """
    joined: list[Interval] = []
    moved: float | None = None
    for (_, first, _), phone in zip(from_ipa(ipa), phones, strict=True):
        if ipa[first] == " " and joined and joined[-1].label != SILENCE:
            moved = (phone.start + phone.end) / 2
            joined[-1] = joined[-1]._replace(end=moved)
            continue
        joined.append(phone if moved is None or phone.label == SILENCE else phone._replace(start=moved))
        moved = None
    return tuple(joined)
