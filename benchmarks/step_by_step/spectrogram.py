"""Sound as a picture: what a spectrogram is, and that its frames are a window that slides."""

from __future__ import annotations

import numpy as np

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.picture import Chapter, panels, sound
from specnet.audio.files import RATE
from specnet.features.logmel import LogMel
from specnet.pages.pictures import COLOURS

COLUMN = 48  # samples that are drawn as one: their lowest and highest


def chapter() -> Chapter:
    logmel, wave = LogMel(), recordings.waveform(recordings.GREETING)
    frames = logmel.frames.output(len(wave))
    found, word = recordings.spectrogram(recordings.GREETING), recordings.WORD[recordings.GREETING]
    figure, axes = panels(2, 1, 3.0, sharex=True, height_ratios=[1, 2])
    pieces = wave[: len(wave) // COLUMN * COLUMN].reshape(-1, COLUMN)
    times = (np.arange(len(pieces)) + 0.5) * COLUMN / RATE
    axes[0, 0].fill_between(times, pieces.min(axis=1), pieces.max(axis=1), color=COLOURS[0], linewidth=0.3)
    axes[0, 0].axvspan(*word, color=COLOURS[2], alpha=0.2, linewidth=0)
    axes[0, 0].set(yticks=[], ylabel="pressure")
    sound(axes[1, 0], found)
    for border in word:
        axes[1, 0].axvline(border, color="white", linewidth=1)
    facts = {
        "samples": len(wave), "seconds": len(wave) / RATE, "rate": RATE, "frames": frames, "bands": logmel.bands,
        "numbers": frames * logmel.bands, "hop": logmel.hop, "n_fft": logmel.n_fft,
        "hop_ms": 1000 * logmel.hop / RATE, "frame_ms": 1000 * logmel.n_fft / RATE, "word": word,
    }  # fmt: skip
    return Chapter({"sound": figure}, facts)
