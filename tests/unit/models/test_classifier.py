from pathlib import Path

import pytest
import torch

from specnet.errors import SpecnetError
from specnet.models.classifier import classifier

LAYERS = """
input = [1, 12, 12]
parameters = { classes = 3 }
layers = [
  { kind = "conv", channels = 4, kernel = 3 },
  { kind = "pool", mode = "max", kernel = 2, stride = 2 },
  { kind = "conv", channels = 6, kernel = 3 },
  { kind = "dense", channels = "classes", frames = "all", norm = false, activation = "none" },
]
"""
HEAD = """
[auxiliary]
pool1 = [
  { kind = "pool", mode = "average", kernel = "all" },
  { kind = "dense", channels = CLASSES, norm = false, activation = "none" },
]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "net.toml"
    path.write_text(text)
    return path


@torch.no_grad()
def test_a_wider_image_gives_the_logits_of_every_crop(tmp_path):
    network = classifier(written(tmp_path, LAYERS)).double().eval()
    image = torch.randn(2, 1, 12, 21, dtype=torch.float64)
    logits = network(image)
    assert logits.shape == (2, 3, 5)
    for place in range(5):
        crop = network(image[..., 2 * place : 2 * place + 12])
        assert crop.shape == (2, 3, 1)
        torch.testing.assert_close(logits[..., place : place + 1], crop, atol=1e-12, rtol=0)


@torch.no_grad()
def test_auxiliary_heads_see_what_leaves_their_layer(tmp_path):
    network = classifier(written(tmp_path, LAYERS + HEAD.replace("CLASSES", '"classes"'))).eval()
    images = torch.randn(2, 1, 12, 12)
    logits = network.logits(images)
    assert {name: each.shape for name, each in logits.items()} == {"": (2, 3, 1), "pool1": (2, 3, 1)}
    lower, _ = network.trunk.split("pool1")
    assert torch.equal(logits["pool1"], network.auxiliary["pool1"](lower(images)))
    assert torch.equal(logits[""], network(images))


def test_without_heads_there_are_the_logits_alone(tmp_path):
    network = classifier(written(tmp_path, LAYERS))
    assert list(network.logits(torch.randn(2, 1, 12, 12))) == [""]


def test_another_input_and_other_parameters(tmp_path):
    network = classifier(written(tmp_path, LAYERS), input=(3, 16, 20), overrides={"classes": 7})
    assert network.size == (3, 16, 20)
    assert network(torch.randn(2, 3, 16, 20)).shape == (2, 7, 1)


def test_a_scanner_of_sound_names_no_input():
    with pytest.raises(SpecnetError, match=r"^bcresnet: a scanner of sound, .* its preset names no input$"):
        classifier("bcresnet")


def test_heads_have_the_classes_of_the_network(tmp_path):
    path = written(tmp_path, LAYERS + HEAD.replace("CLASSES", "4"))
    with pytest.raises(SpecnetError, match=r"^net: the head after pool1 gives \(4,\), but the network \(3,\)$"):
        classifier(path)


def test_heads_have_the_positions_of_the_network(tmp_path):
    head = HEAD.replace("CLASSES", '"classes"').replace('"all" },', "[5, 1] },", 1)
    message = r"^net: the head after pool1 looks at 5 positions of an input of 1x12x12, but the network at 1: pool them"
    with pytest.raises(SpecnetError, match=message):
        classifier(written(tmp_path, LAYERS + head))


def test_a_network_ends_in_classes(tmp_path):
    layers = LAYERS.rsplit("  {", maxsplit=1)[0] + "]\n"
    with pytest.raises(SpecnetError, match=r"^net: the network gives \(6, 3\): end it in a dense layer"):
        classifier(written(tmp_path, layers))


def test_layers_that_do_not_fit_the_input_are_named(tmp_path):
    with pytest.raises(SpecnetError, match=r"^net: layer conv2 \(conv\) on input \(4, 1, 1\): a kernel that spans 3"):
        classifier(written(tmp_path, LAYERS), input=(1, 4, 4))
    path = written(tmp_path, LAYERS + HEAD.replace('kernel = "all"', "kernel = 6").replace("CLASSES", "3"))
    with pytest.raises(SpecnetError, match=r"^net: auxiliary after pool1: layer pool1 \(pool\) on input \(4, 5, 5\)"):
        classifier(path)
