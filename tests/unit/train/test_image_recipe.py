from pathlib import Path

import pytest

from specnet.errors import SpecnetError
from specnet.train.image_recipe import ImageRecipe
from specnet.train.learners import learner_of

LEAST = {"name": "numbers", "network": {"preset": "lenet5"}, "data": {"set": "mnist"}}


def refused(values: dict, *parts: str) -> None:
    with pytest.raises(SpecnetError) as error:
        learner_of(ImageRecipe.of({**LEAST, **values}))
    assert "\n" not in str(error.value)
    for part in parts:
        assert part in str(error.value)


def test_labels_are_the_classes_of_the_set_unless_others_are_given() -> None:
    assert ImageRecipe.of(LEAST).labels == tuple("0123456789")
    words = [f"n{i}" for i in range(10)]
    recipe = ImageRecipe.of({**LEAST, "labels": words, "background": "none"})
    assert recipe.classes == (*words, "none")


def test_a_mistake_is_one_line() -> None:
    refused({"data": {}}, "data.set is missing")
    refused({"data": {"set": "minst"}}, "data.set = 'minst'", "'mnist', 'cifar10', 'digits' or 'folder'")
    refused({"data": {"set": "folder"}}, "labels = [] should name the folders of pictures")
    refused({"data": {"set": "mnist", "validation_share": 0}}, "data.validation_share = 0", "greater than 0")
    refused({"labels": ["a", "b"]}, "labels = ['a', 'b'] should be as many as mnist has: 10")
    refused({"background": "7"}, "background = '7' should be a name that no other label has")
    refused({"clutter": {"share": 0.5}}, "clutter needs a background")
    refused({"augment": {"rotate": 3}}, "unknown key augment.rotate; did you mean augment.rotation?")
    refused({"augment": {"shift": -1}}, "augment.shift = -1", "greater than or equal to 0")
    refused({"prepare": "stretch"}, "prepare = 'stretch' should be 'fit' or 'ink'")
    refused({"optimiser": {"kind": "adam"}}, "optimiser.kind = 'adam' should be 'adamw' or 'sgd'")
    refused({"voices": {}}, "unknown key voices")


@pytest.mark.parametrize("input", ["[40, 100]", "[1, 8, 8, 8]"])
def test_a_network_for_what_is_no_picture_is_refused(input: str, tmp_path: Path) -> None:
    dense = '{ kind = "dense", channels = 10, frames = "all", norm = false }'
    (tmp_path / "net.toml").write_text(f"input = {input}\nlayers = [{dense}]\n")
    refused({"network": {"preset": str(tmp_path / "net.toml")}}, f"network.input = {input}: net.toml should take [chan")


def test_a_network_that_does_not_fit_is_refused_before_any_picture_is_read() -> None:
    refused({"network": {"preset": "phonetic"}}, "phonetic: a scanner of sound")
    refused({"network": {"preset": "lenet5", "overrides": {"classes": 7}}}, "lenet5 tells 7 classes apart", "has 10")
    refused({"network": {"preset": "lenet5", "input": [1, 2, 28]}}, "layer conv2", "larger than the 1 that reach it")
    odd = {"preset": "lecture-cnn", "input": [4, 8, 8]}
    refused({"network": odd}, "network.input = [4, 8, 8]: lecture-cnn should take [channels", "1 channel (grey) or 3")
    refused({"network": {"preset": "lenet5", "input": [True, 28, 28]}}, "network.input.0 = True should be")
    wide = {"preset": "digits-scan", "input": [1, 28, 36]}
    refused({"network": wide}, "network.input = [1, 28, 36]: digits-scan looks at 3 places of such a picture")
    coloured = {"preset": "cifar-conv", "overrides": {"width": 4}}
    refused(
        {"prepare": "ink", "network": coloured}, "should have a network for grey squares, but cifar-conv takes 3x32x32"
    )
