"""A few seconds to hear and to see in a page: sound and spectrogram as data of its own."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import soundfile
from matplotlib import colormaps
from numpy.typing import NDArray
from PIL import Image

from specnet.features.logmel import LogMel
from specnet.units import Hertz, Seconds

BEFORE: Seconds = 1.0
AFTER: Seconds = 0.8
LOUDEST = 0.7  # that all are played at: some scenes are too quiet to be heard
RANGE = 60 / 10 * np.log(10)  # from black to the brightest: 60 dB, as log energies
COLUMN: Seconds = 0.02


@dataclass(frozen=True)
class Excerpt:
    """`audio` (MP3) and `picture` (PNG) as URIs, of `duration`; each of `marks` is where a segment starts and ends."""

    audio: str
    picture: str
    marks: tuple[tuple[Seconds, Seconds], ...]
    duration: Seconds


def excerpt(waveform: NDArray[np.float32], start: Seconds, end: Seconds, logmel: LogMel) -> Excerpt:
    """The segment from `start` to `end` of a waveform [N] and what is heard around it, as loud as all others.

    >>> part = excerpt(np.zeros(48000, np.float32), 1.5, 2.0, LogMel())
    >>> part.audio[:22], part.marks, part.duration
    ('data:audio/mpeg;base64', ((1.0, 1.5),), 2.3)
    """
    rate = logmel.sample_rate
    first, last = max(0, round((start - BEFORE) * rate)), min(len(waveform), round((end + AFTER) * rate))
    mark = max(0.0, start - first / rate), min(last / rate, end) - first / rate
    return listened(waveform[first:last], [mark], logmel)


def listened(wave: NDArray[np.float32], marks: Iterable[tuple[Seconds, Seconds]], logmel: LogMel) -> Excerpt:
    """All of a waveform [N], as loud as all others."""
    return Excerpt(
        audio=_uri("audio/mpeg", mp3(wave, logmel.sample_rate)),
        picture=_uri("image/png", _spectrogram(wave, logmel)),
        marks=tuple(marks),
        duration=len(wave) / logmel.sample_rate,
    )


def mp3(waveform: NDArray[np.float32], rate: Hertz) -> bytes:
    """A waveform [N] as a file that every browser plays, as loud as all others."""
    sound = io.BytesIO()
    soundfile.write(sound, waveform * (LOUDEST / max(float(np.abs(waveform).max()), 1e-6)), rate, format="MP3")
    return sound.getvalue()


def _spectrogram(wave: NDArray[np.float32], logmel: LogMel) -> bytes:
    """A PNG: low tones at the bottom, one pixel a band and `COLUMN`, the loudest brightest."""
    levels = logmel(wave)
    step = max(1, round(COLUMN * logmel.sample_rate / logmel.hop))
    levels = levels[:, : levels.shape[1] // step * step].reshape(len(levels), -1, step).max(2)[::-1]
    bright = np.clip(1 + (levels - levels.max()) / RANGE, 0, 1) * 255
    picture = Image.fromarray(bright.astype(np.uint8))
    picture.putpalette((colormaps["magma"](np.arange(256))[:, :3] * 255).astype(np.uint8).tobytes())
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
