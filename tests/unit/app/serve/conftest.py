"""A service with the tiny model, and what is said to it."""

from collections.abc import Iterator

import pytest

from specnet.app.detect import Detector
from specnet.app.serve.models import Models
from tests.conftest import RATE, beeps
from tests.serving import Client, serving

SOUND = (32_767 * beeps(2.0, ("low", 0.5), ("high", 1.2))).astype("<i2").tobytes()
WISHES = {"rate": RATE, "threshold": 0.6}


def listens(client: Client) -> None:
    """Somebody is served well."""
    said, _ = client.stream(WISHES, SOUND)
    assert [each.get("label", each["type"]) for each in said] == ["ready", "low", "high", "end"]


@pytest.fixture(scope="session")
def models(tiny_detector: Detector) -> Models:
    return Models({"tiny": tiny_detector})


@pytest.fixture
def log() -> list[str]:
    """What the service has said."""
    return []


@pytest.fixture
def client(models: Models, log: list[str]) -> Iterator[Client]:
    with serving(models, log=log) as client:
        yield client
