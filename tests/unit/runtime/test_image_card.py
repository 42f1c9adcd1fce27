"""The card of a model for images, and what is no such card."""

import json
from dataclasses import replace
from typing import Any

import pytest

from specnet.errors import SpecnetError
from specnet.runtime.image_card import ImageCard, ImageSize
from tests.shapes import shapes_card


@pytest.mark.parametrize("card", [shapes_card(), replace(shapes_card(), stride=None, background=None)])
def test_there_and_back(card: ImageCard) -> None:
    document = json.loads(json.dumps(card.to_json()))
    assert ImageCard.from_json(document) == card
    assert list(document)[:3] == ["format_version", "kind", "name"] and document["kind"] == "image"


def test_the_background_is_no_class() -> None:
    assert shapes_card().classes == ("bar", "ring")
    assert replace(shapes_card(), background=None).classes == ("bar", "ring", "none")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format_version": 2}, "format_version: 2: this specnet reads version 1"),
        ({"kind": "smell"}, "kind: 'smell': must be 'image' beside network.onnx"),
        ({"labels": ["bar", "bar"]}, "labels: .*: must be one or more different words"),
        ({"colour": "blue"}, "model.json: unknown field 'colour'"),
        ({"input": {"channels": 2, "height": 28, "width": 28}}, r"input.channels: 2: must be 1 \(grey\) or 3 \(RGB\)"),
        ({"input": {"channels": 1, "height": 0, "width": 28}}, "input.height: 0: must be at least 1"),
        ({"input": {"channels": 1, "height": 28, "width": -3}}, "input.width: -3: must be at least 1"),
        ({"input": {"channels": 1, "height": 28}}, "input: width is missing"),
        ({"input": [1, 28, 28]}, r"input: \[1, 28, 28\]: must be a dict"),
        ({"input": {"channels": 3, "height": 28, "width": 28}}, "prepare: 'ink': the input must be grey"),
        ({"input": {"channels": 1, "height": 28, "width": 30}}, "prepare: 'ink': the input must be grey"),
        ({"prepare": "stretch"}, "prepare: 'stretch': must be 'fit' or 'ink'"),
        ({"stride": 0}, "stride: 0: must be at least 1, or null"),
        ({"stride": True}, "stride: True: must be a int"),
        ({"stride": 1.5}, "stride: 1.5: must be a int"),
        ({"background": "nothing"}, "background: 'nothing': must be one of several labels, or null"),
        ({"background": 3}, "background: 3: must be a str"),
        ({"labels": ["none"]}, "background: 'none': must be one of several labels, or null"),
    ],
)
def test_what_is_no_card(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecnetError, match=message):
        ImageCard.from_json(shapes_card().to_json() | changes)


@pytest.mark.parametrize("name", [name for name in shapes_card().to_json() if name not in ("format_version", "kind")])
def test_every_field_must_be_there(name: str) -> None:
    document = shapes_card().to_json()
    del document[name]
    with pytest.raises(SpecnetError, match=f"model.json: {name} is missing"):
        ImageCard.from_json(document)


def test_fit_takes_any_size() -> None:
    card = replace(shapes_card(), prepare="fit", input=ImageSize(3, 20, 32))
    assert ImageCard.from_json(card.to_json()) == card
