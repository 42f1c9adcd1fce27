"""The whole picture of a sound: labels, waveform, spectrogram and scores, one above the other, fit to be printed."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from specnet.audio.source import Audio
from specnet.errors import SpecnetError
from specnet.plot.axes import Marked, coloured, require_matplotlib, scores, spectrogram, tint, waveform
from specnet.plot.spectrum import Kind
from specnet.runtime.bundle import Bundle
from specnet.units import Hertz, Seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg", ".pdf")
INCH = 25.4  # mm
SIZES = (20.0, 2000.0)
"""What a side of a picture may be, in mm."""

WIDTH = 180.0
HEIGHTS = {"labels": 5.0, "waveform": 22.0, "spectrogram": 50.0, "scores": 25.0}
"""Of the panels, in mm; of the labels, each row."""

AROUND = 12.0
"""Of the height: the axis of time."""

STYLE: Any = {
    "font.size": 8, "axes.labelsize": 8, "axes.titlesize": 9, "xtick.labelsize": 7, "ytick.labelsize": 7,
    "legend.fontsize": 7, "legend.frameon": False, "axes.linewidth": 0.6, "xtick.major.width": 0.6,
    "ytick.major.width": 0.6, "xtick.major.size": 2.5, "ytick.major.size": 2.5, "axes.spines.top": False,
    "axes.spines.right": False, "text.parse_math": False, "pdf.fonttype": 42, "svg.fonttype": "path",
    "svg.hashsalt": "specnet", "figure.constrained_layout.h_pad": 0.03, "figure.constrained_layout.w_pad": 0.03,
}  # fmt: skip


@dataclass(frozen=True)
class Scores:
    """What a model said: the score of each label in `tracks` ``[T]`` at `times` ``[T]``, and the `threshold`."""

    times: NDArray[np.floating]
    tracks: Mapping[str, NDArray[np.floating]]
    threshold: float


@dataclass(frozen=True)
class Look:
    """How a picture looks: what it shows, in which colours, and its width and height in mm (None: what it takes).

    Raises `SpecnetError` where it shows neither waveform nor spectrogram.
    """

    kind: Kind | None = "log-mel"
    waveform: bool = True
    colours: str = "magma"
    colour_bar: bool = False
    title: str = ""
    size: tuple[float, float | None] = (WIDTH, None)

    def __post_init__(self) -> None:
        if self.kind is None and not self.waveform:
            raise SpecnetError("neither waveform nor spectrogram: a picture of a sound must have one of them")


def figure(
    audio: Audio,
    sample_rate: Hertz | None = None,
    *,
    look: Look | None = None,
    model: str | os.PathLike[str] | Bundle | None = None,
    start: Seconds = 0.0,
    end: Seconds = math.inf,
    segments: Sequence[Marked] = (),
    found: Scores | None = None,
) -> Figure:
    """The picture of `audio` from `start` to `end`: `segments` by their labels, then what the `look` asks for, scores.

    A `model` is there for the spectrogram: see `specnet.plot.spectrogram`, also for the errors.

    >>> made = figure("data/dir-welcome.flac", look=Look(kind="mel", size=(85, 60)))
    >>> [axes.get_ylabel() for axes in made.axes], (made.get_size_inches() * INCH).round(6)
    (['amplitude', 'frequency (kHz)'], array([85., 60.]))
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    look = look or Look()
    segments = [segment for segment in segments if segment.end >= start and segment.start <= end]
    rows = in_rows(segments)
    highest = [segment for segment, row in zip(segments, rows, strict=True) if row == 0]
    colours = coloured([*(found.tracks if found else ()), *(segment.label for segment in segments)])
    panels = dict.fromkeys(["labels"] * bool(rows), HEIGHTS["labels"] * (max(rows, default=0) + 1))
    shown = {"waveform": look.waveform, "spectrogram": look.kind is not None, "scores": found is not None}
    panels |= {name: HEIGHTS[name] for name, show in shown.items() if show}
    width, height = look.size
    size = (width / INCH, (height or sum(panels.values()) + AROUND) / INCH)
    with style():
        made = Figure(figsize=size, layout="constrained")
        grid = made.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=list(panels.values()))
        axes: dict[str, Axes] = dict(zip(panels, grid[:, 0], strict=True))
        if "waveform" in axes:
            waveform(audio, sample_rate, start=start, end=end, axes=axes["waveform"])
            tint(axes["waveform"], highest, colours)
        if "spectrogram" in axes and look.kind:
            spectrogram(
                audio, sample_rate, kind=look.kind, model=model, start=start, end=end, segments=segments,
                colours=look.colours, colour_bar=look.colour_bar, axes=axes["spectrogram"],
            )  # fmt: skip
        if found is not None:
            scores(found.times, found.tracks, found.threshold, segments=highest, axes=axes["scores"])
        if "labels" in axes:
            _name(axes["labels"], segments, rows, width, colours)
        for each in list(axes.values())[:-1]:
            each.set_xlabel("")
        made.align_ylabels(list(axes.values()))
        made.suptitle(look.title, fontsize=9)
    return made


