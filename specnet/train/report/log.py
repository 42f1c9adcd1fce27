"""What TensorBoard shows beside the figures of the epochs: pictures, and sound to hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from torch.utils.tensorboard import SummaryWriter

from specnet.data.utterance import SAMPLE_RATE, Utterance
from specnet.pages.listen import LOUDEST
from specnet.plot.figure import Look, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def log_scenes(log: Path, scenes: Sequence[Utterance]) -> None:
    """Scenes that are learnt from, with the words in them, to see and to hear."""
    with SummaryWriter(log) as writer:
        for number, scene in enumerate(scenes, start=1):
            name, wave = f"scene/{number}", scene.waveform
            look = Look(title=", ".join(word.label for word in scene.words) or "no word")
            writer.add_figure(name, figure(wave, SAMPLE_RATE, look=look, segments=scene.words))
            loud = wave * (LOUDEST / max(float(np.abs(wave).max()), 1e-6))
            writer.add_audio(name, loud[None], sample_rate=SAMPLE_RATE)


def log_figures(log: Path, figures: Mapping[str, Figure], step: int) -> None:
    """Pictures by name, as they are after so many steps."""
    with SummaryWriter(log) as writer:
        for name, drawn in figures.items():
            writer.add_figure(name, drawn, global_step=step)
