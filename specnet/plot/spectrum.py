"""The numbers of a spectrogram: any kind, of a sound of any length, in constant memory."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, Protocol, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from specnet.audio.source import Audio, open_audio
from specnet.errors import SpecnetError
from specnet.features.logmel import Floats, LogMel
from specnet.features.power import LogPower
from specnet.plot.columns import between, thin
from specnet.runtime.bundle import Bundle
from specnet.units import Hertz, Samples, Seconds

Kind: TypeAlias = Literal["linear", "mel", "log-mel", "network"]
KINDS: tuple[Kind, ...] = get_args(Kind)

FINE = {"window": 0.025, "hop": 0.005}
"""Seconds, of the pictures that are for people: 40 Hz are told apart."""

BANDS = 80
DECIBEL = 10 / math.log(10)


class Transform(Protocol):
    """Samples to frames, as a stream."""

    @property
    def sample_rate(self) -> Hertz: ...
    @property
    def n_fft(self) -> Samples: ...
    @property
    def hop(self) -> Samples: ...
    def start(self) -> Floats: ...
    def step(self, samples: Floats, state: Floats) -> tuple[Floats, Floats]: ...


@dataclass(frozen=True)
class Spectrum:
    """`values` ``[bands, columns]`` in `unit`; a column begins at each of `times`, a band at each of `edges` (kHz), and
    the last of both are where it ends. The part of the sound that was asked for is from `start` to `end`."""

    values: NDArray[np.floating]
    times: NDArray[np.floating]
    edges: NDArray[np.floating]
    unit: str
    start: Seconds
    end: Seconds


def spectrum(
    audio: Audio,
    sample_rate: Hertz | None = None,
    kind: Kind = "log-mel",
    bundle: Bundle | None = None,
    start: Seconds = 0.0,
    end: Seconds = math.inf,
) -> Spectrum:
    """What `specnet.plot.spectrogram` draws; a column is the loudest of as many frames as a picture has no room for.

    The sound is taken to lie in silence, as by a scan.

    >>> found = spectrum(np.zeros(16_000, np.float32), 16_000)
    >>> found.values.shape, len(found.edges), found.times[:2].round(3), found.end
    ((40, 101), 41, array([-0.009,  0.001]), 1.0)

    Raises `SpecnetError` for bad audio, for a part that is not in it, and for the kind "network" without a model.
    """
    if kind not in KINDS:
        raise SpecnetError(f"kind {kind!r} of spectrogram: must be one of {', '.join(KINDS)}")
    if kind == "network" and bundle is None:
        raise SpecnetError("what a network sees depends on the network: name a model")
    with open_audio(audio, sample_rate) as sound:
        transform = _transform(kind, bundle, sound.info.sample_rate)
        rate, hop, width = transform.sample_rate, transform.hop, transform.n_fft
        lead = -(-width // hop) * hop
        if kind == "network" and bundle is not None:
            lead = max(lead, bundle.grid.receptive_field - bundle.grid.stride)  # as in a scan
        silent = np.zeros(lead, np.float32)
        blocks = frames(chain([silent], sound.blocks(rate), [silent[:width]]), transform)
        if kind == "network" and bundle is not None:
            from specnet.plot.network import levelled  # needs torch

            blocks = levelled(blocks, bundle)
        edge = (width - hop) / 2 - lead  # sample at which the first frame is drawn: about the middle of what it sees
        first = max(0, math.floor((start * rate - edge) / hop))
        rows, factor = thin(between(blocks, first, math.ceil((end * rate - edge) / hop) if end < math.inf else end))
        end = min(end, sound.heard)
        if start >= end:
            raise SpecnetError(f"{sound.name}: ends at {sound.heard:.3f} s: start = {start:g} must be before that")
    times = (edge + hop * (first + factor * np.arange(len(rows) + 1))) / rate
    inside = times[:-1] < end  # the frames behind it hear the silence that was added
    found = Spectrum(rows[inside].T, times[: inside.sum() + 1], _edges(transform), "log power", start, end)
    if kind in ("linear", "mel"):
        found = replace(found, values=DECIBEL * (found.values - found.values.max()), unit="dB")
    return replace(found, unit="log power over its level") if kind == "network" else found


def frames(blocks: Iterable[Floats], transform: Transform) -> Iterator[Floats]:
    """The frames ``[T, bands]`` of each of the `blocks` ``[N]`` of a sound."""
    state = transform.start()
    for block in blocks:
        piece, state = transform.step(block, state)
        yield piece.T


def _transform(kind: Kind, bundle: Bundle | None, rate: Hertz) -> Transform:
    if kind in ("log-mel", "network"):
        return bundle.features if bundle else LogMel()
    window, hop = (max(1, round(seconds * rate)) for seconds in FINE.values())
    n_fft = 1 << (2 * window - 1).bit_length()
    if kind == "linear":
        return LogPower(rate, n_fft=n_fft, window=window, hop=hop)
    bands = min(BANDS, n_fft // 8)  # each with a frequency of the spectrum in it
    return LogMel(rate, bands, n_fft, window, hop, f_min=0.0, f_max=rate / 2, floor=1e-10)


def _edges(transform: Transform) -> NDArray[np.floating]:
    """Where the bands begin and end, in kHz: half way between their centres."""
    if isinstance(transform, LogMel):
        edges = transform.edges
    else:
        edges = transform.sample_rate / transform.n_fft * (np.arange(transform.n_fft // 2 + 2) - 0.5)
    kilohertz: NDArray[np.floating] = np.maximum(0, edges) / 1000
    return kilohertz
