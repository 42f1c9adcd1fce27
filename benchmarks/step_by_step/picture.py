"""How the pictures of the walk look, and where they go: SVG that can be read on white and on black."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from cycler import cycler
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from specnet.pages.pictures import COLOURS
from specnet.plot.spectrum import Spectrum

Floats = NDArray[np.floating]

WIDTH = 7.2  # inches
INK = "#7d828a"  # as far from white as from black
MAP, SIGNED = "magma", "coolwarm"
RANGE = 70.0  # dB from the loudest to where colours begin, as in specnet.plot
STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "specnet", "font.size": 9, "axes.titlesize": 9, "text.parse_math": False,
    "axes.linewidth": 0.7, "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False,
    "image.interpolation": "none", "image.aspect": "auto", "image.origin": "lower",
    **dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), "none"),
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
}  # fmt: skip


@dataclass(frozen=True)
class Chapter:
    """The pictures of a chapter by name, and the figures and tables that its text quotes."""

    pictures: Mapping[str, Figure] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)


@contextmanager
def style() -> Iterator[None]:
    """Pictures are drawn and written in this context."""
    with rc_context({**STYLE, "axes.prop_cycle": cycler(color=COLOURS)}):
        yield


def panels(rows: int = 1, columns: int = 1, height: float = 2.0, **options: Any) -> tuple[Figure, NDArray[Any]]:
    """A figure as wide as the page and its axes ``[rows, columns]``."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def svg(figure: Figure) -> str:
    """The same on every machine: it says no date, and leaves the font to whoever shows it."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    found = re.sub(r"font: ([0-9. a-z]*px) [^;\"]*", r"font: \1 sans-serif", text.getvalue())
    found = re.sub(r"(?<=base64,)[^\"]*", _smaller, found)
    return "\n".join(line.rstrip() for line in found.splitlines()) + "\n"


def _smaller(found: re.Match[str]) -> str:
    """The pixels of a picture with a palette: a colour map has no more than 256 colours."""
    image = Image.open(io.BytesIO(base64.b64decode(found[0]))).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(file := io.BytesIO(), "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def sound(axes: Axes, found: Spectrum, colours: str = MAP) -> None:
    """A spectrogram over seconds and kilohertz."""
    loudest = float(found.values.max())
    depth = RANGE if found.unit == "dB" else RANGE / 10 * np.log(10)
    axes.imshow(found.values, cmap=colours, vmin=loudest - depth, vmax=loudest, extent=extent(found))
    axes.set(xlim=(found.start, found.end), xlabel="seconds")
    kilohertz(axes, found)


def extent(found: Spectrum) -> tuple[float, float, float, float]:
    """Of a picture whose rows are bands, all of the same height, and whose columns are frames."""
    return found.times[0], found.times[-1], 0, len(found.values)


def kilohertz(axes: Axes, found: Spectrum) -> None:
    """Name the bands of the vertical axis."""
    shown = [tick for tick in (0, 0.5, 1, 2, 3, 4, 7) if found.edges[0] <= tick <= found.edges[-1]]
    axes.set_yticks(np.interp(shown, found.edges, np.arange(len(found.edges))), [f"{tick:g}" for tick in shown])
    axes.set(ylabel="kHz")


def signed(axes: Axes, values: Floats, **options: Any) -> None:
    """Numbers of both signs, 0 in grey."""
    strongest = float(np.abs(values).max())
    axes.imshow(values, cmap=SIGNED, vmin=-strongest, vmax=strongest, **options)


def bare(axes: Axes, title: str = "") -> None:
    """Without ticks."""
    axes.set(xticks=[], yticks=[], title=title)
    axes.spines[:].set_visible(False)
