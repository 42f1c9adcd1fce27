"""The first message of live sound, and the sound."""

import json
from typing import Any

import pytest

from specnet.app.serve.models import Models
from specnet.app.serve.session import Session, read_wishes
from specnet.errors import SpecnetError
from tests.conftest import RATE
from tests.unit.app.serve.conftest import SOUND, WISHES


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rate=16000", "the first message is 'rate=16000': must be a JSON object"),
        ("[" * 100_000, "must be a JSON object"),
        ("[16000]", "must be a JSON object"),
        ("{}", "the first message says no rate"),
        ('{"rate": 16000, "channel": 1}', "'channel' in the first message: it may hold format, rate, channels"),
        ('{"rate": "16000"}', "rate is '16000': must be a whole number"),
        ('{"rate": true}', "rate is True: must be a whole number"),
        ('{"rate": 16000, "threshold": "high"}', "threshold is 'high': must be a number"),
        (f'{{"rate": 16000, "threshold": {10**400}}}', "threshold is 10000"),
        ('{"rate": 16000, "labels": [1]}', "labels: must be a list of texts"),
        ('{"rate": 16000, "spectrogram": 1}', "spectrogram is 1: must be true or false"),
    ],
)
def test_what_cannot_be_meant_is_named(text: str, complaint: str) -> None:
    with pytest.raises(SpecnetError, match=complaint.replace("[", r"\[")):
        read_wishes(text)


@pytest.mark.parametrize(
    ("wishes", "complaint"),
    [
        ({"rate": 0}, "a sample rate of 0 Hz: must be between"),
        ({"rate": RATE, "channels": 0}, "0 channels"),
        ({"rate": RATE, "format": "mp3"}, "samples as 'mp3': must be one of u8, s16le, s24le, s32le, f32le, f64le"),
        ({"rate": RATE, "threshold": float("nan")}, "threshold nan"),
        ({"rate": RATE, "model": "other"}, "model 'other': here are tiny"),
    ],
)
def test_what_there_is_not_is_refused(wishes: dict[str, Any], complaint: str, models: Models) -> None:
    with pytest.raises(SpecnetError, match=complaint):
        Session(models, read_wishes(json.dumps(wishes)))


def test_a_sound_that_ends_inside_a_sample_has_been_heard_until_there(models: Models) -> None:
    session = Session(models, {**WISHES, "format": "s16le"})
    found = [each["label"] for turn in session.push(SOUND + b"x") for each in turn if isinstance(each, dict)]
    messages = session.finish()
    found += [each["label"] for turn in (next(messages), next(messages)) for each in turn if isinstance(each, dict)]
    assert found == ["low", "high"]
    with pytest.raises(SpecnetError, match="the sound ends 1 bytes into a sample of 2"):
        next(messages)


def test_floats_that_are_no_numbers_are_refused(models: Models) -> None:
    session = Session(models, {**WISHES, "format": "f32le"})
    with pytest.raises(SpecnetError, match="a sample is nan"):
        list(session.push(b"\x00\x00\xc0\x7f" * RATE))