def save(figure: Figure, target: Path | IO[bytes], suffix: str, dpi: float = 300) -> None:
    """Write a picture of the kind that `suffix` names, one of `SUFFIXES`; fonts are in it, and it says no date."""
    kind = suffix.lstrip(".").lower()
    undated = {"png": "Software", "svg": "Date", "pdf": "CreationDate"}
    with style():
        figure.savefig(target, format=kind, dpi=dpi, metadata={undated[kind]: None})


@contextmanager
def style() -> Iterator[None]:
    """Pictures that are drawn and saved in this context are fit to be printed."""
    from matplotlib import rc_context

    with rc_context(STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # letters that the font lacks
        yield


def in_rows(segments: Sequence[Marked]) -> list[int]:
    """A row for each of the segments, in which it overlaps none of the others; the longest of those at a time first.

    >>> from specnet import Segment
    >>> in_rows([Segment(label, start, end, 0, 1) for label, start, end in [("b", 0, 1), ("word", 0, 2), ("c", 1, 2)]])
    [1, 0, 1]
    """
    ends: list[Seconds] = []
    rows = [0] * len(segments)
    for index in sorted(range(len(segments)), key=lambda i: (segments[i].start, -segments[i].end)):
        free = (row for row, end in enumerate(ends) if end <= segments[index].start + 1e-6)
        row = rows[index] = next(free, len(ends))
        ends[row : row + 1] = [segments[index].end]
    return rows


def _name(
    axes: Axes, segments: Sequence[Marked], rows: Sequence[int], width: float, colours: Mapping[str, str]
) -> None:
    """Bars with the labels in them, or where these are too long, behind or before them; none where there is no room."""
    from matplotlib.patches import Rectangle

    start, end = axes.get_xlim()
    axes.set(ylim=(max(rows) + 1, 0))
    axes.axis("off")
    letter = 0.6 * STYLE["xtick.labelsize"] / 72 * INCH * (end - start) / (0.9 * width)  # its width, in seconds
    for segment, row in zip(segments, rows, strict=True):
        first, last = max(segment.start, start), min(segment.end, end)
        colour = colours[segment.label]
        box = (first, row + 0.1), last - first, 0.8
        axes.add_patch(Rectangle(*box, facecolor=(colour, 0.2), edgecolor=colour, linewidth=0.8, clip_on=False))
        beside = [s for s, other in zip(segments, rows, strict=True) if other == row and s is not segment]
        before = max((s.end for s in beside if s.end <= first + 1e-6), default=start)
        behind = min((s.start for s in beside if s.start >= last - 1e-6), default=end)
        needed = (len(segment.label) + 1) * letter
        places = (
            ((first + last) / 2, "center", last - first),
            (last + letter / 2, "left", behind - last),
            (first - letter / 2, "right", first - before),
        )
        for at, alignment, room in places:
            if needed <= room:
                axes.text(at, row + 0.5, segment.label, ha=alignment, va="center", size=STYLE["xtick.labelsize"])
                break
