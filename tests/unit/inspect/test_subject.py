import pytest
import torch

from specnet.errors import SpecnetError
from specnet.inspect.subject import Subject
from specnet.models.classifier import Recogniser, classifier, classifier_of
from specnet.models.source import NetworkFile
from specnet.models.spec import read_spec
from tests.unit.inspect.test_fields import pictures, scanner

POOLED = """
input = [1, 12, 12]
layers = [
  { kind = "conv", channels = 5, kernel = 3 },
  { kind = "pool", mode = "average", kernel = "all" },
  { kind = "dense", channels = 3, norm = false, activation = "none" },
]
"""


def pooled() -> Subject:
    torch.manual_seed(2)
    return Subject.of(
        "pooled", ("a", "b", "c"), Recogniser(classifier_of(read_spec(NetworkFile("pooled.toml", POOLED))))
    )


@pytest.mark.parametrize(("name", "near"), [("separable9", "separable"), ("fones", "phones"), ("konv1", "conv1")])
def test_an_unknown_layer_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(SpecnetError, match=f"phonetic: layer '{name}' is unknown; did you mean {near}"):
        scanner("phonetic").layer(name)


def test_below_and_above_are_the_whole() -> None:
    for subject in (scanner("bcresnet"), pictures("lenet5"), pooled()):
        x = torch.rand(1, *subject.size)
        maps = subject.maps(x)
        for layer in subject.layers:
            below = subject.below(layer, x)
            torch.testing.assert_close(subject.above(layer, below), subject(x))
            torch.testing.assert_close(subject.as_maps(layer, below), maps[layer.name])


def test_where_class_activation_maps_exist() -> None:
    assert pooled().cam_layer == pooled().layer("conv1")
    named = {name: pictures(name).cam_layer for name in ("resnet20-cifar", "nin", "lenet5", "digits-scan")}
    assert {name: layer and layer.name for name, layer in named.items()} == {
        "resnet20-cifar": "residual9", "nin": "conv9", "lenet5": None, "digits-scan": None,
    }  # fmt: skip
    assert scanner("phonetic").cam_layer is None


def test_local_units_see_at_most_half() -> None:
    assert scanner("phonetic").local_layer.name == "separable3"  # 53 of 133 frames; the next sees 69
    assert pictures("digits-scan").local_layer.name == "conv4"  # 14 of 28 pixels


def test_multiply_adds() -> None:
    assert Subject.of("lenet5", [str(i) for i in range(10)], Recogniser(classifier("lenet5"))).multiply_adds == 416_520
