"""What a training hears, to be listened to: the scenes of a recipe, before any network is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

from specnet.app.corpus import read_corpus
from specnet.data.utterance import Utterance
from specnet.errors import SpecnetError
from specnet.train.recipe import Recipe
from specnet.train.sound_recipe import SoundRecipe


def compose_scenes(
    recipe: Recipe, number: int, *, data: Path | None, cache: Path, progress: Callable[[str], None]
) -> Iterator[Utterance]:
    """The first `number` scenes of the training of `recipe` (16 kHz, with their words and phones), exactly as it hears
    them.

    Raises `SpecnetError` for a recipe for pictures, and where something that the recipe names is not there.
    """
    if not isinstance(recipe, SoundRecipe):
        raise SpecnetError(f"recipe {recipe.name}: is for pictures; scenes are composed of sound alone")
    composer = read_corpus(recipe, data, cache, progress).composer("train")
    return islice((scene for step in count() for scene in composer.batch(step)), number)
