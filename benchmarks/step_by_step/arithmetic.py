"""Sizes and parameters, by the functions that size our networks."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.step_by_step.picture import Chapter
from specnet.core.blocks import Conv
from specnet.core.operations import convolve, correlate
from specnet.core.window import Window

SIZES = ((5, 3, 1, 2), (6, 3, 1, 2), (32, 5, 2, 1), (28, 5, 0, 1), (28, 2, 0, 2), (224, 7, 3, 2))
"""Input, kernel, padding, stride."""

KERNELS = (
    ("2x2, with a bias", (1, 28, 28), 1, Window(2)),
    ("ten 5x5 on 32x32x3, padding 2", (3, 32, 32), 10, Window(5, padding=2)),
    ("64 of 7x7 on one channel", (1, 28, 28), 64, Window(7)),
    ("ten as large as the picture: an FC layer", (1, 100, 100), 10, Window(100)),
    ("64 of 3x11x11, AlexNet's first", (3, 224, 224), 64, Window(11, stride=4, padding=2)),
)


def outputs() -> str:
    """The size of the output, for several inputs."""
    rows = ["| I | K | P | S | O |", "|---:|---:|---:|---:|---:|"]
    for size, kernel, padding, stride in SIZES:
        output = Window(kernel, stride=stride, padding=padding).output(size)
        rows.append(f"| {size} | {kernel} | {padding} | {stride} | **{output}** |")
    return "\n".join(rows)


def parameters() -> str:
    """What is learnt, for several layers; those of a fully connected layer between the same maps beside it."""
    rows = ["| kernels | input | output | parameters | fully connected |", "|---|---|---|---:|---:|"]
    for text, size, count, window in KERNELS:
        learnt = sum(each.numel() for each in Conv(size[:2], count, (window, window)).parameters())
        output = (count, *(window.output(side) for side in size[1:]))
        dense = (math.prod(size) + 1) * math.prod(output)
        rows.append(f"| {text} | {_size(size)} | {_size(output)} | **{learnt:,}** | {dense:,} |")
    return "\n".join(rows)


def chapter() -> Chapter:
    z, u = np.array([[1.0, 2.0, 4.0, 8.0]]), np.array([[[1.0, 3.0]]])
    film = correlate(np.ones((3, 8, 32, 32)), np.ones((10, 3, 3, 3, 3)))
    facts = {
        "outputs": outputs(), "parameters": parameters(),
        "correlated": [f"{each:g}" for each in correlate(z, u)[0]],
        "convolved": [f"{each:g}" for each in convolve(z, u)[0]], "film": film.shape,
    }  # fmt: skip
    return Chapter(facts=facts)


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
