"""An ablation: what each choice of a recipe is worth, measured by leaving it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from specnet.app.trials import Observing, Trial, digest
from specnet.errors import SpecnetError
from specnet.evaluate.spread import Spread
from specnet.train.learners import learner_of
from specnet.train.recipe import Recipe
from specnet.train.recipes import recipe_of

AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Row:
    """One choice: the figures of its trainings, by seed, and their folders."""

    name: str
    figures: tuple[float, ...] = ()
    places: tuple[Path, ...] = ()

    @property
    def spread(self) -> Spread:
        return Spread(self.figures)

    def worse_by(self, base: Row) -> Spread:
        """How much more often it errs than another choice, seed by seed."""
        return self.spread.minus(base.spread)

    def plus(self, figure: float, place: Path) -> Row:
        """The same choice with one more training."""
        return Row(self.name, (*self.figures, figure), (*self.places, place))


def ablate(
    recipe: Recipe,
    variants: Mapping[str, Recipe],
    seeds: int,
    *,
    data: Path | None,
    out: Path,
    cache: Path,
    observe: Observing,
) -> Iterator[tuple[Row, ...]]:
    """Train `recipe` as it is and each of its `variants` (by name), with `seeds` seeds each.

    All are judged by what `recipe` itself holds out (see `specnet.app.trials.judge`): scenes without noise are easier,
    but not to be had. Gives all rows, the first that of the recipe as it is, after every training: all choices with one
    seed, then with the next. `out`/runs keeps each training under a name made of its recipe, so the same command goes
    on with an ablation that was interrupted, and another one trains only what is new. Raises `SpecnetError` where a
    network cannot be built, before anything is trained, and like `train_model`.
    """
    if recipe.to_dict()["data"].get("fold"):
        raise SpecnetError("data.fold: an ablation holds out data.validation_share: leave the fold out")
    choices = {AS_IT_IS: recipe, **variants}
    for each in choices.values():
        learner_of(each)
    rows = {name: Row(name) for name in choices}
    for seed in range(recipe.seed, recipe.seed + seeds):
        for name, each in choices.items():
            seeded = recipe_of({**each.to_dict(), "seed": seed})
            number = sum(len(row.figures) for row in rows.values()) + 1
            title = f"training {number} of {seeds * len(choices)}: {name}, seed {seed}"
            trial = Trial(title, seeded, judged=recipe, place=out / "runs" / digest(seeded))
            rows[name] = rows[name].plus(trial.run(data=data, cache=cache, observe=observe), trial.place)
            yield tuple(rows.values())
