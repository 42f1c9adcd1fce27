"""specnet: where is a word said? Small shift-invariant scanners over log-mel spectrograms.

>>> import specnet
>>> specnet.Segment("welcome", 1.0, 1.5, 1.6, 0.9).label
'welcome'

The names below are imported when they are first used, so that ``import specnet`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specnet import plot
    from specnet.app.classify import Guess, ImageModel
    from specnet.app.detect import Detector
    from specnet.app.scan_image import ImageScanner
    from specnet.app.stream import Heard, Stream
    from specnet.errors import SpecnetError
    from specnet.images.boxes import Box
    from specnet.timeline import Segment

__version__ = "0.1.0"
__all__ = [
    "Box",
    "Detector",
    "Guess",
    "Heard",
    "ImageModel",
    "ImageScanner",
    "Segment",
    "SpecnetError",
    "Stream",
    "__version__",
    "plot",
]

_HOMES = {
    "Box": "specnet.images.boxes",
    "Detector": "specnet.app.detect",
    "Guess": "specnet.app.classify",
    "Heard": "specnet.app.stream",
    "ImageModel": "specnet.app.classify",
    "ImageScanner": "specnet.app.scan_image",
    "Segment": "specnet.timeline",
    "SpecnetError": "specnet.errors",
    "Stream": "specnet.app.stream",
}


def __getattr__(name: str) -> object:
    if name == "plot":
        return import_module("specnet.plot")
    if name not in _HOMES:
        raise AttributeError(f"module 'specnet' has no attribute {name!r}; it has {', '.join(sorted(__all__))}")
    return getattr(import_module(_HOMES[name]), name)
