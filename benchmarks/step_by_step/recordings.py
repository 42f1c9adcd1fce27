"""The recordings of the walk, which lie in data/, and the model that hears them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from specnet.app.detect import Detector
from specnet.app.inspect import Looking
from specnet.audio.files import RATE, read
from specnet.inspect.listening import Hearing
from specnet.inspect.subject import Subject
from specnet.plot.spectrum import Kind, Spectrum, spectrum

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
GREETING, NEW_USER, BOOK = "dir-welcome", "vm-newuser", "librispeech-5339-14133-0000"
WORD = {GREETING: (0.08, 0.68), NEW_USER: (0.16, 0.80), BOOK: (1.33, 1.65)}
"""When "welcome" is said, in seconds: data/README.md."""


def waveform(name: str) -> np.ndarray:
    """One of the recordings of data/, at 16 kHz."""
    return read(DATA / f"{name}.flac")


def spectrogram(name: str, kind: Kind = "log-mel", end: float = np.inf, highest: float = np.inf) -> Spectrum:
    """Of one of them, until `end` seconds and up to `highest` kHz."""
    found = spectrum(waveform(name), RATE, kind, end=end)
    bands = int((found.edges[1:] <= highest).sum())
    return Spectrum(found.values[:bands], found.times, found.edges[: bands + 1], found.unit, found.start, found.end)


@dataclass(frozen=True)
class Listener:
    """A shipped model, as something that detects and as something to look into."""

    model: str

    @cached_property
    def detector(self) -> Detector:
        return Detector.load(self.model)

    @cached_property
    def subject(self) -> Subject:
        return Looking.open(self.model).subject

    def hear(self, wave: np.ndarray) -> Hearing:
        return Hearing.of(wave, self.subject, self.detector.bundle.features, self.detector.grid)


@lru_cache
def welcome() -> Listener:
    """The model `welcome`."""
    return Listener("welcome")
