"""Figures of matplotlib as parts of a page: in its colours, light or dark, and with its font."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from cycler import cycler
from matplotlib import rc_context
from matplotlib.figure import Figure

INK = "#010203"  # stands for the colour of the text around the picture
COLOURS = ("#2f80d0", "#d2691e", "#0f9080", "#d03b4b", "#9b59d0", "#8a7a2a")  # at least 3 : 1 on white and on black
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "specnet",
    "font.size": 10,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.facecolor": "none",
    "legend.edgecolor": "none",
    "legend.fontsize": "small",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
}


@contextmanager
def page_style() -> Iterator[None]:
    """Figures that are drawn, and written with `inline_svg`, in this context suit a page."""
    with rc_context({**STYLE, "axes.prop_cycle": cycler(color=COLOURS)}):
        yield


def inline_svg(figure: Figure, name: str, description: str, dpi: float | None = None) -> str:
    """The figure as an element of an HTML page.

    `name` sets its ids apart from those of other pictures, `description` is for those who cannot see it, and `dpi` is
    how fine the parts of it are that are pixels.

    >>> with page_style():
    ...     svg = inline_svg(Figure(), "empty", "Nothing <yet>")
    >>> svg[:41], 'id="empty-figure_1"' in svg, INK in svg
    ('<svg role="img" aria-label="Nothing &lt;y', True, False)
    """
    text = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(text, format="svg", metadata=metadata, dpi=dpi or "figure")
    svg = text.getvalue()
    svg = svg[svg.index("<svg ") :].replace("<svg ", f'<svg role="img" aria-label="{escape(description)}" ', 1)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\1{name}-", svg)
    return re.sub(r"font-family: [^;]*; ", "", svg).replace(INK, "currentColor")
