"""Where the pictures and sounds of a page go: into it, or beside it."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path
from typing import Protocol

from matplotlib.figure import Figure

from specnet.pages.pictures import inline_svg

KINDS = {".png": "image/png", ".mp3": "audio/mpeg"}
DPI = 110


class Store(Protocol):
    """Names are unique on a page, and file names."""

    def file(self, name: str, content: bytes) -> str:
        """What to refer to a PNG or MP3 by."""

    def figure(self, name: str, figure: Figure, description: str) -> str:
        """An element that shows a figure, which was made in `page_style`."""


class Embedded:
    """All in one file.

    >>> Embedded().file("dot.png", b"...")
    'data:image/png;base64,Li4u'
    """

    def file(self, name: str, content: bytes) -> str:
        return f"data:{KINDS[Path(name).suffix]};base64,{base64.b64encode(content).decode()}"

    def figure(self, name: str, figure: Figure, description: str) -> str:
        return inline_svg(figure, name, description, DPI)


class Beside:
    """Files in a folder, figures as PNG."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return name

    def figure(self, name: str, figure: Figure, description: str) -> str:
        figure.savefig(self.folder / f"{name}.png", dpi=DPI, facecolor="white")
        return f'<img src="{name}.png" alt="{escape(description)}">'
