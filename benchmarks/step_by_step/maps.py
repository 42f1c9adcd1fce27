"""Feature maps from low to high: of the shipped models, in a greeting and in a digit."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.picture import Chapter, Floats, bare, panels, sound
from specnet.app.inspect import Looking, read_picture
from specnet.inspect.draw import stretched

SOUND, PICTURE = ("conv1", "separable1", "separable3", "separable6"), ("conv1", "conv2", "conv4")
END = 2.2  # seconds that are drawn
STRONGEST, SHOWN = 24, 6  # maps of the sound, and of the picture


def strongest(maps: Floats, count: int) -> Floats:
    """The `count` maps of the largest activations, the largest first."""
    order = np.argsort(-maps.reshape(len(maps), -1).max(axis=1), kind="stable")
    return maps[order[:count]]


def heard(name: str = recordings.LONGER) -> dict[str, tuple[float, float, Floats]]:
    """By layer: when its first position and its last have their middle, and the maps ``[K, positions]``, of what is
    drawn."""
    listener = recordings.welcome()
    hearing = listener.hear(recordings.waveform(name))
    found = {}
    for layer, maps in listener.subject.maps(hearing.features).items():
        grid = hearing.grid(listener.subject.layer(layer))
        centres = np.array([grid.centre(place) for place in range(maps.shape[-1])])
        inside = np.flatnonzero((centres >= 0) & (centres <= END))
        found[layer] = (centres[inside[0]], centres[inside[-1]], maps[:, 0, inside].numpy())
    return found


def chapter() -> Chapter:
    found = heard()
    figure, axes = panels(1 + len(SOUND), 1, 5.6, sharex=True, height_ratios=[1.7, *[1] * len(SOUND)])
    spectrogram = recordings.spectrogram(recordings.LONGER, end=END)
    sound(axes[0, 0], spectrogram)
    axes[0, 0].set(xlabel="")
    for axis, layer in zip(axes[1:, 0], SOUND, strict=True):
        first, last, maps = found[layer]
        half = (last - first) / (maps.shape[1] - 1) / 2
        rows = np.stack([stretched(row) for row in strongest(maps, STRONGEST)])
        axis.imshow(rows[::-1], cmap="viridis", extent=(first - half, last + half, 0, len(rows)))
        axis.set(yticks=[], ylabel=layer)
    axes[-1, 0].set(xlim=(0, spectrogram.end), xlabel="seconds")
    for axis in axes[:, 0]:
        for border in recordings.WORD[recordings.LONGER]:
            axis.axvline(border, color="white", linewidth=1)
    looking = Looking.open("digits")
    picture = read_picture(str(recordings.DATA / "digits" / "7.png"), looking)
    layers = looking.subject.maps(torch.from_numpy(picture)[None])
    drawn, boxes = panels(len(PICTURE), 1 + SHOWN, 3.2)
    for row, layer in zip(boxes, PICTURE, strict=True):
        for axis in row:
            bare(axis)
        row[0].set(ylabel=layer)
        for axis, values in zip(row[1:], strongest(layers[layer].numpy(), SHOWN), strict=True):
            axis.imshow(values, cmap="viridis", origin="upper", aspect="equal")
    boxes[0, 0].imshow(picture[0], cmap="gray", origin="upper", aspect="equal")
    facts = {"strongest": STRONGEST, "sound": SOUND, "picture": PICTURE,
             "sizes": {layer: tuple(layers[layer].shape) for layer in PICTURE}}  # fmt: skip
    return Chapter({"maps": figure, "digit": drawn}, facts)
