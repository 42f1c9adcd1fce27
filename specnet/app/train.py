"""Train a model: from a recipe and a data folder to a model file with its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from specnet.app.corpus import read_corpus
from specnet.data.picture_sets import read_pictures
from specnet.data.pictures import PictureSet, Size
from specnet.data.utterance import Utterance
from specnet.train.checkpoint import Checkpoint
from specnet.train.image_examples import held_out
from specnet.train.image_figures import examples_figure
from specnet.train.image_learner import ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.image_ship import ship_image
from specnet.train.loop import LOG, Observer, Run, claim, train
from specnet.train.memory import keep_freed_memory
from specnet.train.provenance import sources
from specnet.train.recipe import Recipe
from specnet.train.report.log import log_figures, log_scenes
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
    corpus = read_corpus(recipe, data, cache, observer.note)
    validation, composer = corpus.validation(), corpus.composer("train")
    scenes = _examples(composer.batch(0))
    if begin is None:
        log_scenes(out / LOG, scenes)
    best = train(run, composer, validation, out, observer)
    return ship(recipe, best, validation, sources(recipe, corpus.provenance), out, observer.note, scenes)


def _examples(scenes: Sequence[Utterance]) -> list[Utterance]:
    """Some of the scenes, to be heard: most of them with a word."""
    spoken = [scene for scene in scenes if scene.words]
    silent = [scene for scene in scenes if not scene.words]
    return [*spoken[:4], *silent[:2]]


def _train_image(
    recipe: ImageRecipe, begin: Checkpoint | None, data: Path | None, out: Path, cache: Path, observer: Observer
) -> Path:
    run = Run(recipe, begin)
    assert isinstance(run.learner, ImageLearner)
    pictures = pictures_of(recipe, run.learner.size, data, cache, observer.note)
    learnt, kept = recipe.data.split(pictures.train)
    seen = run.learner.examples(learnt).batch(0)
    if begin is None:
        log_figures(out / LOG, {"examples": examples_figure(seen, recipe.classes)}, 0)
    best = train(run, learnt, held_out(kept, recipe), out, observer)
    return ship_image(recipe, best, pictures, seen, out)


def pictures_of(
    recipe: ImageRecipe, size: Size, data: Path | None, cache: Path, progress: Callable[[str], None]
) -> PictureSet:
    """All that a training of `recipe`, whose network takes pictures of `size`, sees and is judged by."""
    return read_pictures(
        recipe.data, recipe.labels, size, data=data, cache=cache, progress=progress, prepare=recipe.prepare
    )
