"""Sounds in files of every kind."""

import contextlib
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.audio.files import AudioInfo, Recording, read
from specnet.errors import SpecnetError

FORMATS = {
    "WAV PCM_U8": 0.02,
    "WAV PCM_16": 1e-3,
    "WAV PCM_24": 1e-4,
    "WAV PCM_32": 1e-4,
    "WAV FLOAT": 1e-4,
    "FLAC PCM_16": 1e-3,
    "FLAC PCM_24": 1e-4,
    "OGG VORBIS": 0.05,
    "OGG OPUS": 0.05,
    "MP3 MPEG_LAYER_III": 0.05,
    "AIFF PCM_16": 1e-3,
    "AIFF FLOAT": 1e-4,
}
"""Format and subtype, and how far a decoded sample may be from the original."""


def tone(seconds: float = 0.5, rate: int = 48_000, channels: int = 2) -> np.ndarray:
    """440 Hz, faded in and out, with a mean over the channels of 0.3 at most."""
    time = np.arange(round(seconds * rate)) / rate
    mono = 0.3 * np.sin(2 * np.pi * 440 * time) * np.minimum(1, 50 * np.minimum(time, seconds - time))
    return mono[:, None] * np.linspace(0.5, 1.5, channels) if channels > 1 else mono[:, None]


def encode(samples: np.ndarray, kind: str = "WAV PCM_16", rate: int = 48_000) -> bytes:
    file = io.BytesIO()
    container, subtype = kind.split()
    soundfile.write(file, samples, rate, format=container, subtype=subtype)
    return file.getvalue()


def info(path: Path) -> AudioInfo:
    with Recording(path) as recording:
        return recording.info


@pytest.fixture
def through_pipe() -> Callable[[bytes], str]:
    """What comes of reading these bytes from standard input, a pipe: the number of samples, or the error."""

    def run(sound: bytes) -> str:
        reading, writing = os.pipe()
        thread = threading.Thread(target=feed, args=(writing, sound))
        saved = os.dup(0)
        os.dup2(reading, 0)
        os.close(reading)
        try:
            thread.start()
            return str(len(read("-")))
        except SpecnetError as error:
            return str(error)
        finally:
            os.dup2(saved, 0)
            os.close(saved)
            thread.join()

    return run


def feed(writing: int, sound: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
        pipe.write(sound)
