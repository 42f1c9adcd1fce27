from dataclasses import replace
from pathlib import Path

import pytest

from specnet.app.summary import summary
from specnet.errors import SpecnetError
from specnet.runtime.bundle import write_bundle
from specnet.train.image_learner import ImageLearner
from specnet.train.image_ship import image_product
from specnet.train.recipes import recipe_of

NETWORK = """
input = [1, 8, 8]
parameters = { classes = 2 }
layers = [
  { kind = "conv", channels = 3, kernel = 3 },
  { kind = "dense", channels = "classes", frames = "all", norm = false, activation = "none" },
]
"""
RECIPE = {
    "kind": "image",
    "name": "bars",
    "labels": ["lies", "stands"],
    "data": {"set": "folder"},
    "network": {"preset": "net.toml"},
}


@pytest.mark.parametrize("after", [None, NETWORK.replace("channels = 3", "channels = 3, padding = 1, stride = 2")])
def test_a_trained_model_is_summarised_wherever_its_network_file_is_by_now(after: str | None, tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(NETWORK)
    recipe = recipe_of(RECIPE, folder=tmp_path)
    bundle = image_product(recipe, ImageLearner(recipe).recogniser)
    card = replace(bundle.card, recipe=recipe.to_dict())
    write_bundle(tmp_path / "moved.specnet", model=card, graph=bundle.graph, weights=bundle.weights)
    expected = summary(str(file))
    file.write_text(after) if after else file.unlink()
    found = summary(str(tmp_path / "moved.specnet"))
    assert (found.rows, found.input) == (expected.rows, expected.input)


def test_an_older_model_whose_network_file_is_gone_says_so(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text(NETWORK)
    recipe = recipe_of(RECIPE, folder=tmp_path)
    bundle = image_product(recipe, ImageLearner(recipe).recogniser)
    card = replace(bundle.card, recipe=RECIPE | {"network": {"preset": "gone.toml"}})
    write_bundle(tmp_path / "old.specnet", model=card, graph=bundle.graph, weights=bundle.weights)
    with pytest.raises(SpecnetError, match=r"old\.specnet: gone\.toml: not a readable TOML file"):
        summary(str(tmp_path / "old.specnet"))


@pytest.mark.parametrize("text", ["", "input = [1, 8, 8]\n", '[[layer]]\nkind = "norm"\n'])
def test_a_file_that_is_neither_network_nor_recipe_is_told_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text(text)
    with pytest.raises(SpecnetError, match=r"empty\.toml: no network, which has \[\[layers\]\], and no recipe, which"):
        summary(str(tmp_path / "empty.toml"))
