"""Sound wherever it comes from: a file, standard input, or an array."""

import os
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from specnet.audio.files import NUMBERS, AudioInfo, Recording, first_wrong
from specnet.audio.resample import StreamResampler
from specnet.errors import SpecnetError
from specnet.units import Hertz, Seconds

Audio: TypeAlias = str | os.PathLike[str] | NDArray[np.floating[Any]]
"""A path (``-``: standard input), or samples in [-1, 1] of shape [N] or [N, channels]."""


class Samples:
    """An array, read as a `Recording` is."""

    name = "the array"

    def __init__(self, samples: NDArray[np.floating[Any]], sample_rate: Hertz) -> None:
        self._mono = mono(samples)
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        self.heard: Seconds = 0.0
        self.info = AudioInfo(sample_rate, channels, None)

    def __enter__(self) -> "Samples":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def blocks(self, sample_rate: Hertz) -> Iterator[NDArray[np.float32]]:
        """Mono blocks ``[N]`` at `sample_rate`."""
        resampler = StreamResampler(self.info.sample_rate, sample_rate)
        self.heard = len(self._mono) / self.info.sample_rate
        yield resampler.push(self._mono)
        yield resampler.finish()


def open_audio(audio: Audio, sample_rate: Hertz | None = None) -> Recording | Samples:
    """The sound of `audio`, to be read once, as a context manager; an array needs its `sample_rate`.

    >>> with open_audio(np.zeros((44_100, 2)), sample_rate=44_100) as sound:
    ...     sum(map(len, sound.blocks(16_000))), sound.heard
    (16000, 1.0)

    Raises `SpecnetError` for every way in which a file or an array can be bad.
    """
    if not isinstance(audio, np.ndarray):
        return Recording(audio)
    if sample_rate is None:
        raise SpecnetError("an array says nothing about its sample rate: give sample_rate")
    return Samples(audio, sample_rate)


def mono(samples: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """The mean of the channels of samples ``[N]`` or ``[N, channels]``; refuses what is no sound in floats.

    >>> mono(np.array([[0.0, 0.5], [1.0, 0.5]]))
    array([0.25, 0.75], dtype=float32)
    """
    if not np.issubdtype(samples.dtype, np.floating):
        raise SpecnetError(f"samples of {samples.dtype}: must be floats in [-1, 1] (16-bit integers: divide by 32768)")
    if samples.ndim not in (1, 2) or 0 in samples.shape[1:]:
        raise SpecnetError(f"samples of shape {samples.shape}: must be [N] or [N, channels]")
    if (at := first_wrong(samples)) is not None:
        raise SpecnetError(f"a sample is {samples.flat[at]:g}: {NUMBERS}")
    return (samples if samples.ndim == 1 else samples.mean(axis=1)).astype(np.float32, copy=False)
