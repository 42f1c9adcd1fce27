"""The page of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from specnet.inspect import draw
from specnet.inspect.decisions import Look, looks
from specnet.inspect.file_page import MOST_LOOKS, Asked, Decision, drawn, file_page
from specnet.inspect.maps import Scene
from specnet.inspect.subject import Subject
from specnet.pages.store import Store

HEAVIEST = 4_000_000_000
"""Multiply-adds of a decision beyond which methods that take many of them are left out."""

HEAVY = HEAVIEST // 40
"""And beyond which only the likeliest label is looked at by these."""

LEFT_OUT = "Integrated gradients and occlusion take too many passes through a network of this size."


class Guess(NamedTuple):
    """A label and how probable it is that the picture shows it."""

    label: str
    probability: float


def picture_page(
    subject: Subject, name: str, image: NDArray[np.float32], guesses: Sequence[Guess], asked: Asked, store: Store
) -> str:
    """The page of a picture ``[channels, H, W]`` that is prepared for the network, HTML; its pictures go to `store`."""
    _, high, wide = image.shape
    raw = image.transpose(1, 2, 0) if len(image) == 3 else image[0]
    values = {
        "kind": "image",
        "raw": store.file("picture.png", draw.png(raw, "gray")),
        "aspect": wide / high,
        "found": guesses,
        "scores": "scores" in asked.what,
        "plot": (0, 1),
        "size": (wide, high),
        "corners": (),
        "duration": None,
        "coloured": len(image) == 3,
        "missing": LEFT_OUT if subject.multiply_adds > HEAVIEST else "",
        "sees": lambda layer: f"{layer.rows.span} x {layer.columns.span} pixels",
    }
    scene = Scene(0, wide, tuple(row / high for row in range(high + 1)), (high, wide), False, 1)
    decisions = _decisions(subject, image, guesses[:MOST_LOOKS], asked, store) if "cam" in asked.what else []
    return file_page(subject, name, torch.from_numpy(image)[None], scene, decisions, asked, store, values)


def _decisions(
    subject: Subject, image: NDArray[np.float32], guesses: Sequence[Guess], asked: Asked, store: Store
) -> list[Decision]:
    x, cost = torch.from_numpy(image)[None], subject.multiply_adds

    def over(look: Look, name: str) -> str:
        source = store.file(f"{name}.png", draw.png(draw.overlaid(image.mean(axis=0), look.heat)))
        return f'<img src="{source}" alt="{look.method} over the picture">'

    decisions: list[Decision] = []
    for number, guess in enumerate(guesses):
        slow = cost <= (HEAVIEST if number == 0 else HEAVY)
        found = list(looks(subject, asked.looked_at(subject), x, subject.labels.index(guess.label), slow))
        decisions.append(Decision(f"{guess.label} {guess.probability:.3f}", drawn(found, over, number)))
    return decisions
