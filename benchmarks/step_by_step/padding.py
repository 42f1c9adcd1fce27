"""What lies around the map: nothing, zeros, or copies of its border."""

from __future__ import annotations

import numpy as np

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.picture import Chapter, Floats, bare, panels
from specnet.core.kernels import kernel
from specnet.core.operations import correlate
from specnet.core.sliding import Fill

END = 0.5  # seconds that are shown
KINDS: dict[str, tuple[int, Fill]] = {"none": (0, "zero"), "zeros": (1, "zero"), "copies": (1, "replicate")}


def responses(values: Floats) -> dict[str, Floats]:
    """What an edge kernel makes of a spectrogram, by what lies around it."""
    weights = kernel("edge-laplacian")[None, None]
    return {name: correlate(values[None], weights, padding=p, fill=fill)[0] for name, (p, fill) in KINDS.items()}


def border(response: Floats) -> float:
    """The strongest response at the border, as a multiple of the strongest inside."""
    inside = np.abs(response[1:-1, 1:-1]).max()
    edges = (response[0], response[-1], response[:, 0], response[:, -1])
    return float(max(np.abs(edge).max() for edge in edges) / inside)


def chapter() -> Chapter:
    values = recordings.spectrogram(recordings.GREETING, end=END).values
    found = responses(values)
    figure, axes = panels(1, 1 + len(found), 1.9)
    axes[0, 0].imshow(values, cmap="magma")
    bare(axes[0, 0], f"spectrogram, {_size(values)}")
    strongest = float(np.abs(found["none"]).max())
    for axis, (name, response) in zip(axes[0, 1:], found.items(), strict=True):
        axis.imshow(response, cmap="coolwarm", vmin=-strongest, vmax=strongest)
        bare(axis, f"{name}: {_size(response)}")
    facts = {"sizes": {name: _size(each) for name, each in found.items()}, "input": _size(values)}
    return Chapter({"padding": figure}, facts | {name: border(found[name]) for name in ("zeros", "copies")})


def _size(values: Floats) -> str:
    return " x ".join(map(str, values.shape))
