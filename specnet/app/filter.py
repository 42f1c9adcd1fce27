"""Filtering: a picture, or the spectrogram of a sound, and what classical kernels make of it."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from specnet.audio.files import Recording
from specnet.core.kernels import kernel
from specnet.core.operations import depthwise
from specnet.core.sliding import Fill, Floats, Sizes
from specnet.errors import SpecnetError
from specnet.evaluate.sounds import AUDIO_SUFFIXES
from specnet.features.logmel import LogMel
from specnet.images import files
from specnet.plot.spectrum import frames

WIDEST = 32_000
"""Frames of a spectrogram that is drawn: wider pictures are more than many programs show."""

WEAKEST = 1 / 255
"""Differences below one grey level of 8 bits are not blown up to black and white."""


def filter_file(
    path: str | os.PathLike[str], kernels: Sequence[str], *, fill: Fill = "replicate", stride: Sizes = 1
) -> Floats:
    """The picture in the file at `path` as `see` gives it, filtered with each of the classical `kernels` in turn.

    Padding keeps its size, but for the `stride` of each kernel. Where the weights of a kernel sum to 0 (edges), the
    result has signs: 0 is mid grey, and the strongest value black or white. Otherwise it is clipped to 0..1.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "halves.png"
    >>> files.write_png(path, np.array([[[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]]]))         # dark left, bright right
    >>> filter_file(path, ["sobel-x"]).tolist()
    [[[0.5, 0.5, 1.0, 1.0, 0.5, 0.5]]]

    Raises `SpecnetError` for an unknown kernel and for every way in which the file can be bad.
    """
    chosen = [kernel(name) for name in kernels]
    picture = see(path)
    for weights in chosen:
        padding = [size // 2 for size in weights.shape]
        one = weights.astype(picture.dtype)[None]
        channels = [depthwise(c[None], one, stride=stride, padding=padding, fill=fill) for c in picture]
        picture = np.concatenate(channels)  # a channel at a time takes half the memory
    if all(abs(weights.sum()) > 1e-9 for weights in chosen):
        return np.clip(picture, 0, 1)
    strongest = max(float(np.abs(picture).max()), WEAKEST)
    return 0.5 + picture / (2 * strongest)


def see(path: str | os.PathLike[str]) -> Floats:
    """An image ``[channels, H, W]`` in 0..1, or the log-mel spectrogram ``[1, bands, frames]`` of a sound as a picture.

    A sound, known by its suffix, is drawn with the lowest band at the bottom, one column per 10 ms; black is silence,
    white its loudest.
    """
    return spectrogram(path) if Path(path).suffix.lower() in AUDIO_SUFFIXES else files.read(path)


def spectrogram(path: str | os.PathLike[str]) -> Floats:
    logmel, pieces, width = LogMel(), [], 0
    with Recording(path) as recording:
        for piece in frames(recording.blocks(logmel.sample_rate), logmel):
            pieces.append(piece)
            width += len(piece)
            if width > WIDEST:
                most = WIDEST * logmel.hop // logmel.sample_rate
                raise SpecnetError(f"{recording.name}: longer than the {most} s that fit into one picture: cut it")
    if not width:
        least = logmel.n_fft / logmel.sample_rate
        raise SpecnetError(f"{recording.name}: {recording.heard:g} s of sound: a spectrogram needs at least {least} s")
    picture = np.concatenate(pieces).T[None, ::-1] - np.log(np.float32(logmel.floor))
    loudest: Floats = picture / max(picture.max(), WEAKEST)
    return loudest
