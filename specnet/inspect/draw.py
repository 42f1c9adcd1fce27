"""Pictures of what is looked into: spectrograms and pictures with what decided over them, scores over time, maps.

Figures have their axes at `PLOT`, so that a page can mark a moment across all of them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import librosa.display
import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from specnet.features.logmel import LogMel
from specnet.timeline import FrameGrid, Segment
from specnet.units import Seconds

Floats = NDArray[np.floating]

PLOT = (0.09, 0.985)
"""Where the axes of a figure over time begin and end, in parts of its width."""

PLOT_HEIGHTS = {"input": (0.06, 0.8), "scores": (0.04, 0.74)}
"""And in parts of the height of the spectrogram and of the scores, from the top."""

WIDE, NARROW = 8.0, 4.5
"""Inches, of the whole recording and of one decision."""

LOOKED, OPAQUE = "#ff6a13", 0.85
"""The colour of what decided, and how much of it the strongest place has."""

KILOHERTZ = (0.25, 0.5, 1, 2, 4, 8, 16)
RANGE = 60 / 10 * np.log(10)
"""From the darkest to the loudest: 60 dB, as log energies."""


def spectrogram(
    features: Floats,
    grid: FrameGrid,
    logmel: LogMel,
    heat: Floats | None = None,
    limits: tuple[Seconds, Seconds] | None = None,
    segments: Sequence[Segment] = (),
) -> tuple[Figure, NDArray[np.float64]]:
    """Log-mel features ``[bands, T]`` over seconds and kilohertz, and the height of each edge of a band, 0 to 1.

    `grid` is when each frame is, `heat` ``[bands, T]`` in 0..1 what lies over it, `limits` the seconds that are shown.
    """
    width, high = (NARROW, 2.3) if heat is not None else (WIDE, 2.3)
    figure = Figure(figsize=(width, high))
    left = PLOT[0] * WIDE / width  # of labels as wide as in the other figure
    axes = figure.add_axes(_place(left, "input"))
    hop = grid.stride / grid.sample_rate
    times = grid.centre(0) - hop / 2 + hop * np.arange(features.shape[1] + 1)
    heights = logmel.edges
    darkest = float(features.max()) - RANGE
    librosa.display.specshow(
        np.maximum(features, darkest), x_coords=times, y_coords=heights, x_axis="s", y_axis="mel", ax=axes,
        cmap="gray" if heat is not None else "magma", vmin=darkest, rasterized=True,
    )  # fmt: skip
    if heat is not None:
        colours = np.ones((*heat.shape, 4)) * (*to_rgb(LOOKED), 1)
        colours[..., 3] = OPAQUE * heat
        axes.pcolormesh(times, heights, colours, rasterized=True)
    first, last = limits or (times[0], times[-1])
    axes.set(xlim=(first, last), ylim=(heights[0], heights[-1]), xlabel="seconds", ylabel="kHz")
    shown = [kilohertz for kilohertz in KILOHERTZ if heights[0] < 1000 * kilohertz < heights[-1]]
    axes.set_yticks([1000 * kilohertz for kilohertz in shown], [f"{kilohertz:g}" for kilohertz in shown])
    axes.set_yticks([], minor=True)
    axes.xaxis.label.set_gid("xlabel")
    for segment in segments:
        axes.axvspan(segment.start, segment.end, facecolor="none", edgecolor="white", linewidth=1.5)
    points = axes.transData.transform([(first, height) for height in heights])
    return figure, axes.transAxes.inverted().transform(points)[:, 1]


def scores(
    times: Floats, tracks: Mapping[str, Floats], threshold: float, segments: Sequence[Segment], duration: Seconds
) -> Figure:
    """The score of each label at `times` (seconds), the threshold as a dashed line, the segments shaded."""
    figure = Figure(figsize=(WIDE, 1.8))
    axes = figure.add_axes(_place(PLOT[0], "scores"))
    for label, track in tracks.items():
        axes.plot(times, track, linewidth=1.5, label=label)
    axes.axhline(threshold, linestyle="--", linewidth=1, color="grey", label=f"threshold {threshold:.3g}")
    for segment in segments:
        axes.axvspan(segment.start, segment.end, color="#2f9e5b", alpha=0.25)
    axes.set(xlim=(0, duration), ylim=(0, 1.03), xlabel="seconds", ylabel="score")
    axes.xaxis.label.set_gid("xlabel")
    axes.legend(loc="upper right", fontsize="small", framealpha=0)
    return figure


def before_score(before: Floats, energy: Floats, word: tuple[Seconds, Seconds]) -> Figure:
    """How much decides, so many seconds `before` the score; from `word`'s first to its second a word is said."""
    figure = Figure(figsize=(NARROW, 2.2), layout="constrained")
    axes = figure.subplots()
    axes.fill_between(-before, energy, color=LOOKED, alpha=0.6, linewidth=0)
    axes.axvspan(-word[0], -word[1], color="grey", alpha=0.25, label="the word, on average")
    axes.set(xlabel="seconds before the score", ylabel="share", ylim=(0, None), xlim=(-before.max(), 0))
    axes.legend(fontsize="small", framealpha=0, loc="upper left")
    return figure


def overlaid(grey: Floats, heat: Floats) -> NDArray[np.float64]:
    """What was seen in grey and what decided over it, both ``[rows, columns]`` in 0..1, as colours ``[..., 3]``."""
    share = OPAQUE * heat[..., None]
    found: NDArray[np.float64] = (1 - share) * grey[..., None] + share * np.array(to_rgb(LOOKED))
    return found


def _place(left: float, name: str) -> tuple[float, float, float, float]:
    """Axes from `left` on: left, bottom, width, height."""
    top, bottom = PLOT_HEIGHTS[name]
    return left, 1 - bottom, PLOT[1] - left, bottom - top


def png(values: Floats, colours: str = "viridis", least: int = 1) -> bytes:
    """``[rows, columns]``, or ``[rows, columns, 3]`` of colours, in 0..1 as a PNG; each number as large as it takes to
    be `least` pixels high."""
    pixels = np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)
    times = max(1, -(-least // pixels.shape[0]))
    pixels = pixels.repeat(times, axis=0)
    file = io.BytesIO()
    image = Image.fromarray(pixels)
    if pixels.ndim == 2:
        image.putpalette(np.rint(255 * colormaps[colours](np.arange(256))[:, :3]).astype(np.uint8).tobytes())
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def stretched(values: Floats) -> Floats:
    """From 0 to 1; all 0 where nothing differs."""
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def spread(values: Floats, rows: Floats, columns: Floats, shape: tuple[int, int]) -> NDArray[np.float64]:
    """What decided, ``[h, w]`` at the centres `rows` and `columns`, over each place of the input, from 0 to 1.

    Less than 0 (against the label) counts as 0; between two centres it is interpolated, beyond the outer ones as there.

    >>> spread(np.array([[0.0, 2.0]]), np.array([1.0]), np.array([0.0, 2.0]), (1, 3)).tolist()
    [[0.0, 0.5, 1.0]]
    """
    above = np.maximum(values, 0).astype(np.float64)
    wide = np.stack([np.interp(np.arange(shape[1]), columns, row) for row in above])
    full = np.stack([np.interp(np.arange(shape[0]), rows, column) for column in wide.T], axis=1)
    highest = float(full.max())
    return full / highest if highest > 0 else full
