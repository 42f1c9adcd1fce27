"""The recipe of a model for images."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from specnet.data.clutter import Clutter
from specnet.data.distort import Distortion
from specnet.data.pictures import CLASSES, PictureSource
from specnet.train.recipe import Label, LabelLoss, Network, NotNegative, Recipe

Pixels = Annotated[int, Field(ge=1, strict=True)]


class ImageNetwork(Network):
    """The network of a classifier; `input` (channels, height, width) replaces that of the preset."""

    input: tuple[Pixels, Pixels, Pixels] | None = None


class ImageLoss(LabelLoss):
    """Cross entropy."""

    auxiliary_weight: NotNegative = 0.3  # of every auxiliary head, if the network has any (Szegedy et al. 2014)


class ImageRecipe(Recipe):
    """Everything that decides the weights of a classifier of images, beside the pictures themselves.

    `background` names one more class, for what is none of the others; `prepare` says how pictures that are to be
    classified are made like those of the training.

    >>> values = {"name": "numbers", "network": {"preset": "lenet5"}, "data": {"set": "mnist"}}
    >>> ImageRecipe.of({**values, "background": "none"}).classes[-2:]
    ('9', 'none')
    >>> ImageRecipe.of({**values, "augment": {"shfit": 2}})
    Traceback (most recent call last):
    specnet.errors.SpecnetError: recipe: unknown key augment.shfit; did you mean augment.shift?
    """

    kind: Literal["image"] = "image"
    labels: tuple[Label, ...] = ()  # without a word about them, the classes of the set
    background: Label | None = None
    prepare: Literal["fit", "ink"] = "fit"
    precision: Literal["float32", "bfloat16"] = "float32"  # of the arithmetic of a step; weights are float32
    data: PictureSource
    network: ImageNetwork
    augment: Distortion = Distortion()
    clutter: Clutter = Clutter()
    loss: ImageLoss = ImageLoss()

    @model_validator(mode="before")
    @classmethod
    def _named(cls, values: Any) -> Any:
        data = values.get("data")
        known = CLASSES.get(data.get("set", "")) if isinstance(data, dict) else None
        return {**values, "labels": known} if known and "labels" not in values else values

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.labels) < 2:
            raise ValueError(f"labels = {list(self.labels)} should name the folders of pictures, two or more")
        known = CLASSES.get(self.data.set, self.labels)
        if len(known) != len(self.labels):
            raise ValueError(f"labels = {list(self.labels)} should be as many as {self.data.set} has: {len(known)}")
        if self.background in self.labels:
            raise ValueError(f"background = {self.background!r} should be a name that no other label has")
        if self.clutter != Clutter() and not self.background:
            raise ValueError("clutter needs a background, the label it is learnt by")
        return self

    @property
    def classes(self) -> tuple[str, ...]:
        """What the network tells apart: the labels and the background."""
        return self.labels if self.background is None else (*self.labels, self.background)
