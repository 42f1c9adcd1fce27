"""A classifier of images with what only training needs: bytes in, losses out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from specnet.data.pictures import Pictures, Size
from specnet.errors import SpecnetError
from specnet.models.classifier import Recogniser, classifier_of
from specnet.models.spec import read_spec
from specnet.train.distil import check_images
from specnet.train.image_examples import ImageBatch, ImageExamples
from specnet.train.image_recipe import ImageRecipe
from specnet.train.learner import Figures, Goal, Learner
from specnet.train.losses import divergence

AT_ONCE = 500
"""Pictures that are classified together when the network is measured."""


class ImageLearner(Learner):
    """`recogniser` is what will be shipped."""

    goal = Goal("error_rate", "pictures")

    def __init__(self, recipe: ImageRecipe) -> None:
        super().__init__()
        self.recipe = recipe
        wanted = recipe.network
        spec = read_spec(wanted.preset, wanted.overrides)
        if "classes" in spec.parameters and "classes" not in wanted.overrides:
            spec = read_spec(wanted.preset, {**wanted.overrides, "classes": len(recipe.classes)})
        size = wanted.input or spec.input
        if size and (len(size) != 3 or size[0] not in (1, 3)):
            raise SpecnetError(
                f"network.input = {list(size)}: {wanted.preset} should take [channels, height, width] to learn from "
                "pictures, which have 1 channel (grey) or 3 (red, green, blue)"
            )
        self.recogniser = Recogniser(classifier_of(spec, wanted.input))
        if recipe.prepare == "ink" and (self.size[0] != 1 or self.size[1] != self.size[2]):
            channels, height, width = self.size
            raise SpecnetError(
                f"prepare = 'ink' should have a network for grey squares, but {wanted.preset} takes "
                f"{channels}x{height}x{width}"
            )
        trunk = self.recogniser.classifier.trunk
        places = trunk.window.output(self.size[-1])
        if places != 1:
            raise SpecnetError(
                f"network.input = {list(self.size)}: {wanted.preset} looks at {places} places of such a picture, not at"
                " all of it: pool them (kernel = 'all') before the last layer, or make the pictures smaller"
            )
        [classes] = trunk.output
        if classes != len(recipe.classes):
            raise SpecnetError(
                f"{wanted.preset} tells {classes} classes apart, but the recipe has {len(recipe.classes)}"
            )
        check_images(recipe.distil.teachers, recipe.classes, self.size)

    @property
    def product(self) -> Recogniser:
        return self.recogniser

    @property
    def layers(self) -> dict[str, nn.Module]:
        return {"norm": self.recogniser.norm, **dict(self.recogniser.classifier.trunk.named())}

    @property
    def size(self) -> Size:
        """Channels, height and width of what it looks at."""
        channels, height, width = self.recogniser.classifier.size
        return channels, height, width

    def examples(self, composer: Pictures) -> ImageExamples:
        """Batches of pictures."""
        return ImageExamples(composer, self.recipe)

    def losses(self, batch: ImageBatch, history: Sequence[Figures] = ()) -> dict[str, Tensor]:
        """Cross entropy of the network, named `label`, and of its auxiliary heads; and `teacher`, where there is one:
        how far the network is from what teachers say."""
        targets = torch.from_numpy(batch.targets)[:, :, None]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.precision == "bfloat16"):
            found = self.recogniser.logits(floats(batch.images))
        smoothing = self.recipe.loss.label_smoothing
        parts = {
            name or "label": F.cross_entropy(logits.float(), targets, label_smoothing=smoothing)
            for name, logits in found.items()
        }
        if batch.taught is not None:
            taught = torch.from_numpy(batch.taught)[:, :, None]
            parts["teacher"] = divergence(found[""].float(), taught, self.recipe.distil.temperature).mean()
        return parts

    def loss(self, parts: dict[str, Tensor]) -> Tensor:
        teachers, auxiliary = self.recipe.distil.share, self.recipe.loss.auxiliary_weight
        weights = {"label": 1.0 - teachers, "teacher": teachers}
        return torch.stack([weights.get(name, auxiliary) * part for name, part in parts.items()]).sum()

    def weights(self, history: Sequence[Figures]) -> Figures:
        """None that change."""
        return {}

    @torch.no_grad()
    def measure(self, validation: Pictures) -> Figures:
        """The share of the pictures that is taken for something else, and the loss over them."""
        parts = np.array_split(validation.images, math.ceil(len(validation) / AT_ONCE))
        logits = torch.cat([self.recogniser(floats(part))[..., 0] for part in parts])
        labels = torch.from_numpy(validation.labels)
        return {
            "validation_loss": F.cross_entropy(logits, labels).item(),
            "error_rate": (logits.argmax(dim=1) != labels).double().mean().item(),
            "pictures": len(validation),
        }


def floats(images: NDArray[np.uint8]) -> Tensor:
    """Bytes as 0..1, in the order of memory that convolutions are fastest with."""
    return torch.from_numpy(images).to(memory_format=torch.channels_last).float() / 255
