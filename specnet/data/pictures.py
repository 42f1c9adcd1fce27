"""Labelled pictures of one size, to train on and to judge by: which sets there are, and how they are split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from specnet.data.folds import Fold
from specnet.errors import SpecnetError

SetName = Literal["mnist", "cifar10", "digits", "folder"]
Integers = NDArray[np.int64]
Size = tuple[int, int, int]

CLASSES: dict[str, tuple[str, ...]] = {
    "mnist": tuple("0123456789"),
    "cifar10": (
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ),
    "digits": tuple("0123456789"),
}  # fmt: skip
"""The classes of the sets that have classes of their own, in order."""

SIZES = {"mnist": (1, 28, 28), "cifar10": (3, 32, 32), "digits": (1, 8, 8)}
"""Channels, height and width of their pictures."""


@dataclass(frozen=True)
class PictureSource:
    """Which pictures; a recipe's `[data]`. A `folder` has its own, in `train/CLASS/` and `test/CLASS/`."""

    set: SetName
    validation_share: Annotated[float, Field(gt=0, lt=1)] = 0.1  # of the training pictures, to choose the epoch by
    per_class: Annotated[int, Field(ge=2)] | None = None  # only so many training pictures of each class
    fold: Fold | None = None  # of the training pictures: held out instead of validation_share

    def split(self, pictures: Pictures) -> tuple[Pictures, Pictures]:
        """Training pictures to learn from, and those that are held out."""
        return pictures.split(self.validation_share) if self.fold is None else pictures.without(self.fold)


@dataclass(frozen=True)
class Pictures:
    """`images` [N, C, H, W], bytes, and the class of each: `labels` [N]."""

    images: NDArray[np.uint8]
    labels: Integers

    def __len__(self) -> int:
        return len(self.images)

    def of(self, indices: Integers) -> Pictures:
        """Some of them, in that order."""
        return Pictures(self.images[indices], self.labels[indices])

    def few(self, per_class: int) -> Pictures:
        """So many of each class (all, where there are fewer): always the same draw, in the order they are in.

        >>> pictures = Pictures(np.zeros((10, 1, 2, 2), np.uint8), np.arange(10) % 2)
        >>> pictures.few(3).labels.tolist()
        [0, 1, 0, 1, 0, 1]
        """
        order = np.random.default_rng(0).permutation(len(self))
        kept = [order[self.labels[order] == label][:per_class] for label in np.unique(self.labels)]
        return self.of(np.sort(np.concatenate(kept)))

    def split(self, share: float) -> tuple[Pictures, Pictures]:
        """All but a share of them, and that share: always the same draw, and at least one picture in both.

        >>> pictures = Pictures(np.zeros((10, 1, 2, 2), np.uint8), np.arange(10))
        >>> [part.labels.tolist() for part in pictures.split(0.2)]
        [[0, 1, 2, 3, 5, 7, 8, 9], [4, 6]]
        """
        held_out = min(max(1, round(share * len(self))), len(self) - 1)
        order = np.random.default_rng(0).permutation(len(self))
        return self.of(np.sort(order[held_out:])), self.of(np.sort(order[:held_out]))

    def without(self, fold: Fold) -> tuple[Pictures, Pictures]:
        """All but a fold of them, and that fold: always the same draw, and of each class as many in every fold, but for
        one. Raises `SpecnetError` where a class has fewer pictures than there are folds.

        >>> pictures = Pictures(np.zeros((10, 1, 2, 2), np.uint8), np.arange(10) % 2)
        >>> [np.bincount(part.labels).tolist() for part in pictures.without(Fold(number=1, of=5))]
        [[4, 4], [1, 1]]
        """
        order = np.random.default_rng(0).permutation(len(self))
        by_class = order[np.argsort(self.labels[order], kind="stable")]
        fewest = np.unique(self.labels, return_counts=True)[1].min()
        if fewest < fold.of:
            few = f"a class with {fewest} training pictures is too small for {fold.of} folds"
            raise SpecnetError(f"{few}: add some, or take fewer folds")
        held_out = np.arange(len(self)) % fold.of == fold.number - 1
        return self.of(np.sort(by_class[~held_out])), self.of(np.sort(by_class[held_out]))


@dataclass(frozen=True)
class PictureSet:
    """To learn from and to judge by; `licence` is a `name` and a `licence`."""

    train: Pictures
    test: Pictures
    licence: dict[str, str]
