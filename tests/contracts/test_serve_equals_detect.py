"""Law 3 over the web: what `specnet serve` finds, in a file or in live sound, is what `specnet detect` finds in it."""

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specnet.app.detect import Detector
from specnet.app.results import tidy
from specnet.app.serve.models import Models
from tests.conftest import beeps
from tests.serving import Client, serving

DATA = Path(__file__).parents[2] / "data"
SUBTYPES = {"u8": "PCM_U8", "s16le": "PCM_16", "s24le": "PCM_24", "s32le": "PCM_32", "f32le": "FLOAT"}
THRESHOLD = 0.02


@pytest.fixture(scope="module")
def client(tiny_detector: Detector) -> Iterator[Client]:
    models = Models({"tiny": tiny_detector, "welcome": Detector.load("welcome")})
    with serving(models) as client:
        yield client


def raw(path: Path) -> bytes:
    """The samples of a WAV file, as they are in it."""
    sound = path.read_bytes()
    at = sound.index(b"data")
    return sound[at + 8 : at + 8 + int.from_bytes(sound[at + 4 : at + 8], "little")]


def same(
    client: Client, detector: Detector, path: Path, wishes: dict[str, Any], sound: bytes, cuts: Sequence[int]
) -> None:
    expected = sorted(map(tidy, detector.detect(path, threshold=wishes["threshold"])), key=lambda s: s.start)
    assert expected
    chosen = {key: wishes[key] for key in ("model", "threshold")}
    document = client.ask("/detect", path.read_bytes(), **chosen, spectrogram="true").json
    said, columns = client.stream(wishes | {"spectrogram": True}, sound, cuts)
    [ready, *events, end] = said
    assert ready["spectrogram"].items() <= document["spectrogram"].items()
    drawn = [np.frombuffer(each, np.uint8) for each in (columns, base64.b64decode(document["spectrogram"]["columns"]))]
    np.testing.assert_allclose(*(each.astype(int) for each in drawn), atol=1)  # a step, where rounding decides
    [entry] = document["files"]
    assert end == {"type": "end", "duration": entry["duration"]}
    for found in (entry["segments"], sorted(events, key=lambda event: event["start"])):
        assert [each["label"] for each in found] == [segment.label for segment in expected]
        for each, segment in zip(found, expected, strict=True):
            assert each["score"] == pytest.approx(segment.score, abs=2e-4)
            for name in ("start", "end", "peak"):
                assert each[name] == pytest.approx(getattr(segment, name), abs=2e-3)


@settings(max_examples=25)
@example(cuts=list(range(0, 100_000, 1_111)), rate=16_000, encoding="s16le", channels=1)
@example(cuts=[1, 2, 4, 7_777], rate=44_100, encoding="s24le", channels=3)
@given(
    cuts=st.lists(st.integers(0, 100_000), max_size=30),
    rate=st.sampled_from([8_000, 16_000, 44_100]),
    encoding=st.sampled_from(list(SUBTYPES)),
    channels=st.integers(1, 3),
)
def test_any_format_cut_anywhere(
    client: Client,
    tiny_detector: Detector,
    tmp_path_factory: pytest.TempPathFactory,
    cuts: list[int],
    rate: int,
    encoding: str,
    channels: int,
) -> None:
    sound = beeps(2.0, ("low", 0.0), ("high", 0.9), ("low", 1.3), ("high", 1.8), rate=rate)
    path = tmp_path_factory.mktemp("sound") / "sound.wav"
    soundfile.write(path, np.stack([sound, *[0.9 * sound] * (channels - 1)], axis=1), rate, SUBTYPES[encoding])
    wishes = {"model": "tiny", "threshold": THRESHOLD, "rate": rate, "format": encoding, "channels": channels}
    same(client, tiny_detector, path, wishes, raw(path), cuts)


@pytest.mark.parametrize("cuts", [range(1, 4_000), range(0, 400_000, 1_023), []], ids=["bytes", "odd", "whole"])
def test_real_recordings(cuts: Sequence[int], client: Client) -> None:
    detector = Detector.load("welcome")
    for name in ("dir-welcome", "dir-intro"):
        samples, rate = soundfile.read(DATA / f"{name}.flac", dtype="int16")
        wishes = {"model": "welcome", "threshold": detector.threshold(), "rate": rate}
        same(client, detector, DATA / f"{name}.flac", wishes, samples.tobytes(), cuts)
