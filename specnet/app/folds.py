"""Cross-validation: how well a recipe does on people or pictures that it has not learnt from, whoever these are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specnet.app.trials import Observing, Trial
from specnet.data.folds import Fold
from specnet.evaluate.spread import Spread
from specnet.train.loop import claim
from specnet.train.recipe import Recipe
from specnet.train.recipes import recipe_of


def cross_validate(
    recipe: Recipe, folds: int, *, data: Path | None, out: Path, cache: Path, observe: Observing, resume: bool = False
) -> Iterator[Spread]:
    """Train `recipe` once for each fold, each time without the speakers (pictures) of that fold, and judge it by these.

    Gives the figures so far, one more each time (see `specnet.app.trials.judge`). `out`/fold-1, ... are trainings like
    any other. With `resume`, finished folds are kept and the one that was interrupted goes on. Raises `SpecnetError`
    like `train_model`, and where there are too few speakers or pictures for so many folds.
    """
    figures: list[float] = []
    for number in range(1, folds + 1):
        fold, place = fold_of(recipe, Fold(number, folds)), out / f"fold-{number}"
        if number == 1:
            claim(place, fold, resume=resume)
        trial = Trial(f"fold {number} of {folds}", fold, judged=fold, place=place)
        figures.append(trial.run(data=data, cache=cache, observe=observe))
        yield Spread(tuple(figures))


def fold_of(recipe: Recipe, fold: Fold) -> Recipe:
    """The recipe that holds out one fold.

    >>> values = {"name": "d", "kind": "image", "network": {"preset": "lenet5"}, "data": {"set": "mnist"}}
    >>> fold_of(recipe_of(values), Fold(number=2, of=5)).data.fold
    Fold(number=2, of=5)
    """
    values = recipe.to_dict()
    values["data"]["fold"] = {"number": fold.number, "of": fold.of}
    return recipe_of(values)
