"""Stride and pooling: smaller maps that forgive small shifts, and lose place where there is too much of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.edges import filtered
from benchmarks.step_by_step.picture import Chapter, Floats, bare, panels
from specnet.core.operations import correlate, insert_zeros
from specnet.core.pooling import average_pool, global_average_pool, max_pool
from specnet.features.logmel import LogMel

WAYS: dict[str, Callable[[Floats], Floats]] = {
    "the map": lambda x: x,
    "stride 2": lambda x: x[:, ::2, ::2],
    "average 2x2": lambda x: average_pool(x, 2),
    "max 2x2": lambda x: max_pool(x, 2),
    "max 4x4": lambda x: max_pool(x, 4),
    "max 10x10": lambda x: max_pool(x, 10),
}
LATE = 1  # frames
THINNED = 4  # one in


def onsets(late: int = 0) -> Floats:
    """A feature map ``[1, bands, frames]`` of the greeting, which comes so many frames late: where bands grow loud."""
    logmel, wave = LogMel(), recordings.waveform(recordings.GREETING)
    silence, more = np.zeros(late * logmel.hop, np.float32), np.zeros((10 - late) * logmel.hop, np.float32)
    levels = logmel(np.concatenate([silence, wave, more]))
    return np.maximum(filtered(levels, "sobel-x"), 0)[None]


def alike(way: Callable[[Floats], Floats]) -> float:
    """The correlation of what is left of the map with what is left of the late map."""
    first, second = (way(onsets(late)).ravel() for late in (0, LATE))
    return float(np.corrcoef(first, second)[0, 1])


def restored(row: Floats) -> dict[str, Floats]:
    """A row ``[frames]``, thinned by a stride, and brought back: zeros put in between, then a triangular low-pass."""
    thin = row[None, ::THINNED]
    zeros = insert_zeros(thin, THINNED)
    ramp = np.arange(1.0, THINNED + 1)
    low_pass = np.concatenate([ramp, ramp[-2::-1]])[None, None] / THINNED
    back = correlate(zeros, low_pass, padding=THINNED - 1)
    return {"every fourth": thin[0], "zeros between": zeros[0], "low-passed": back[0]}


def table() -> str:
    """The sizes, and how much a shift of one frame changes."""
    rows = ["| | size | numbers | alike after 10 ms |", "|---|---|---:|---:|"]
    for name, way in WAYS.items():
        kept = way(onsets())[0]
        rows.append(f"| {name} | {kept.shape[0]} x {kept.shape[1]} | {kept.size:,} | {alike(way):.2f} |")
    return "\n".join(rows)


def chapter() -> Chapter:
    found = onsets()
    figure, axes = panels(2, 3, 2.9)
    for axis, (name, way) in zip(axes.flat, WAYS.items(), strict=True):
        axis.imshow(way(found)[0], cmap="magma")
        bare(axis, name)
    row = recordings.spectrogram(recordings.GREETING, end=0.8).values[8]
    row = row - row.min()
    rows, boxes = panels(1, 3, 1.5, sharey=True)
    for axis, (name, values) in zip(boxes[0], restored(row).items(), strict=True):
        apart = THINNED if name == "every fourth" else 1
        axis.plot(np.arange(len(row)), row, linewidth=3, alpha=0.35)
        axis.plot(apart * np.arange(len(values)), values, linewidth=1, marker="." if apart > 1 else None)
        bare(axis, name)
    facts = {"table": table(), "mean": float(global_average_pool(found)[0])}
    return Chapter({"pooling": figure, "zeros": rows}, facts)
