"""Recipes from files: the key `kind` says whether one is for sound or for images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from specnet.errors import SpecnetError
from specnet.train.image_recipe import ImageRecipe
from specnet.train.recipe import Recipe
from specnet.train.settings import override, read_toml
from specnet.train.sound_recipe import SoundRecipe

KINDS: dict[str, type[Recipe]] = {"sound": SoundRecipe, "image": ImageRecipe}


def read_recipe(path: str | Path, overrides: Iterable[str] = ()) -> Recipe:
    """Read a TOML file; `overrides` are `section.key=value` texts, the value as in TOML or a bare word.

    Raises `SpecnetError` with one line that names the file, the key, its value and what would be right.
    """
    values = read_toml(Path(path))
    for setting in overrides:
        override(values, setting)
    return recipe_of(values, folder=Path(path).parent, name=str(path))


def recipe_of(values: Mapping[str, Any], folder: Path = Path(), name: str = "recipe") -> Recipe:
    """The recipe of nested values, of sound unless its `kind` says otherwise; see `Recipe.of`.

    >>> type(recipe_of({"kind": "image", "name": "d", "network": {"preset": "lenet5"}, "data": {"set": "mnist"}}))
    <class 'specnet.train.image_recipe.ImageRecipe'>
    """
    kind = values.get("kind", "sound")
    if kind not in KINDS:
        raise SpecnetError(f"{name}: kind = {kind!r} should be {' or '.join(map(repr, KINDS))}")
    return KINDS[kind].of(values, folder, name)
