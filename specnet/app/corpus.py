"""What a recipe for sound is trained on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from specnet.data.corpus import Corpus, prepare
from specnet.data.fetch import fetched
from specnet.train.sound_recipe import SoundRecipe


def read_corpus(recipe: SoundRecipe, data: Path | None, cache: Path, progress: Callable[[str], None]) -> Corpus:
    """The material that `recipe` names, from the folder `data`, or from public originals fetched into `cache`.

    Synthetic speech that is not in `cache` yet is spoken now; `progress` gets a line now and then. Raises
    `SpecnetError` where something that the recipe names is not there.
    """
    return prepare(
        recipe.data,
        recipe.voices.scripts,
        recipe.voices.casts,
        recipe.scenes,
        data=data or fetched(recipe.data, cache / "public", progress),
        cache=cache,
        labels=recipe.labels,
        seed=recipe.seed,
        batch_size=recipe.schedule.batch_size,
        progress=progress,
    )
