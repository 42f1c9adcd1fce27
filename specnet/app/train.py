"""Train a model: from a recipe and a data folder to a model file with its report."""

from __future__ import annotations

from pathlib import Path

from specnet.data.corpus import prepare
from specnet.data.fetch import fetched
from specnet.train.loop import Observer, Run, claim, train
from specnet.train.memory import keep_freed_memory
from specnet.train.recipe import Recipe
from specnet.train.ship import ship


def train_model(
    recipe: Recipe, *, data: Path | None, out: Path, cache: Path, observer: Observer, resume: bool = False
) -> Path:
    """Train `recipe` on the folder `data` and return the model file `out`/NAME.specnet.

    Without a folder the public originals are fetched into `cache`, which also keeps decoded and synthetic speech from
    one training to the next. `out` also receives the report, the checkpoints and a TensorBoard log. Raises
    `SpecnetError` where the data folder lacks what the recipe names, and where `out` cannot be begun or resumed.
    """
    keep_freed_memory()
    run = Run(recipe, claim(out, recipe, resume=resume))
    corpus = prepare(
        recipe.data,
        recipe.voices.scripts,
        recipe.voices.casts,
        recipe.scenes,
        data=data or fetched(recipe.data, cache / "public", observer.note),
        cache=cache,
        seed=recipe.seed,
        batch_size=recipe.schedule.batch_size,
        progress=observer.note,
    )
    validation = corpus.validation()
    best = train(run, corpus, validation, out, observer)
    return ship(recipe, best, validation, corpus.provenance, out)
