"""What a picture shows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import specnet
from specnet.app.classify import ImageModel
from specnet.errors import SpecnetError
from specnet.images.files import write_png
from specnet.runtime.bundle import Bundle, ImageBundle, ImageSize
from tests.shapes import NO_WEIGHTS, convolution_graph, shape, shapes_card, shapes_graph


@pytest.fixture
def model(shapes_model: Path) -> ImageModel:
    return specnet.ImageModel.load(shapes_model)


@pytest.mark.parametrize("label", ["bar", "ring"])
def test_a_file_and_its_pixels(label: str, model: ImageModel, tmp_path: Path) -> None:
    picture = 1 - np.pad(np.kron(shape(label), np.ones((5, 5), np.float32)), 30)[None]
    write_png(tmp_path / "shape.png", picture)
    for given in (picture, tmp_path / "shape.png", str(tmp_path / "shape.png")):
        best, second = model.classify(given)
        assert best.label == label and best.probability > 0.9 and best.probability >= second.probability


def test_the_likeliest_first_and_the_background_never(model: ImageModel) -> None:
    assert model.labels == ("bar", "ring")
    [best] = model.classify(shape("ring")[None], top=1)
    assert best.label == "ring"
    blank = model.classify(np.ones((3, 50, 60), np.float32), top=10)
    assert [guess.label for guess in blank] == ["bar", "ring"], "equals in the model's order"
    assert sum(guess.probability for guess in blank) < 0.01, "all of it is for no object"


def test_a_network_that_is_not_for_ink_sees_the_picture_as_it_is() -> None:
    kernels = np.zeros((2, 3, 8, 12), np.float32)
    kernels[0, 0], kernels[1, 2] = 0.16, 0.16  # of 96 pixels: how red, how blue
    card = replace(shapes_card(), labels=("red", "blue", "none"), input=ImageSize(3, 8, 12), prepare="fit")
    model = ImageModel(ImageBundle(card, convolution_graph(kernels, 1), NO_WEIGHTS, b""))
    blue = np.zeros((3, 200, 100), np.float32)
    blue[2] = 1
    assert [guess.label for guess in model.classify(blue, top=1)] == ["blue"]


def test_top_must_be_sensible(model: ImageModel) -> None:
    with pytest.raises(SpecnetError, match="top 0: must be at least 1"):
        model.classify(shape("bar")[None], top=0)


def test_files_that_are_no_pictures(model: ImageModel, tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"missing.png: no such file"):
        model.classify(tmp_path / "missing.png")


@pytest.mark.parametrize(
    ("changes", "graph", "message"),
    [
        ({}, b"nonsense", "model shapes: network.onnx cannot be run: "),
        (
            {"input": ImageSize(1, 32, 32)},
            shapes_graph(),
            r"network.onnx takes \['N', 1, 28, 'W'\]: must take 1 channels",
        ),
        ({"input": ImageSize(3, 28, 28), "prepare": "fit"}, shapes_graph(), r"must take 3 channels and 28 rows"),
    ],
)
def test_what_is_no_network_of_the_card(changes: dict, graph: bytes, message: str) -> None:
    with pytest.raises(SpecnetError, match=message) as caught:
        ImageModel(ImageBundle(replace(shapes_card(), **changes), graph, NO_WEIGHTS, b""))
    assert "\n" not in str(caught.value)


def test_a_card_with_other_labels_or_another_width() -> None:
    card = replace(shapes_card(), labels=("bar", "none"))
    with pytest.raises(SpecnetError, match=r"network.onnx gives \(1, 3, 1\): must give \[1, 2, positions\]"):
        ImageModel(ImageBundle(card, shapes_graph(), NO_WEIGHTS, b"")).classify(shape("bar")[None])
    narrow = replace(shapes_card(), input=ImageSize(1, 28, 20), prepare="fit")
    with pytest.raises(SpecnetError, match=r"network.onnx failed on images \(1, 1, 28, 20\)"):
        ImageModel(ImageBundle(narrow, shapes_graph(), NO_WEIGHTS, b"")).classify(shape("bar")[None])


def test_a_graph_with_other_names(tiny_model: Path) -> None:
    with pytest.raises(SpecnetError, match=r"network.onnx is no classifier: it maps \['features', 'state_0'\] to \["):
        ImageModel(ImageBundle(shapes_card(), Bundle.load(tiny_model).graph, NO_WEIGHTS, b""))
