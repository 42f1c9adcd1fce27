"""Kernels made by hand, on a spectrogram: edges in time are onsets, edges in frequency are harmonics."""

from __future__ import annotations

import numpy as np

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.picture import Chapter, Floats, bare, extent, kilohertz, panels, signed, sound
from specnet.audio.files import RATE
from specnet.core.kernels import kernel
from specnet.core.operations import correlate
from specnet.features.logmel import LogMel
from specnet.plot.spectrum import FINE, Spectrum

HIGHEST, END = 3.0, 0.9  # kHz and seconds that are drawn
DEEPEST = -70.0  # dB: what is quieter is silence
PITCHES = (100, 400)  # Hz, of voices
DELAY = 10  # hops
KERNELS = ("sobel-x", "sobel-y", "edge-laplacian", "gaussian")


def seen(name: str = recordings.GREETING) -> Spectrum:
    """What is drawn: power over frequencies, fine enough to show the harmonics."""
    return recordings.spectrogram(name, "linear", END, HIGHEST)


def filtered(values: Floats, name: str) -> Floats:
    """Cross-correlated with a classical kernel; the border is copied, so that the size stays."""
    weights = kernel(name)[None, None]
    return correlate(values[None], weights, padding=weights.shape[-1] // 2, fill="replicate")[0]


def onset(found: Spectrum) -> float:
    """The second at which most bands grow loud together."""
    rising = np.maximum(filtered(np.maximum(found.values, DEEPEST), "sobel-x"), 0).mean(axis=0)
    return float(found.times[:-1][rising.argmax()] + FINE["hop"] / 2)


def pitch(found: Spectrum) -> float:
    """How far apart the harmonics lie where they are strongest, in hertz: the lag at which edges repeat."""
    edges = filtered(np.maximum(found.values, DEEPEST), "sobel-y")
    step = 1000 * float(found.edges[2] - found.edges[1])
    lags = range(round(PITCHES[0] / step), round(PITCHES[1] / step))
    alike = [float((edges[lag:] * edges[:-lag]).sum(axis=0).max()) for lag in lags]
    return step * lags[int(np.argmax(alike))]


def difference_when_late(hops: int) -> float:
    """Delay the sound by so many hops: the largest difference between the map, moved, and the map of the late sound."""
    logmel, wave = LogMel(), recordings.waveform(recordings.GREETING)
    late = np.concatenate([np.zeros(hops * logmel.hop, np.float32), wave])
    first, second = (filtered(logmel(each), "sobel-x")[:, 1:-1] for each in (wave, late))
    return float(np.abs(second[:, hops:] - first).max())


def table() -> str:
    """The weights of the kernels that are shown."""
    rows = ["| kernel | weights, row by row | they sum to |", "|---|---|---|"]
    for name in KERNELS:
        weights = kernel(name)
        scale = 16 if name == "gaussian" else 1
        text = " / ".join(" ".join(f"{weight:g}" for weight in row) for row in weights * scale)
        rows.append(f"| `{name}` | {text}{' , over 16' if scale > 1 else ''} | {weights.sum():g} |")
    return "\n".join(rows)


def chapter() -> Chapter:
    found = seen()
    figure, axes = panels(1, 3, 2.5, sharey=True)
    shown = axes[0]
    sound(shown[0], found)
    shown[0].set_title("spectrogram")
    for axis, name, title in (
        (shown[1], "sobel-x", "over time: onsets"),
        (shown[2], "sobel-y", "over pitch: harmonics"),
    ):
        signed(axis, filtered(np.maximum(found.values, DEEPEST), name), extent=extent(found))
        axis.set(xlim=(0, END), xlabel="seconds", title=title)
    kilohertz(shown[0], found)
    small, boxes = panels(1, len(KERNELS), 1.3)
    for axis, name in zip(boxes[0], KERNELS, strict=True):
        weights = kernel(name)
        signed(axis, weights[::-1], aspect="equal")
        for (row, column), weight in np.ndenumerate(weights[::-1]):
            axis.text(column, row, f"{weight:.3g}", ha="center", va="center", color=_on(weight, weights), fontsize=7)
        bare(axis, name)
    facts = {
        "onset": onset(found), "pitch": pitch(found),
        "delay": DELAY * LogMel().hop / RATE, "delay_frames": DELAY, "delayed": difference_when_late(DELAY),
        "kernels": table(),
    }  # fmt: skip
    return Chapter({"edges": figure, "kernels": small}, facts)


def _on(weight: float, weights: Floats) -> str:
    """The colour of letters on a weight that is drawn `signed`."""
    return "white" if abs(weight) > 0.7 * np.abs(weights).max() else "black"
