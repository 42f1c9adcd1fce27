"""A recipe with one choice taken out or made otherwise: the rows of an ablation."""

from __future__ import annotations

from typing import Any

from specnet.errors import SpecnetError
from specnet.train.recipe import Recipe
from specnet.train.recipes import recipe_of
from specnet.train.settings import differences, nearest_key

FIXED = frozenset(
    {"name", "seed", "labels", "data.set", "data.fold", "data.per_class", "data.validation_share", "data.judges"}
    | {"data.words", "data.unknown"}
)
"""What all rows share, or they would be judged by different data, or learn what they are judged by. Seeds are the
business of the ablation itself."""

NEEDED = frozenset(
    {
        "network.preset",
        "data.speech",
        "data.measured",
        "voices.scripts",
        "scenes.keyword_share",
        "features.bands",
        "features.f_min",
        "features.floor",
    }
)
"""What a recipe may set to 0 or leave empty, which turns nothing off."""

NEUTRAL: dict[str, Any] = {
    "loss.background_step": 1.0,
    "loss.hard_fraction": 1.0,
    "network.members": 1,
    **{f"network.overrides.{name}": 0.0 for name in ("dropout", "auxiliary_dropout", "skipped")},
    "network.overrides.norm": 0,
    "scenes.gain_db": [0.0, 0.0],
    "scenes.speed": [1.0, 1.0],
    "scenes.tempo": [1.0, 1.0],
    "scenes.tract": [1.0, 1.0],
    "transfer.learning_rate_share": 1.0,
}
"""The values that do nothing, where that is not 0; of what overrides a preset, those that have one."""

OVERRIDES = "network.overrides"


def without(recipe: Recipe, key: str) -> Recipe:
    """The recipe with the choice `key` turned off.

    Off is 0 for a number, false for a switch, nothing for what may be left out, the value of `NEUTRAL` where it says
    one, and for anything else that overrides a network's preset, the preset's own. A section is off when everything in
    it is that can be. Raises `SpecnetError` with one line where the key is unknown (with the nearest known one), has no
    such value, or is off already.

    >>> recipe = recipe_of({"name": "hey", "labels": ["hey"], "network": {"preset": "phonetic"}})
    >>> without(recipe, "scenes.noise_share").scenes.noise_share
    0.0
    >>> without(recipe, "scenes.nose_share")
    Traceback (most recent call last):
    specnet.errors.SpecnetError: --drop scenes.nose_share: unknown key; did you mean scenes.noise_share?
    """
    option = f"--drop {key}"
    values = recipe.to_dict()
    *path, name = key.split(".")
    section: Any = values
    for part in path:
        section = section.get(part) if isinstance(section, dict) else None
    if not isinstance(section, dict) or name not in section:
        raise SpecnetError(f"{option}: unknown key; did you mean {nearest_key(key, type(recipe))}?")
    if key in NEEDED:
        raise _never_off(key)
    if isinstance(section[name], dict) and key != OVERRIDES:
        changed = _all_without(recipe, key, section[name])
    else:
        section[name] = NEUTRAL.get(key, _nothing(section[name]))
        if ".".join(path) == OVERRIDES and key not in NEUTRAL:
            del section[name]
        try:
            changed = recipe_of(values, name=option)
        except SpecnetError as error:
            raise _never_off(key, str(error).removeprefix(f"{option}: ")) from error
    if changed == recipe:
        raise SpecnetError(f"{option}: it is off already")
    return comparable(recipe, changed, option)


def comparable(recipe: Recipe, changed: Recipe, option: str) -> Recipe:
    """`changed`, if what it learns can be judged like `recipe`; `SpecnetError`, which names the `option`, if not."""
    for key in differences(recipe.to_dict(), changed.to_dict()):
        if any(f"{key}.".startswith(f"{fixed}.") for fixed in FIXED):
            raise SpecnetError(f"{option}: {key} should be the same in every row, or they could not be compared")
    return changed


def change(recipe: Recipe, changed: Recipe) -> str:
    """What differs, for people.

    >>> recipe = recipe_of({"name": "hey", "labels": ["hey"], "network": {"preset": "phonetic"}})
    >>> change(recipe, without(recipe, "loss.boundary_weight"))
    'loss.boundary_weight = 0.0'
    """
    found = differences(_with_names(recipe), _with_names(changed))
    return ", ".join(f"{key} = {'none' if value is None else value}" for key, value in found.items())


def _with_names(recipe: Recipe) -> dict[str, Any]:
    """The values of a recipe, in which a network's file is only called by its name."""
    values = recipe.to_dict()
    values["network"]["preset"] = str(recipe.network.preset)
    return values


def _all_without(recipe: Recipe, section: str, names: dict[str, Any]) -> Recipe:
    """Without everything in a section that can be off."""
    for name in names:
        try:
            recipe = without(recipe, f"{section}.{name}")
        except SpecnetError:
            continue
    return recipe


def _nothing(value: Any) -> Any:
    """The value that stands for nothing in the place of another.

    >>> [_nothing(value) for value in (True, 3, 0.5, "resnet", ["a"], {"a": 1}, None)]
    [False, 0, 0.0, None, [], {}, None]
    """
    return None if value is None or isinstance(value, str) else type(value)()


def _never_off(key: str, why: str = "it is needed") -> SpecnetError:
    return SpecnetError(f"--drop {key}: no value turns it off ({why}); compare it with others by --try {key}=VALUE")
