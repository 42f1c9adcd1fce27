"""The languages that keywords can be in: who speaks them, and what people say around a keyword."""

import difflib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specnet.data import ipa
from specnet.data.phones import sounds
from specnet.data.voices import kokoro
from specnet.errors import SpecnetError
from specnet.train.settings import read_toml

CARRIERS = Path(__file__).parent / "carriers"
SPELT = 6  # sounds a letter; what has more is the name of a letter that the language does not know


@dataclass(frozen=True, slots=True)
class Language:
    """`family` is what `carriers` are named by, `accents` are codes of espeak-ng, and Kokoro is `fluent` or not."""

    family: str
    name: str
    accents: tuple[str, ...]
    fluent: bool

    def read(self, text: str) -> tuple[str, ...]:
        """How a text is said in each accent, in IPA."""
        return tuple(ipa.read(text, accent) for accent in self.accents)

    def carriers(self) -> dict[str, Any]:
        """What people say `before` and `after` a keyword; nothing at all in most languages."""
        path = CARRIERS / f"{self.family}.toml"
        return read_toml(path) if path.exists() else {}

    def check(self, label: str) -> None:
        """Raises `SpecnetError` where nobody can say the label: in letters of another language, mostly."""
        letters = [letter for letter in label if letter.isalpha()]
        said = sounds(self.read(label)[0])
        texts = [text for part in self.carriers().values() for text in part]
        alphabets = {"LATIN", *(_alphabet(letter) for text in texts for letter in text)}
        strange = texts and any(_alphabet(letter) not in alphabets for letter in letters)
        if not said or strange or len(said) > SPELT * len(letters):
            raise SpecnetError(
                f"{label!r}: nobody can say it in {self.name}; write it in the letters of that language, or say which"
                " it is in with --language"
            )


def find_language(code: str) -> Language:
    """The language of a code of espeak-ng, `pt-br`, or of all accents of it in which Kokoro is fluent, `pt`.

    Raises `SpecnetError` where there is none.

    >>> find_language("es")
    Language(family='es', name='Spanish', accents=('es', 'es-419'), fluent=True)
    >>> find_language("nl")
    Language(family='nl', name='Dutch', accents=('nl',), fluent=False)
    >>> find_language("German")
    Traceback (most recent call last):
    specnet.errors.SpecnetError: --language 'German': should be the code of a language; did you mean de (German)?
    """
    names = ipa.languages()
    fluent = {family: names[accents[0]].partition(" (")[0] for family, accents in kokoro.ACCENTS.items()}
    asked = code.strip().lower().replace("_", "-")
    if asked in fluent:
        return Language(asked, fluent[asked], kokoro.ACCENTS[asked], fluent=True)
    family = asked.partition("-")[0]
    for known, name in names.items():
        if known.lower() == asked:
            return Language(family, name, (known,), known in kokoro.ACCENTS.get(family, ()))
    names |= fluent
    spelt = {name.lower(): known for known, name in names.items()} | {known: known for known in names}
    nearest = [spelt[one] for one in difflib.get_close_matches(asked, spelt, n=1)]
    hint = "".join(f"did you mean {known} ({names[known]})?" for known in nearest) or "espeak-ng --voices lists them"
    raise SpecnetError(f"--language {code!r}: should be the code of a language; {hint}")


def _alphabet(letter: str) -> str:
    """``LATIN`` of "a"; nothing of what is no letter."""
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
