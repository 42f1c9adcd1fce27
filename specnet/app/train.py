"""Train a model: from a recipe and a data folder to a model file with its report."""

from __future__ import annotations

from pathlib import Path

from specnet.data.corpus import prepare
from specnet.data.fetch import fetched
from specnet.data.picture_sets import read_pictures
from specnet.train.checkpoint import Checkpoint
from specnet.train.image_examples import held_out
from specnet.train.image_learner import ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.image_ship import ship_image
from specnet.train.loop import Observer, Run, claim, train
from specnet.train.memory import keep_freed_memory
from specnet.train.recipe import Recipe
from specnet.train.sound_recipe import SoundRecipe
from specnet.train.sound_ship import ship


def train_model(
    recipe: Recipe, *, data: Path | None, out: Path, cache: Path, observer: Observer, resume: bool = False
) -> Path:
    """Train `recipe` on the folder `data` and return the model file `out`/NAME.specnet.

    Without a folder the public originals are fetched into `cache`, which also keeps decoded recordings and pictures and
    synthetic speech from one training to the next. `out` also receives the report, the checkpoints and a TensorBoard
    log. Raises `SpecnetError` where the data folder lacks what the recipe names, and where `out` cannot be begun or
    resumed.
    """
    keep_freed_memory()
    begin = claim(out, recipe, resume=resume)
    if isinstance(recipe, ImageRecipe):
        return _train_image(recipe, begin, data, out, cache, observer)
    assert isinstance(recipe, SoundRecipe)
    return _train_sound(recipe, begin, data, out, cache, observer)


def _train_sound(
    recipe: SoundRecipe, begin: Checkpoint | None, data: Path | None, out: Path, cache: Path, observer: Observer
) -> Path:
    run = Run(recipe, begin)
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
    best = train(run, corpus.composer("train"), validation, out, observer)
    return ship(recipe, best, validation, corpus.provenance, out, observer.note)


def _train_image(
    recipe: ImageRecipe, begin: Checkpoint | None, data: Path | None, out: Path, cache: Path, observer: Observer
) -> Path:
    run = Run(recipe, begin)
    assert isinstance(run.learner, ImageLearner)
    size = run.learner.size
    pictures = read_pictures(
        recipe.data, recipe.labels, size, data=data, cache=cache, progress=observer.note, prepare=recipe.prepare
    )
    learnt, kept = pictures.train.split(recipe.data.validation_share)
    best = train(run, learnt, held_out(kept, recipe), out, observer)
    return ship_image(recipe, best, pictures, out)
