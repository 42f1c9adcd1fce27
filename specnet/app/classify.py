"""Classification: pictures in, what they show out."""

import os
from dataclasses import dataclass

import numpy as np

from specnet.errors import SpecnetError
from specnet.images import files
from specnet.images.prepare import Picture, prepared
from specnet.runtime.bundle import ImageBundle
from specnet.runtime.network import OnnxNetwork

TOP = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A label, and how probable it is that the picture shows it (0..1)."""

    label: str
    probability: float


class ImageModel:
    """A model, ready to say what pictures show.

    ``ImageModel.load("digits").classify("7.png")`` gives a list of `Guess`, the likeliest first. Nothing is kept
    between calls. Errors are `SpecnetError`. Needs Pillow (`pip install 'specnet[images]'`).
    """

    def __init__(self, bundle: ImageBundle) -> None:
        self.bundle = bundle
        self.network = OnnxNetwork(bundle)

    @classmethod
    def load(cls, model: str | os.PathLike[str]) -> "ImageModel":
        """The model of this shipped name, or in this NAME.specnet file."""
        return cls(ImageBundle.load(model))

    @property
    def labels(self) -> tuple[str, ...]:
        """What it can say: without the label for "no object", if it has one."""
        return self.bundle.card.classes

    def classify(self, picture: str | os.PathLike[str] | Picture, top: int = TOP) -> list[Guess]:
        """The `top` likeliest labels of a picture: a file, or ``[1, H, W]`` or ``[3, H, W]`` in 0..1, of any size.

        They sum to 1 at most: the rest is for the other labels, and for there being no object at all.
        """
        if top < 1:
            raise SpecnetError(f"top {top}: must be at least 1")
        prepared = self.prepare(picture if isinstance(picture, np.ndarray) else files.read(picture))
        found = self.network.probabilities(prepared[None])[0, :, 0].tolist()
        guesses = [Guess(*each) for each in zip(self.bundle.labels, found, strict=True) if each[0] in self.labels]
        return sorted(guesses, key=lambda guess: -guess.probability)[:top]

    def prepare(self, picture: Picture) -> Picture:
        """The picture as the network takes it, ``[channels, height, width]``."""
        card = self.bundle.card
        return prepared(picture, card.prepare, card.input.channels, card.input.height, card.input.width)
