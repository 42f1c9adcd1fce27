"""What a unit is said to see is exactly what moves it."""

import pytest
import torch
from torch import Tensor

from specnet.inspect.subject import Subject
from specnet.models.build import build
from specnet.models.classifier import Recogniser, classifier
from specnet.models.heads import Head, Keyword


def scanner(preset: str) -> Subject:
    torch.manual_seed(1)
    trunk = build(preset)
    return Subject.of(preset, ("word",), Keyword(trunk, Head("max", trunk.output[0], labels=1)))


def pictures(preset: str) -> Subject:
    torch.manual_seed(1)
    network = Recogniser(classifier(preset))
    return Subject.of(preset, [str(i) for i in range(network.classifier.trunk.output[0])], network)


def movers(subject: Subject, name: str, row: int, column: int, axis: int, x: Tensor) -> list[int]:
    """The rows (axis -2) or columns (-1) of the input whose change moves any map of a layer at one place."""
    layer = subject.layer(name)
    before = subject.as_maps(layer, subject.below(layer, x))[:, row, column]
    moved = []
    for place in range(x.shape[axis]):
        changed = x.clone()
        part = changed.narrow(axis, place, 1)
        for shift in (9.0, -9.0):
            part.copy_(x.narrow(axis, place, 1) + shift * torch.randn(part.shape))
            if (subject.as_maps(layer, subject.below(layer, changed))[:, row, column] - before).abs().max() > 1e-9:
                moved.append(place)
                break
    return moved


@pytest.mark.parametrize(
    ("preset", "name", "row", "column"),
    [
        ("phonetic2d", "level1", 7, 3),
        ("phonetic2d", "conv1", 4, 2),
        ("phonetic2d", "conv2", 3, 1),
        ("phonetic2d", "separable1", 0, 2),
        ("tcresnet", "residual1", 0, 6),
        ("bcresnet", "conv1", 0, 4),
        ("bcresnet", "broadcasted1", 3, 4),
    ],
)
def test_a_scanner(preset: str, name: str, row: int, column: int) -> None:
    subject = scanner(preset)
    layer = subject.layer(name)
    x = torch.randn(1, *subject.size) - 4
    first, end = layer.columns.at(column)
    moved = movers(subject, name, row, column, -1, x)
    assert (moved[0], moved[-1] + 1) == (first - layer.lookback, end)
    low, high = (min(max(edge, 0), subject.size[0]) for edge in layer.rows.at(row))
    bands = movers(subject, name, row, column, -2, x)
    assert (bands[0], bands[-1] + 1) == (low, high)


@pytest.mark.parametrize(
    ("name", "row", "column"), [("conv2", 3, 20), ("pool1", 5, 0), ("conv4", 1, 7), ("dense1", 0, 0)]
)
def test_a_picture(name: str, row: int, column: int) -> None:
    subject = pictures("digits-scan")
    layer = subject.layer(name)
    x = torch.rand(1, *subject.size)
    for axis, field, place in ((-2, layer.rows, row), (-1, layer.columns, column)):
        moved = movers(subject, name, row, column, axis, x)
        assert (moved[0], moved[-1] + 1) == field.at(place)


def test_padding_is_seen_and_is_none_of_the_picture() -> None:
    subject = pictures("resnet20-cifar")
    layer = subject.layer("conv1")
    assert layer.rows.at(0) == (-1, 2)
    assert movers(subject, "conv1", 0, 31, -1, torch.rand(1, 3, 32, 32)) == [30, 31]


def test_layers_that_only_rearrange_are_names_of_what_they_rearrange() -> None:
    subject = scanner("phonetic")
    assert subject.layer("phones").name == "separable3"
    assert "flatten2" in subject.layers[-1].aliases
