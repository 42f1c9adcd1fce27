"""Who says a keyword: Kokoro's voices, or espeak-ng's in the languages that Kokoro has not learnt."""

from collections.abc import Sequence
from pathlib import Path
from string import Template

from specnet.app.keyword.language import Language
from specnet.data.voices import Line
from specnet.data.voices.espeak import VARIANTS, Espeak
from specnet.data.voices.kokoro import unknown
from specnet.train.settings import toml_list

PARTS = Path(__file__).parent / "parts"


def engine(labels: Sequence[str], language: Language) -> str:
    """Kokoro where it is fluent and knows all sounds of the labels, else espeak-ng.

    Raises `SpecnetError` where espeak-ng is wanted and not installed, or cannot say a label.
    """
    if language.fluent and not any(unknown(language.read(label)[0]) for label in labels):
        return "kokoro"
    voice = Espeak()
    for label in labels:
        voice.say(Line(((label, ""),), language.accents[0]))
    return "espeak"


def cast(language: Language, engine: str, positives: int, negatives: int) -> str:
    """The cast of a recipe, as it is written there: all speakers of the engine in all accents of the language."""
    speakers = [f"{accent}+{variant}" for accent in language.accents for variant in VARIANTS]
    values = {"accents": toml_list(language.accents), "speakers": toml_list(speakers)}
    return part(engine).substitute(values, positives=positives, negatives=negatives)


def part(name: str) -> Template:
    """A part of a recipe that not all of them have."""
    return Template((PARTS / f"{name}.toml").read_text(encoding="utf-8"))
