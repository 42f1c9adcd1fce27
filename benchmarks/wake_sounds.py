"""What the wake-word benchmark hears: a word clean, in noise and at many places, and sound without it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
from welcome import negatives, untrained

from specnet.app.detect import Detector
from specnet.audio.files import RATE, read
from specnet.data.augment import Wave, at_snr, excerpt
from specnet.data.corpus import is_held_out
from specnet.evaluate.references import Recording, read_positives
from specnet.evaluate.sounds import Sound

WORDS = ("alexa", "computer", "smart mirror", "snowboy")
SNR_DB = 10
PAUSE = 1e-3
"""A stretch of noise with less of its mean power is a pause."""

CHUNK, PLACES = 1280, 17
"""Samples that openWakeWord hears at once, and at how many places within them a word is made to start."""


def spoken(label: str, data: Path) -> list[Recording]:
    """Every real recording of a wake word."""
    return read_positives(_archive(label, data), [label])


def silent(detectors: Sequence[Detector], label: str, data: Path) -> list[Recording]:
    """Recordings without the label that none of the models was trained on.

    Speech of the speakers they hold out and of the sources they only calibrate with, the other wake words, noise.
    """
    each = [[*untrained(detector, data), *_other_words(detector, label, data)] for detector in detectors]
    names = set.intersection(*({recording.sound.name for recording in some} for some in each))
    return [*(recording for recording in each[0] if recording.sound.name in names), *noise(detectors, data)]


def noise(detectors: Sequence[Detector], data: Path) -> list[Recording]:
    """Noise that none of the models was trained on."""
    every = negatives(data / "noise" / "noise", ())
    sources = [detector.bundle.card.recipe["data"] for detector in detectors]

    def is_new(recording: Recording) -> bool:
        name = recording.sound.name.removeprefix("noise/")
        return all(not of["noise"] or is_held_out("noise", name, of["validation_share"]) for of in sources)

    return [recording for recording in every if is_new(recording)]


def in_noise(recordings: Iterable[Recording], noises: Sequence[Recording], folder: Path) -> list[Recording]:
    """The recordings with noise over all of each, as files in `folder`.

    The noise is `SNR_DB` below the speech: its mean power against that of the speech where it is active, in its loudest
    second. Which noise, and which stretch of it, follows from the name of the recording.
    """
    waves = [_read(one) for one in noises]
    mixed = []
    for number, recording in enumerate(recordings):
        random = np.random.default_rng([*recording.sound.name.encode()])
        speech = _read(recording)
        added = at_snr(_stretch(waves, len(speech), random), _loudest_second(speech), SNR_DB)
        mixed.append(_written(recording, speech + added, folder / f"noisy-{number}.wav"))
    return mixed


def moved(recording: Recording, folder: Path) -> list[Recording]:
    """The recording behind silence of different lengths: up to a second, and everywhere within a chunk of 80 ms."""
    random = np.random.default_rng([*recording.sound.name.encode()])
    speech = _read(recording)
    starts = [CHUNK * int(random.integers(RATE // CHUNK)) + CHUNK * place // PLACES for place in range(PLACES)]
    return [
        _written(recording, np.pad(speech, (start, 0)), folder / f"moved-{place}.wav")
        for place, start in enumerate(starts)
    ]


def _archive(label: str, data: Path) -> Path:
    return data / "wake_words" / f"{label.replace(' ', '_')}.tar"


def _other_words(detector: Detector, label: str, data: Path) -> list[Recording]:
    """The other wake words, but for those that the model has learnt to be none."""
    learnt = {Path(name).name for name in detector.bundle.card.recipe["data"]["others"]}
    archives = [_archive(word, data) for word in WORDS if word != label]
    return [one for archive in archives if archive.stem not in learnt for one in negatives(archive, detector.labels)]


def _read(recording: Recording) -> Wave:
    with recording.sound.on_disk() as path:
        return read(path)


def _written(recording: Recording, wave: Wave, path: Path) -> Recording:
    """The recording with another sound, made quieter where it would be clipped."""
    soundfile.write(path, wave / max(1.0, float(np.abs(wave).max())), RATE)
    return replace(recording, sound=Sound(recording.sound.name, path))


def _loudest_second(wave: Wave) -> Wave:
    energy = np.cumsum(np.square(wave, dtype=np.float64))
    start = int(np.argmax(energy[RATE:] - energy[:-RATE])) if len(wave) > RATE else 0
    return wave[start : start + RATE]


def _stretch(noises: Sequence[Wave], length: int, random: np.random.Generator) -> Wave:
    """A stretch of one of the noises, but no pause in it."""
    while True:
        noise = noises[int(random.integers(len(noises)))]
        stretch = excerpt(noise, length, random)
        if np.square(stretch).mean() >= PAUSE * np.square(noise).mean():
            return stretch
