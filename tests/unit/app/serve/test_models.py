"""What a client may choose."""

from typing import Any

import pytest

from specnet.app.detect import Detector
from specnet.app.serve.models import Models
from specnet.errors import SpecnetError


def test_a_client_that_asks_for_nothing_gets_the_first_model_and_the_point_of_the_service(models: Models) -> None:
    both = {"first": models.detectors["tiny"], "second": Detector.load("welcome")}
    assert Models(both).choose().detector is both["first"]
    assert Models(both).choose("second").labels == ("welcome",)
    assert [Models(both, **point).choose().threshold for point in ({}, {"threshold": 0.3})] == [0.6, 0.3]
    assert Models(both, false_alarms_per_hour=10.0).choose().threshold == pytest.approx(0.2)
    assert Models(both, false_alarms_per_hour=10.0).choose(threshold=0.9).threshold == 0.9
    assert Models(both, threshold=0.9).choose(false_alarms_per_hour=0.5).threshold == pytest.approx(0.6)
    assert Models(both).choose(labels=["high"]).labels == ("high",)


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"model": "other"}, "model 'other': here are tiny"),
        ({"threshold": 0.5, "false_alarms_per_hour": 1.0}, "give one of them"),
        ({"threshold": 1.5}, "threshold 1.5: must be between 0 and 1"),
        ({"threshold": float("nan")}, "threshold nan"),
        ({"false_alarms_per_hour": 0.0}, "0 false alarms per hour: model tiny is calibrated from 0.1 to 10"),
        ({"false_alarms_per_hour": 1000.0}, "1000 false alarms per hour"),
        ({"labels": ["alexa"]}, "label 'alexa': model tiny knows low, high"),
    ],
)
def test_what_there_is_not_is_refused(wishes: dict[str, Any], complaint: str, models: Models) -> None:
    with pytest.raises(SpecnetError, match=complaint):
        models.choose(**wishes)


def test_two_models_of_one_name_are_refused() -> None:
    with pytest.raises(SpecnetError, match="--model welcome: there is a model welcome already"):
        Models.load(["welcome", "welcome"])


def test_a_description_has_the_operating_points(models: Models) -> None:
    [tiny] = models.describe()
    assert (tiny["name"], tiny["labels"], tiny["threshold"]) == ("tiny", ["low", "high"], 0.6)
    assert [point["false_alarms_per_hour"] for point in tiny["operating_points"]] == [0.1, 0.5, 10.0]
