"""Synthetic voices: text in, speech with known word and phone times out.

A `Voice` says a `Line`. Every line is parts of text, of which some are labelled; the labelled ones come back as
intervals. `speech.synthesise` caches by content what a voice has said.
"""

from dataclasses import dataclass
from typing import Protocol

from specnet.data.utterance import Utterance


@dataclass(frozen=True)
class Line:
    """What to say and how: `parts` of (text, label or empty), a voice name, its speed and the accent to read it in."""

    parts: tuple[tuple[str, str], ...]
    voice: str
    speed: float = 1.0
    accent: str = "en-us"


class Voice(Protocol):
    """A speech engine: `names()` are the speakers it offers, `say` may raise `SpecnetError`."""

    def names(self) -> list[str]: ...

    def say(self, line: Line) -> Utterance: ...
