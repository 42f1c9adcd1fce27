"""k-fold cross-validation: who is held out of which of several trainings."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field

Speaker: TypeAlias = tuple[str, str]
"""The source and the name of somebody, or of a recording where nobody knows who speaks."""


@dataclass(frozen=True)
class Fold:
    """Part `number` (from 1) of `of` parts: what one training of a cross-validation holds out; a recipe's `data.fold`.

    Raises `ValueError` where there is no such part.

    >>> Fold(number=3, of=2)
    Traceback (most recent call last):
    ValueError: number = 3 should be at most of = 2
    """

    number: Annotated[int, Field(ge=1)]
    of: Annotated[int, Field(ge=2)]

    def __post_init__(self) -> None:
        if self.number > self.of:
            raise ValueError(f"number = {self.number} should be at most of = {self.of}")


def deal(kinds: Iterable[Iterable[Speaker]], folds: int) -> dict[Speaker, int]:
    """The fold, from 1 to `folds`, in which each speaker is held out.

    A fixed draw, whatever the order of the speakers: those of a source are shuffled and dealt out like cards, so no
    fold has more than one of them more than another. Whoever speaks in several kinds of recordings stays in the fold of
    the first, and the others of each kind are dealt out between themselves.

    >>> dealt = deal([[("an4", "fash"), ("an4", "mjes"), ("an4", "mgah")], [("an4", "fash"), ("rain", "1.wav")]], 3)
    >>> sorted(dealt.values()), dealt["rain", "1.wav"]
    ([1, 1, 2, 3], 1)
    """
    dealt: dict[Speaker, int] = {}
    for speakers in kinds:
        fresh = sorted(set(speakers) - dealt.keys(), key=_draw)
        dealt |= {who: place % folds + 1 for place, who in enumerate(fresh)}
    return dealt


def _draw(who: Speaker) -> tuple[str, bytes]:
    return who[0], hashlib.sha256("/".join(who).encode()).digest()
