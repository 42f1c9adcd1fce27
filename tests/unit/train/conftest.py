"""A task that a tiny network learns at once: the word is a tone of 1.5 kHz, over noise, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from specnet.data.clips import store, stored
from specnet.data.held_out import HeldOut, Stream
from specnet.data.interval import Interval
from specnet.data.scenes import Scene
from specnet.data.utterance import Utterance
from specnet.train.sound_recipe import SoundRecipe

RATE = 16000
LENGTH = 1.2

NETWORK = """
[parameters]
width = 8

[[layers]]
kind = "unsqueeze"
bands = "channels"

[[layers]]
kind = "conv"
channels = "width"
kernel = [1, 9]
stride = [1, 2]

[[layers]]
name = "phones"
kind = "conv"
channels = "width"
kernel = [1, 5]

[[layers]]
kind = "dense"
channels = "width"
frames = 3
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Callable[..., SoundRecipe]:
    """A recipe for the tones; sections given by name replace its own."""
    network = tmp_path / "network.toml"
    network.write_text(NETWORK)
    values = {
        "name": "tone",
        "labels": ["tone"],
        "threads": 1,
        "network": {"preset": str(network), "phones_after": "phones"},
        "scenes": {"length": LENGTH},
        "loss": {"phone_weight": 0.1},
        "optimiser": {"learning_rate": 0.01},
        "schedule": {"epochs": 2, "steps_per_epoch": 6, "batch_size": 8, "warmup_steps": 2, "average_decay": 0.8},
        "calibration": {"validation_batches": 1},
    }
    return lambda **sections: SoundRecipe.of({**values, **sections})


def sound(random: np.random.Generator, word: bool, seconds: float = LENGTH) -> Utterance:
    wave = 0.05 * random.standard_normal(round(seconds * RATE)).astype(np.float32)
    if not word:
        return Utterance(wave)
    start = random.uniform(0.2, seconds - 0.6)
    span = slice(round(start * RATE), round((start + 0.3) * RATE))
    wave[span] += 0.3 * np.sin(2 * np.pi * 1500 * np.arange(span.stop - span.start) / RATE).astype(np.float32)
    phones = (Interval("SIL", 0.0, start), Interval("IY", start, start + 0.3))
    return Utterance(wave, (Interval("tone", start, start + 0.3),), phones)


@dataclass(frozen=True)
class Tones:
    """Half of the scenes of a batch hold the word."""

    seed: int
    size: int = 8

    def batch(self, step: int) -> list[Utterance]:
        random = np.random.default_rng([self.seed, step])
        return [sound(random, word=bool(i % 2)) for i in range(self.size)]


@dataclass(frozen=True)
class ToneCorpus:
    """Keeps its streams in `folder`."""

    folder: Path
    provenance = ({"name": "tones", "licence": "CC0"},)

    def composer(self, split: str) -> Tones:
        return Tones({"train": 1, "validation": 2}[split])

    def validation(self) -> HeldOut:
        spoken = [sound(np.random.default_rng(i), True) for i in range(6)]
        voices = (Interval("organ/c", 0.0, LENGTH),)
        scenes = [Scene(s.waveform, s.words, s.phones, voices, 10.0 * (i % 2)) for i, s in enumerate(spoken)]
        return HeldOut(scenes, [self.silence()], self.composer("validation"))

    def silence(self) -> Stream:
        """25 seconds in two recordings: 10 of one voice, 15 of another."""
        wave = sound(np.random.default_rng(99), False, 25.0).waveform
        store([("a.wav", wave[: 10 * RATE]), ("b.wav", wave[10 * RATE :])], self.folder / "silence.json")
        said = {"a.wav": ("ann", (Interval("no tone here", 0.0, 10.0),)), "b.wav": ("bob", ())}
        clips = stored(self.folder / "silence.json")
        return Stream(tuple(replace(c, source="hall", speaker=said[c.name][0], text=said[c.name][1]) for c in clips))


@pytest.fixture
def corpus(tmp_path: Path) -> ToneCorpus:
    return ToneCorpus(tmp_path / "corpus")
