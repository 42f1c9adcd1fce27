"""The card of a model, and what is no card."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.errors import SpecnetError
from specnet.runtime.card import ModelCard
from tests.conftest import POINTS, card


def test_there_and_back() -> None:
    assert ModelCard.from_json(json.loads(json.dumps(card(3).to_json()))) == card(3)


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    document: Any = json.loads(json.dumps(card().to_json()))
    at = document
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("format_version",), 2, "format_version: 2: this specnet reads version 1"),
        (("name",), 7, "name: 7: must be a str"),
        (("labels",), "low", "labels: 'low': must be a list"),
        (("labels",), [], r"labels: \[\]: must be one or more different words"),
        (("labels",), ["low", "low"], "must be one or more different words"),
        (("labels", 0), None, "labels: None: must be a str"),
        (("colour",), "blue", "model.json: unknown field 'colour'"),
        (("features", "bands"), 40.5, "features.bands: 40.5: must be a whole number"),
        (("features", "hop"), True, "features.hop: True: must be a whole number"),
        (("features", "floor"), float("nan"), "features.floor: nan: must be a number"),
        (("features", "hop"), 10_000, "log-mel: hop 10000"),
        (("features", "colour"), 1, "features: unknown field 'colour'"),
        (("grid", "stride"), 161, "grid.stride: 161: must be a multiple of the features' hop, 160"),
        (("grid", "stride"), 0, "grid.stride: 0"),
        (("grid", "receptive_field"), 511, "grid.receptive_field: 511: must be 512 plus hops of 160"),
        (("grid", "sample_rate"), 8_000, "grid.sample_rate: 8000: must be the features' 16000"),
        (("operating_points", 0, "threshold"), 0.1, "operating_points: thresholds"),
        (("operating_points", 0, "false_alarms_per_hour"), 0.5, "must be above 0 and rise"),
        (("operating_points", 0, "false_alarms_per_hour"), 0, "must be above 0 and rise"),
        (("operating_points", 1), [0.5, 0.6], "must be a dict"),
        (("unknown",), "medium", "unknown: 'medium': must be one of several labels, or null"),
        (("unknown",), 3, "unknown: 3: must be a str"),
        (("recipe",), None, "recipe: None: must be a dict"),
        (("data",), [1], "data: 1: must be a dict"),
    ],
)
def test_what_is_no_card(path: tuple[str | int, ...], value: object, message: str) -> None:
    with pytest.raises(SpecnetError, match=message):
        ModelCard.from_json(changed(path, value))


@pytest.mark.parametrize("name", [name for name in card().to_json() if name != "format_version"])
def test_every_field_must_be_there(name: str) -> None:
    document = card().to_json()
    del document[name]
    with pytest.raises(SpecnetError, match=f"model.json: {name} is missing"):
        ModelCard.from_json(document)


def test_all_labels_are_reported_but_that_of_unknown_words() -> None:
    one = ModelCard.from_json(changed(("unknown",), "low"))
    assert one.reported == ("high",) and ModelCard.from_json(one.to_json()) == one
    assert "unknown" not in card().to_json()  # as files were before there was one
    assert card().unknown is None and card().reported == ("low", "high")
    with pytest.raises(SpecnetError, match="unknown: 'low': must be one of several labels"):
        ModelCard.from_json(changed(("labels",), ["low"]) | {"unknown": "low"})


def test_features_that_do_not_speak_of_quiet_hear_silence_as_it_is() -> None:
    document = changed(("features", "quiet"), 1e-3)
    assert ModelCard.from_json(document).features.quiet == 1e-3
    del document["features"]["quiet"]
    assert ModelCard.from_json(document).features.quiet == 0.0
    del document["features"]["hop"]
    with pytest.raises(SpecnetError, match="features: hop is missing"):
        ModelCard.from_json(document)


def test_a_rejection_rate_may_be_unknown() -> None:
    read = ModelCard.from_json(changed(("operating_points", 0, "false_reject_rate"), None))
    assert read.operating_points[0].false_reject_rate is None


@given(rate=st.floats(0.1, 10.0))
def test_thresholds_fall_with_the_rate(rate: float) -> None:
    threshold = card().threshold_for(rate)
    assert POINTS[-1].threshold <= threshold <= POINTS[0].threshold
    assert threshold >= card().threshold_for(min(10.0, rate * 1.1))


def test_calibrated_thresholds_are_exact() -> None:
    for point in POINTS:
        assert card().threshold_for(point.false_alarms_per_hour) == pytest.approx(point.threshold)
    assert card().threshold_for(5**0.5) == pytest.approx(0.4), "half way, in the logarithm, from 0.5 to 10"


@pytest.mark.parametrize("rate", [0.09, 11.0, 0.0, -1.0, float("nan")])
def test_rates_that_were_not_measured(rate: float) -> None:
    with pytest.raises(SpecnetError, match=r"calibrated from 0\.1 to 10; give a rate in between, or a threshold"):
        card().threshold_for(rate)


def test_a_model_without_calibration() -> None:
    with pytest.raises(SpecnetError, match="has no calibrated operating points: give a threshold"):
        ModelCard.from_json(changed(("operating_points",), [])).threshold_for(0.5)
