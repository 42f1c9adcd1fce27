"""Sound on axes of matplotlib: waveform, spectrogram, scores, and what is marked in them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from specnet.audio.source import Audio, open_audio
from specnet.errors import MissingExtra, SpecnetError
from specnet.features.logmel import hertz_to_mel, mel_to_hertz
from specnet.plot.columns import between, thin
from specnet.plot.spectrum import DECIBEL, Kind, spectrum
from specnet.runtime.bundle import Bundle
from specnet.units import Hertz, Seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RANGE = 70.0
"""From the loudest to where the colours begin, in dB."""

COLOURS = ("#2a6fb0", "#c85a11", "#2a8a3c", "#b8314f", "#7a5ab8", "#8a6d1f")
INK = "#3b4654"
MEL_TICKS = (0, 0.25, 0.5, 1, 2, 4, 8, 16, 32)


class Marked(Protocol):
    """A stretch of time with a label, in seconds: a `Segment`, or an interval of a label file."""

    @property
    def label(self) -> str: ...
    @property
    def start(self) -> Seconds: ...
    @property
    def end(self) -> Seconds: ...


def waveform(
    audio: Audio,
    sample_rate: Hertz | None = None,
    *,
    start: Seconds = 0.0,
    end: Seconds = math.inf,
    segments: Sequence[Marked] = (),
    axes: Axes | None = None,
) -> Axes:
    """The samples of `audio` over seconds: a line, or the lowest and highest where there are too many for one.

    `audio` is a path or an array with its `sample_rate`, of which the part from `start` to `end` is drawn, with the
    `segments` in it tinted; into `axes`, or into a new figure of pyplot.

    >>> axes = waveform("data/dir-welcome.flac", start=0.5, end=1.0)
    >>> [float(limit) for limit in axes.get_xlim()], axes.get_xlabel()
    ([0.5, 1.0], 'time (s)')

    Raises `MissingExtra` without matplotlib, and `SpecnetError` for bad audio or a part that is not in it.
    """
    axes = _axes(axes)
    with open_audio(audio, sample_rate) as sound:
        rate = sound.info.sample_rate
        first = round(start * rate)
        both = (np.stack([block, -block], axis=1) for block in sound.blocks(rate))
        extremes, factor = thin(between(both, first, end * rate))
        end = min(end, sound.heard)
        if start >= end:
            raise SpecnetError(f"{sound.name}: ends at {sound.heard:.3f} s: start = {start:g} must be before that")
    times = (first + factor * (np.arange(len(extremes)) + (factor > 1) / 2)) / rate
    high, low = extremes[:, 0], -extremes[:, 1]
    if factor == 1:
        axes.plot(times, high, color=INK, linewidth=0.6)
    else:
        axes.fill_between(times, low, high, color=INK, linewidth=0.3)
    loudest = 1.08 * max(float(np.abs(extremes).max()), 1e-4)
    axes.set(xlim=(start, end), ylim=(-loudest, loudest), xlabel="time (s)", ylabel="amplitude")
    axes.locator_params(axis="y", nbins=4)
    tint(axes, segments)
    return axes


def spectrogram(
    audio: Audio,
    sample_rate: Hertz | None = None,
    *,
    kind: Kind = "log-mel",
    model: str | os.PathLike[str] | Bundle | None = None,
    start: Seconds = 0.0,
    end: Seconds = math.inf,
    segments: Sequence[Marked] = (),
    colours: str = "magma",
    colour_bar: bool = False,
    axes: Axes | None = None,
) -> Axes:
    """The spectrogram of `audio` over seconds and kilohertz.

    `kind` "linear" and "mel" are for people: dB below the loudest, fine in time. "log-mel" is the input of the network
    of `model` (a shipped name, a path or a `Bundle`; without one, that of most models), frame by frame; "network" is
    what its layers get where it begins by taking off the running level, and needs the `train` extra. `colours` is a
    colour map of matplotlib. The rest is as for `waveform`; the borders of the `segments` are drawn.

    >>> axes = spectrogram("data/dir-welcome.flac", kind="mel")
    >>> axes.get_ylabel(), float(axes.collections[0].get_array().max())
    ('frequency (kHz)', 0.0)

    Raises `MissingExtra` without matplotlib, and `SpecnetError` for bad audio, a part that is not in it, and an unknown
    kind, model or colour map.
    """
    axes = _axes(axes)
    bundle = Bundle.load(model) if isinstance(model, str | os.PathLike) else model
    found = spectrum(audio, sample_rate, kind, bundle, start, end)
    loudest = float(found.values.max())
    depth = RANGE if found.unit == "dB" else RANGE / DECIBEL
    mesh = axes.pcolormesh(
        found.times, found.edges, found.values, cmap=_known(colours), rasterized=True,
        vmin=max(float(found.values.min()), loudest - depth), vmax=loudest,
    )  # fmt: skip
    if kind != "linear":
        forward, back = (lambda khz: hertz_to_mel(1000 * np.maximum(khz, 0)), lambda mel: mel_to_hertz(mel) / 1000)
        axes.set_yscale("function", functions=(forward, back))
        axes.set_yticks([tick for tick in MEL_TICKS if found.edges[0] <= tick <= found.edges[-1]])
        axes.yaxis.set_major_formatter("{x:g}")
    axes.set(xlim=(found.start, found.end), ylim=(found.edges[0], found.edges[-1]))
    axes.set(xlabel="time (s)", ylabel="frequency (kHz)")
    if colour_bar:
        axes.figure.colorbar(mesh, ax=axes, label=found.unit, pad=0.01)
    for segment in segments:
        for border in (segment.start, segment.end):
            axes.axvline(border, color="black", linewidth=1.6, alpha=0.5)
            axes.axvline(border, color="white", linewidth=0.8)
    return axes


def scores(
    times: NDArray[np.floating],
    tracks: Mapping[str, NDArray[np.floating]],
    threshold: float,
    *,
    segments: Sequence[Marked] = (),
    axes: Axes | None = None,
) -> Axes:
    """The score of each label in `tracks` ``[T]`` at `times` ``[T]``, as `Detector.scores` gives them.

    >>> axes = scores(np.array([0.0, 0.5, 1.0]), {"welcome": np.array([0.0, 0.9, 0.1])}, threshold=0.7)
    >>> [line.get_label() for line in axes.lines]
    ['welcome', 'threshold 0.7']

    Raises `MissingExtra` without matplotlib.
    """
    axes = _axes(axes)
    colours = coloured([*tracks, *(segment.label for segment in segments)])
    for label, track in tracks.items():
        axes.plot(times, track, color=colours[label], linewidth=1, label=label)
    axes.axhline(threshold, color="0.4", linestyle="--", linewidth=0.8, label=f"threshold {threshold:.4g}")
    axes.set(ylim=(0, 1.04), yticks=[0, 0.5, 1], xlabel="time (s)", ylabel="score")
    axes.legend(loc="upper right")
    tint(axes, segments, colours)
    return axes


def coloured(labels: Iterable[str]) -> dict[str, str]:
    """A colour for each of the labels, in the order in which they first come."""
    return dict(zip(dict.fromkeys(labels), cycle(COLOURS), strict=False))


def tint(axes: Axes, segments: Sequence[Marked], colours: Mapping[str, str] | None = None) -> None:
    """Tint the segments in the colours of their labels."""
    colours = colours or coloured(segment.label for segment in segments)
    for segment in segments:
        axes.axvspan(segment.start, segment.end, color=colours[segment.label], alpha=0.2, linewidth=0)


def require_matplotlib() -> None:
    """Raises `MissingExtra` where drawing is not installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingExtra("drawing", "plot") from None


def _axes(axes: Axes | None) -> Axes:
    if axes is not None:
        return axes
    require_matplotlib()
    from matplotlib import pyplot

    return pyplot.subplots(layout="constrained")[1]


def _known(colours: str) -> Any:
    from matplotlib import colormaps

    if colours not in colormaps:
        raise SpecnetError(f"colours {colours!r}: no colour map of matplotlib; magma, viridis and gray_r are")
    return colormaps[colours]
