"""Small recordings: tones in the cache format of `clips`, a folder of the real ones in data/."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from specnet.data.clips import Clip, store, stored
from specnet.data.interval import Interval

RATE = 16000
Record = Callable[..., Clip]


def tone(frequency: float, seconds: float, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """A clip of a waveform, with what is known about it."""

    def record(
        wave: np.ndarray,
        name: str = "clip",
        speaker: str = "",
        words: Sequence[Interval] = (),
        phones: Sequence[Interval] = (),
        tone: Sequence[float] = (),
    ) -> Clip:
        index = tmp_path / "clips" / f"{name}.json"
        store([(name, wave)], index)
        clip = stored(index)[0]
        return Clip(
            clip.path, name, clip.offset, clip.length, "test", speaker, tuple(words), tuple(phones), tuple(tone)
        )

    return record


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The real recordings of the repository."""
    return Path(__file__).parents[3] / "data"
