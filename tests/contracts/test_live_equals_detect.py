"""Law 3 for what is still going on: a microphone and a pipe give what the same sound in a file gives."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from specnet.app.detect import Detector
from specnet.app.listen.live import listen
from specnet.audio.files import Recording
from specnet.audio.microphone import Microphone
from specnet.audio.pcm import LIVE_BLOCK, PcmFormat
from specnet.errors import SpecnetError
from specnet.timeline import Segment
from tests.conftest import beeps

DATA = Path(__file__).parents[2] / "data"
CUTS = st.lists(st.integers(0, 100_000), max_size=30)
THRESHOLD = 0.02
SUBTYPES = {
    "u8": "PCM_U8",
    "s16le": "PCM_16",
    "s24le": "PCM_24",
    "s32le": "PCM_32",
    "f32le": "FLOAT",
    "f64le": "DOUBLE",
}


@dataclass(frozen=True)
class Card:
    """A sound card that hears this, in these pieces, and is unplugged."""

    pieces: Sequence[np.ndarray]
    rate: int
    name: str = "card"

    @contextmanager
    def open(self, hear: Callable[[np.ndarray, bool], None], ended: Callable[[], None]) -> Iterator[None]:
        def speak() -> None:
            for piece in self.pieces:
                hear(piece, False)
            ended()

        thread = threading.Thread(target=speak)
        thread.start()
        yield
        thread.join()


def sound(rate: int, channels: int) -> np.ndarray:
    mono = beeps(2.0, ("low", 0.0), ("high", 0.9), ("low", 1.3), ("high", 1.8), rate=rate)
    return np.stack([mono, *[0.9 * mono] * (channels - 1)], axis=1)


def heard(detector: Detector, card: Card, threshold: float) -> list[Segment]:
    """The segments; and every one was an interim word before or at the same time."""
    microphone, segments, interim = Microphone(card, detector.grid.sample_rate), list[Segment](), list[Segment]()
    stream = detector.stream(detector.grid.sample_rate, threshold)
    with suppress(SpecnetError):  # unplugged
        for moment in listen(microphone, stream, lambda: False, None, None):
            interim += moment.heard.interim
            segments += moment.heard.segments
            assert len(interim) >= len(segments)
    assert microphone.lost == 0
    assert sorted(word.label for word in interim) == sorted(segment.label for segment in segments)
    return segments


def same(found: Sequence[Segment], expected: Sequence[Segment]) -> None:
    assert [(s.label, s.peak) for s in found] == [(s.label, pytest.approx(s.peak)) for s in expected] and expected
    for ours, theirs in zip(found, expected, strict=True):
        assert (ours.start, ours.end, ours.score) == pytest.approx((theirs.start, theirs.end, theirs.score), abs=1e-4)


@settings(max_examples=25)
@given(cuts=CUTS, rate=st.sampled_from([8_000, 16_000, 44_100, 48_000]), channels=st.integers(1, 3))
def test_a_microphone(
    tiny_detector: Detector, tmp_path_factory: pytest.TempPathFactory, cuts: list[int], rate: int, channels: int
) -> None:
    samples = sound(rate, channels).astype(np.float32)
    soundfile.write(path := tmp_path_factory.mktemp("sound") / "sound.wav", samples, rate, "FLOAT")
    card = Card(np.split(samples, sorted(min(cut, len(samples)) for cut in cuts)), rate)
    same(heard(tiny_detector, card, THRESHOLD), tiny_detector.detect(path, threshold=THRESHOLD))


@pytest.mark.parametrize("name", ["dir-welcome", "dir-intro", "vm-newuser", "librispeech-5339-14133-0000"])
def test_a_real_recording_in_blocks_as_a_sound_card_gives_them(name: str) -> None:
    detector = Detector.load("welcome")
    samples, rate = soundfile.read(DATA / f"{name}.flac", dtype="float32", frames=8 * 16_000)  # more would be lost
    block = round(LIVE_BLOCK * rate)
    card = Card(np.split(samples[:, None], range(block, len(samples), block)), rate)
    same(heard(detector, card, detector.threshold()), detector.detect(samples, rate))


@settings(max_examples=25)
@given(
    cuts=CUTS,
    rate=st.sampled_from([8_000, 16_000, 44_100]),
    channels=st.integers(1, 3),
    form=st.sampled_from(list(SUBTYPES)),
    header=st.sampled_from(["raw", "true", "unknown", "zero"]),
)
def test_a_pipe(
    tiny_detector: Detector,
    tmp_path_factory: pytest.TempPathFactory,
    cuts: list[int],
    rate: int,
    channels: int,
    form: str,
    header: str,
) -> None:
    folder = tmp_path_factory.mktemp("sound")
    soundfile.write(path := folder / "sound.wav", sound(rate, channels), rate, SUBTYPES[form])
    pcm = PcmFormat.parse(f"{form}@{rate}x{channels}")
    content = path.read_bytes()
    begin = content.index(b"data") + 8
    size = len(sound(rate, channels)) * pcm.frame
    if header == "raw":
        content = content[begin : begin + size]
    elif header != "true":
        unknown = b"\xff" * 4 if header == "unknown" else bytes(4)
        content = content[:4] + unknown + content[8 : begin - 4] + unknown + content[begin : begin + size]
    os.mkfifo(fifo := folder / "pipe")
    bounds = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]

    def write() -> None:
        with fifo.open("wb", buffering=0) as pipe:
            for first, last in pairwise(bounds):
                pipe.write(content[first:last])

    thread = threading.Thread(target=write)
    thread.start()
    rate_of_model = tiny_detector.grid.sample_rate
    with Recording(fifo, pcm if header == "raw" else None) as recording:
        stream = tiny_detector.stream(rate_of_model, THRESHOLD)
        found = [segment for block in recording.blocks(rate_of_model) for segment in stream.push(block)]
        found += stream.finish()
    thread.join()
    same(found, tiny_detector.detect(path, threshold=THRESHOLD))
