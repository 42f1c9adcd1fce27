"""What a model was trained on, for its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specnet.train.origin import sources_of
from specnet.train.recipe import Recipe


def sources(recipe: Recipe, own: Sequence[Mapping[str, str]]) -> tuple[Mapping[str, str], ...]:
    """Each source with its `name` and `licence`: a training's own, and then those of its teachers and of the model that
    it began with."""
    before = [teacher.model for teacher in recipe.distil.teachers]
    before += [recipe.transfer.init] if recipe.transfer.init is not None else []
    every = [*own, *(source for model in before for source in sources_of(model))]
    return tuple(source for i, source in enumerate(every) if source not in every[:i])
