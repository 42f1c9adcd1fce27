"""Batches of pictures: each pass over them in an order of its own, distorted, with what is no object between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from specnet.data.distort import distort
from specnet.data.pictures import Pictures
from specnet.train.distil import seen
from specnet.train.image_recipe import ImageRecipe

VALIDATION_SEED = 0


@dataclass(frozen=True)
class ImageBatch:
    """`images` [B, C, H, W], bytes, and how much of each class is in them: `targets` [B, classes], of sum 1; and what
    teachers say of them, `taught`, of the same shape, if there are any."""

    images: NDArray[np.uint8]
    targets: NDArray[np.float32]
    taught: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class ImageExamples:
    """The batches of a recipe."""

    pictures: Pictures
    recipe: ImageRecipe

    def batch(self, step: int) -> ImageBatch:
        """The batch of a step, the same whenever and wherever it is asked for."""
        recipe, size = self.recipe, self.recipe.schedule.batch_size
        random = np.random.default_rng([recipe.seed, step])
        chosen = self.pictures.of(self._turn(np.arange(step * size, (step + 1) * size)))
        images, labels = distort(chosen.images, recipe.augment, random), chosen.labels
        if recipe.background:
            images, labels = cluttered(images, labels, recipe, random)
        targets = np.eye(len(recipe.classes), dtype=np.float32)[labels]
        if recipe.augment.mix_up:
            images, targets = _mixed(images, targets, recipe.augment.mix_up, random)
        teachers = recipe.distil.teachers
        return ImageBatch(images, targets, seen(teachers, recipe.classes, images) if teachers else None)

    def _turn(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which pictures are at some places of the endless row of all passes over them."""
        count = len(self.pictures)
        return np.array([_order(self.recipe.seed, place // count, count)[place % count] for place in places.tolist()])


def cluttered(
    images: NDArray[np.uint8], labels: NDArray[np.int64], recipe: ImageRecipe, random: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Some have neighbours, and the recipe's share of them no object: its label is the last of the classes."""
    others = images[random.permutation(len(images))]
    none = random.random(len(images)) < recipe.clutter.share
    beside = recipe.clutter.beside(images, others, random)
    nothing = recipe.clutter.nothing(images, others, random)
    return np.where(none[:, None, None, None], nothing, beside), np.where(none, len(recipe.labels), labels)


def held_out(pictures: Pictures, recipe: ImageRecipe) -> Pictures:
    """What epochs are judged by: the pictures as they are, and where there is a background, cluttered."""
    if not recipe.background:
        return pictures
    return Pictures(*cluttered(pictures.images, pictures.labels, recipe, np.random.default_rng(VALIDATION_SEED)))


def _mixed(
    images: NDArray[np.uint8], targets: NDArray[np.float32], alpha: float, random: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    share, others = np.float32(random.beta(alpha, alpha)), random.permutation(len(images))
    mixed = share * images + (1 - share) * images[others]
    return np.rint(mixed).astype(np.uint8), share * targets + (1 - share) * targets[others]


@lru_cache(maxsize=2)  # a batch may lie across two passes
def _order(seed: int, turn: int, count: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, turn, count]).permutation(count)
