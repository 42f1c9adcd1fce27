"""What the voices say for a keyword: the keyword, what people say around it, and what sounds nearly like it."""

from collections.abc import Sequence

from specnet.app.keyword.language import Language
from specnet.data.altered import altered
from specnet.data.confusable import confusable
from specnet.data.lexicon import Lexicon, Phones
from specnet.data.phones import english, sounds
from specnet.data.speech import Script
from specnet.data.voices.kokoro import unknown

NEAR = 240  # phrases that sound alike, of which the voices say some, the nearest most often
SIDES = ("before", "after")  # of a keyword


def scripts(labels: Sequence[str], language: Language, engine: str) -> list[Script]:
    """What the voices of an `engine` say around and instead of each label; in nothing of the latter is any heard."""
    if language.family == "en":
        lexicon = Lexicon()
        ways = [lexicon.pronunciations(label) for label in labels]
        near = [confusable(label, lexicon, NEAR, labels) for label in labels]
    else:
        ways = [tuple(dict.fromkeys(map(english, language.read(label)))) for label in labels]
        near = [_altered(label, labels, language, engine) for label in labels]
    return [_script(*said, labels, language) for said in zip(labels, ways, near, strict=True)]


def _script(
    label: str, ways: Sequence[Phones], near: Sequence[str], labels: Sequence[str], language: Language
) -> Script:
    """Half of the lines have nothing before the keyword, and half nothing after it: people say it by itself, and now
    and then one word of it after the other."""
    carriers = language.carriers() or {"before": near, "after": near}
    before, after = (_or_nothing([text for text in carriers[side] if not _says(text, labels)]) for side in SIDES)
    spellings = tuple(dict.fromkeys((label, label.capitalize(), f"{label}!", label.replace(" ", ", "))))
    return Script(label, spellings, before, after, tuple(near), tuple(map(" ".join, ways)))


def _or_nothing(texts: Sequence[str]) -> tuple[str, ...]:
    return (*("",) * max(1, len(texts)), *texts)


def _says(text: str, labels: Sequence[str]) -> bool:
    """Whether a label is among the words of a text: it would be learnt as no keyword there."""
    words = " ".join(text.lower().replace(",", " ").split())
    return any(f" {label} " in f" {words} " for label in labels)


def _altered(label: str, labels: Sequence[str], language: Language, engine: str) -> list[str]:
    def ways(text: str) -> list[Phones]:
        read = language.read(text)
        sayable = engine != "kokoro" or not any(map(unknown, read))
        return [sounds(way) for way in read if sounds(way)] if sayable else []

    texts = [text for part in language.carriers().values() for text in part]
    words = dict.fromkeys(word.strip(",'") for text in texts for word in text.split())
    return altered(label, ways, NEAR, labels, list(words))
