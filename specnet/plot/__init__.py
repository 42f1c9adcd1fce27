"""Pictures of sound, with matplotlib (`pip install 'specnet[plot]'`), which is imported only to draw.

>>> import specnet.plot
>>> axes = specnet.plot.spectrogram("data/dir-welcome.flac", kind="mel")
>>> axes.get_xlabel(), axes.get_ylabel()
('time (s)', 'frequency (kHz)')
"""

from specnet.plot.axes import Marked, require_matplotlib, scores, spectrogram, waveform
from specnet.plot.figure import SUFFIXES, Look, Scores, figure, save, style
from specnet.plot.spectrum import KINDS

__all__ = [
    "KINDS",
    "SUFFIXES",
    "Look",
    "Marked",
    "Scores",
    "figure",
    "require_matplotlib",
    "save",
    "scores",
    "spectrogram",
    "style",
    "waveform",
]
