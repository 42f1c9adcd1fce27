from pathlib import Path

import pytest

from specnet.errors import SpecnetError
from specnet.train.image_recipe import ImageRecipe
from specnet.train.loop import Run
from specnet.train.recipes import read_recipe, recipe_of
from specnet.train.sound_recipe import SoundRecipe

RECIPES = Path(__file__).parents[3] / "recipes"
SOUND = {"name": "hey", "labels": ["hey"], "network": {"preset": "phonetic"}}
IMAGE = {"kind": "image", "name": "digits", "network": {"preset": "lenet5"}, "data": {"set": "mnist"}}


def test_the_kind_says_what_a_recipe_is_for() -> None:
    assert isinstance(recipe_of(SOUND), SoundRecipe) and isinstance(recipe_of(IMAGE), ImageRecipe)
    assert recipe_of({**SOUND, "kind": "sound"}) == recipe_of(SOUND)
    with pytest.raises(SpecnetError, match=r"^recipe: kind = 'video' should be 'sound' or 'image'$"):
        recipe_of({**SOUND, "kind": "video"})


@pytest.mark.parametrize("values", [SOUND, IMAGE])
def test_there_and_back(values: dict[str, object]) -> None:
    recipe = recipe_of(values)
    assert recipe_of(recipe.to_dict()) == recipe


def test_recipes_for_sound_say_no_kind_as_those_that_were_written_before() -> None:
    assert "kind" not in recipe_of(SOUND).to_dict()
    assert recipe_of(IMAGE).to_dict()["kind"] == "image"


@pytest.mark.parametrize(
    "path",
    [*sorted(RECIPES.glob("*/recipe.toml")), *sorted(RECIPES.glob("commands/v2-*.toml"))],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_the_recipes_that_come_along_can_be_built(path: Path) -> None:
    recipe = read_recipe(path)
    Run(recipe)
    if isinstance(recipe, SoundRecipe):
        assert recipe.data.words or recipe.voices.scripts[0].label in recipe.labels
