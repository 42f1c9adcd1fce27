"""The model that ships, on the real recordings in data/."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

SAID = {"dir-welcome": (0.08, 0.68), "dir-intro": (0.19, 0.77), "vm-newuser": (0.16, 0.80)}
"""Seconds at which "welcome" starts and ends: see data/README.md."""

NOT_SAID = ["tt-weasels", "librispeech-26-495-0030", "common-voice-18328639", "esc10-dog-1-30226-A"]


@pytest.mark.parametrize("name", SAID)
def test_welcome_is_found_once_and_where_it_is(name: str, specnet: Run, data: Path) -> None:
    done = specnet("detect", data / f"{name}.flac", "--format", "json")
    [segment] = json.loads(done.stdout)["files"][0]["segments"]
    start, end = SAID[name]
    assert segment["label"] == "welcome"
    assert segment["start"] == pytest.approx(start, abs=0.15) and segment["end"] == pytest.approx(end, abs=0.15)


def test_nothing_is_found_where_it_is_not_said(specnet: Run, data: Path) -> None:
    done = specnet("detect", *(data / f"{name}.flac" for name in NOT_SAID), "--format", "json")
    files = json.loads(done.stdout)["files"]
    assert [entry["segments"] for entry in files] == [[]] * len(NOT_SAID)


def test_a_stricter_rate_raises_the_threshold(specnet: Run, data: Path) -> None:
    def threshold(rate: float) -> float:
        done = specnet("detect", data / "dir-welcome.flac", "--format", "json", "--false-alarms-per-hour", rate)
        return json.loads(done.stdout)["threshold"]

    assert threshold(0.5) > threshold(2)


def test_the_model_is_small() -> None:
    [model] = (Path(__file__).parents[2] / "specnet" / "pretrained").glob("welcome.specnet")
    assert model.stat().st_size <= 500_000
