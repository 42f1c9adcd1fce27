"""What a run over pictures found."""

from dataclasses import dataclass
from typing import ClassVar

from specnet.app.classify import Guess
from specnet.app.results import Result
from specnet.images.boxes import Box


@dataclass(frozen=True, slots=True)
class ClassifiedPicture(Result):
    """One picture of `width` x `height` pixels, and what it may show, the likeliest first."""

    ITEM: ClassVar[type] = Guess
    COLUMNS: ClassVar[tuple[str, ...]] = ("label", "probability")

    width: int = 0
    height: int = 0
    guesses: tuple[Guess, ...] = ()

    @property
    def found(self) -> tuple[Guess, ...]:
        return self.guesses

    @staticmethod
    def cells(item: Guess) -> tuple[str, ...]:
        return item.label, f"{item.probability:.4f}"


@dataclass(frozen=True, slots=True)
class ScannedPicture(Result):
    """One picture of `width` x `height` pixels, and the objects on it from top to bottom and left to right."""

    ITEM: ClassVar[type] = Box
    COLUMNS: ClassVar[tuple[str, ...]] = ("label", "left", "top", "width", "height", "score")

    width: int = 0
    height: int = 0
    boxes: tuple[Box, ...] = ()

    @property
    def found(self) -> tuple[Box, ...]:
        return self.boxes

    @staticmethod
    def cells(item: Box) -> tuple[str, ...]:
        return item.label, *map(str, (item.left, item.top, item.width, item.height)), f"{item.score:.2f}"
