"""Feature maps from low to high: of the shipped models, in a greeting and in a digit."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.picture import Chapter, Floats, bare, panels, sound
from specnet.app.inspect import Looking, read_picture
from specnet.inspect.draw import stretched

SOUND, PICTURE = ("conv1", "separable1", "separable3", "separable6"), ("conv1", "conv2", "conv4")
END = 2.4  # seconds that are drawn
MAPS, SHOWN = 24, 6  # maps of the sound, and of the picture


def strongest(maps: Floats, count: int) -> Floats:
    """The `count` maps of the largest activations, the largest first."""
    order = np.argsort(-maps.reshape(len(maps), -1).max(axis=1), kind="stable")
    return maps[order[:count]]


def heard() -> dict[str, tuple[Floats, Floats]]:
    """By layer: when its positions have their middle, and the maps ``[K, positions]``, of what is drawn."""
    listener = recordings.welcome()
    hearing = listener.hear(recordings.waveform(recordings.BOOK))
    found = {}
    for layer, maps in listener.subject.maps(hearing.features).items():
        grid = hearing.grid(listener.subject.layer(layer))
        centres = np.array([grid.centre(place) for place in range(maps.shape[-1])])
        inside = np.flatnonzero((centres >= 0) & (centres <= END))
        found[layer] = (centres[inside], maps[:, 0, inside].numpy())
    return found


def of_the_word(times: Floats, maps: Floats) -> Floats:
    """How far each map ``[K, positions]`` rises within the word, as a share of how far it does anywhere, ``[K]``."""
    start, end = recordings.WORD[recordings.BOOK]
    inside = maps[:, (times >= start) & (times <= end)].max(axis=1)
    return np.maximum(inside, 0) / np.maximum(maps.max(axis=1), 1e-9)


def word_maps(found: dict[str, tuple[Floats, Floats]]) -> str:
    """How many maps of each layer rise highest within the word."""
    rows = ["| layer | maps that are strongest within the word |", "|---|---:|"]
    rows += [f"| `{layer}` | {int((of_the_word(*found[layer]) == 1).sum())} |" for layer in SOUND]
    return "\n".join(rows)


def chapter() -> Chapter:
    found = heard()
    figure, axes = panels(1 + len(SOUND), 1, 5.6, sharex=True, height_ratios=[1.7, *[1] * len(SOUND)])
    spectrogram = recordings.spectrogram(recordings.BOOK, end=END)
    sound(axes[0, 0], spectrogram)
    axes[0, 0].set(xlabel="")
    for axis, layer in zip(axes[1:, 0], SOUND, strict=True):
        times, maps = found[layer]
        half = (times[1] - times[0]) / 2
        order = np.argsort(-of_the_word(times, maps), kind="stable")[:MAPS]
        rows = np.stack([stretched(row) for row in maps[order]])
        axis.imshow(rows[::-1], cmap="viridis", extent=(times[0] - half, times[-1] + half, 0, len(rows)))
        axis.set(yticks=[], ylabel=layer)
    axes[-1, 0].set(xlim=(0, spectrogram.end), xlabel="seconds")
    for axis in axes[:, 0]:
        for border in recordings.WORD[recordings.BOOK]:
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
    facts = {"shown": MAPS, "word": word_maps(found), "all": len(found[SOUND[0]][1]), "sound": SOUND,
             "sizes": {layer: tuple(layers[layer].shape) for layer in PICTURE}}  # fmt: skip
    return Chapter({"maps": figure, "digit": drawn}, facts)
