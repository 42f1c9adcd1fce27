"""Audio of any format, rate and channel count as blocks of mono float32 at one rate, in constant memory."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specnet.audio.decode import Decoder
from specnet.audio.pcm import PcmFormat
from specnet.audio.resample import HIGHEST_RATE, LOWEST_RATE, StreamResampler
from specnet.errors import SpecnetError
from specnet.units import Hertz, Seconds

RATE: Hertz = 16_000
BLOCK: Seconds = 10.0
LARGEST_BLOCK = 1 << 22
"""Samples, of all channels together, decoded at once."""

LOUDEST = 1e6
"""No sample is beyond this, whatever full scale was meant to be: it comes from a broken writer."""

NUMBERS = "must be numbers in [-1, 1]"


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a file says about itself. `duration` is None for a stream whose length nobody knows yet."""

    sample_rate: Hertz
    channels: int
    duration: Seconds | None


class Recording:
    """An opened recording, read once: `info` at once, then `blocks`. Use it as a context manager.

    >>> import numpy as np, soundfile, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "stereo.flac"
    >>> soundfile.write(path, np.zeros((44_100, 2)), 44_100)
    >>> with Recording(path) as recording:
    ...     recording.info, sum(len(block) for block in recording.blocks()), recording.heard
    (AudioInfo(sample_rate=44100, channels=2, duration=1.0), 16000, 1.0)

    A file without a header needs the format of its `raw` samples. Every way in which a file can be bad raises
    `SpecnetError` with one line that names it, by `name` if it has one.
    """

    def __init__(self, path: str | os.PathLike[str], raw: PcmFormat | None = None, name: str | None = None) -> None:
        self._decoder = decoder = Decoder(path, raw, name)
        self.name = decoder.name
        self.heard: Seconds = 0.0
        """How much of the recording `blocks` has given; its duration, at the end."""
        if not LOWEST_RATE <= decoder.sample_rate <= HIGHEST_RATE:
            decoder.close()
            raise SpecnetError(
                f"{self.name}: a sample rate of {decoder.sample_rate} Hz:"
                f" must be between {LOWEST_RATE} and {HIGHEST_RATE} Hz"
            )
        duration = None if decoder.frames is None else decoder.frames / decoder.sample_rate
        self.info = AudioInfo(decoder.sample_rate, decoder.channels, duration)

    def __enter__(self) -> "Recording":
        return self

    def __exit__(self, *_: object) -> None:
        self._decoder.close()

    def blocks(self, sample_rate: Hertz = RATE, block_seconds: Seconds = BLOCK) -> Iterator[NDArray[np.float32]]:
        """Mono blocks ``[N]`` at `sample_rate`, of about `block_seconds`; channels are averaged.

        What is still being recorded, and comes as WAV or raw through a pipe, is given as it comes, 60 ms at least.
        """
        resampler = StreamResampler(self.info.sample_rate, sample_rate)
        frames = max(1, min(int(block_seconds * self.info.sample_rate), LARGEST_BLOCK // self.info.channels))
        count = 0
        for block in self._decoder.blocks(frames):
            if (at := first_wrong(block)) is not None:
                when = self.heard + at // self.info.channels / self.info.sample_rate
                raise SpecnetError(f"{self.name}: a sample is {block.flat[at]:g} at {when:.3f} s: {NUMBERS}")
            mono = block[:, 0] if self.info.channels == 1 else block.mean(axis=1)
            count += len(mono)
            self.heard = count / self.info.sample_rate
            yield resampler.push(mono)
        if not count:
            raise SpecnetError(f"{self.name}: no audio in it (0 samples)")
        yield resampler.finish()


def first_wrong(samples: NDArray[np.floating[Any]]) -> int | None:
    """The place, in the flattened `samples`, of the first that is no number or beyond `LOUDEST`; None without one."""
    if not samples.size or (samples.max() <= LOUDEST and samples.min() >= -LOUDEST):  # neither holds for NaN
        return None
    return int(np.argmin(np.abs(samples) <= LOUDEST))


def read_blocks(
    path: str | os.PathLike[str], sample_rate: Hertz = RATE, block_seconds: Seconds = BLOCK
) -> Iterator[NDArray[np.float32]]:
    """The blocks of the file at `path` (``-``: standard input), mono float32 at `sample_rate`."""
    with Recording(path) as recording:
        yield from recording.blocks(sample_rate, block_seconds)


def read(path: str | os.PathLike[str], sample_rate: Hertz = RATE) -> NDArray[np.float32]:
    """The whole file at `path`, mono float32 ``[N]`` at `sample_rate`."""
    return np.concatenate(list(read_blocks(path, sample_rate)))
