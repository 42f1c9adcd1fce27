"""How much of the sound each layer of a model sees, and where it looks most."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.picture import Chapter, Floats, panels, sound
from specnet.core.operations import convolve
from specnet.features.logmel import LogMel
from specnet.inspect.fields import Layer
from specnet.inspect.sound_page import sees
from specnet.inspect.subject import Subject
from specnet.pages.pictures import COLOURS


def layers(subject: Subject) -> list[Layer]:
    """Those that see, from low to high; the `level` that a network begins with only takes away how loud it is."""
    return [layer for layer in subject.layers if layer.kind != "level"]


def milliseconds(frames: int, logmel: LogMel) -> float:
    """Of the sound that so many frames in a row see."""
    return 1000 * ((frames - 1) * logmel.hop + logmel.n_fft) / logmel.sample_rate


def reach(subject: Subject, layer: Layer, x: torch.Tensor) -> Floats:
    """How much each frame of an input moves the last position of a layer: the sizes of its gradient, ``[frames]``."""
    x = x.detach().requires_grad_()
    [gradient] = torch.autograd.grad(subject.below(layer, x)[..., -1].sum(), x)
    return gradient.abs().sum(dim=(0, 1)).numpy()


def stacked(kernels: int) -> Floats:
    """How often each input is seen by so many layers of three equal weights, one on top of the other."""
    view = np.ones((1, 1))
    for _ in range(kernels):
        view = convolve(view, np.ones((1, 1, 3)), padding=2)
    return view[0]


def table(subject: Subject, logmel: LogMel) -> str:
    """What one position of each layer sees, and how far apart neighbours look."""
    rows = ["| layer | one position sees | neighbours are apart |", "|---|---|---:|"]
    for layer in layers(subject):
        apart = 1000 * layer.columns.stride * logmel.hop / logmel.sample_rate
        rows.append(f"| `{layer.name}` | {sees(layer, logmel).partition(',')[0]} | {apart:.0f} ms |")
    return "\n".join(rows)


def chapter() -> Chapter:
    listener = recordings.welcome()
    subject, wave = listener.subject, recordings.waveform(recordings.GREETING)
    hearing = listener.hear(wave)
    logmel = hearing.logmel
    score = int(hearing.evidence(subject)[:, 0].argmax())
    x = hearing.window(score, subject)
    shown, maps = layers(subject), subject.maps(x)
    figure, axes = panels(2, 1, 4.2, sharex=True, height_ratios=[1, 1])
    sound(axes[0, 0], recordings.spectrogram(recordings.GREETING))
    for place, layer in enumerate(shown):
        grid, middle = hearing.grid(layer, score), (maps[layer.name].shape[-1] - 1) // 2
        start, end = grid.start(middle), grid.end(middle)
        axes[1, 0].barh(place, end - start, left=start, height=0.7, color=COLOURS[0], alpha=0.85)
        axes[1, 0].text(end + 0.02, place, f"{1000 * (end - start):.0f} ms", va="center", fontsize=8)
    axes[1, 0].set_yticks(range(len(shown)), [layer.name for layer in shown])
    for axis in axes[:, 0]:
        for border in recordings.WORD[recordings.GREETING]:
            axis.axvline(border, color="white" if axis is axes[0, 0] else COLOURS[2], linewidth=1)
    axes[0, 0].set(xlim=(-0.65, hearing.duration), xlabel="")
    axes[1, 0].set(xlabel="seconds")
    views, boxes = panels(1, 3, 1.5, sharey=False)
    for axis, count in zip(boxes[0], (1, 2, 4), strict=True):
        view = stacked(count)
        axis.bar(np.arange(len(view)) - len(view) // 2, view, width=0.9)
        axis.set(xticks=[-4, 0, 4], yticks=[], xlim=(-5, 5), title=f"{count} x 3: sees {len(view)}")
    moved = reach(subject, shown[-1], x)
    seen = moved[shown[-1].lookback :]
    middle_half = seen[len(seen) // 4 : len(seen) - len(seen) // 4]
    facts = {
        "table": table(subject, logmel), "all_ms": milliseconds(shown[-1].columns.span, logmel),
        "lookback_ms": 1000 * shown[-1].lookback * logmel.hop // logmel.sample_rate, "layers": len(shown),
        "two": [f"{each:g}" for each in stacked(2)], "inner": float(middle_half.sum() / seen.sum()),
    }  # fmt: skip
    return Chapter({"fields": figure, "triangle": views}, facts)
