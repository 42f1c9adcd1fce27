"""Law 3 over the network: a client of `specnet wyoming` hears of what `specnet detect` finds in the same
file, once each and before the segment is certain."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from wave import open as open_wave

import numpy as np
import pytest
import soundfile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event

from specnet.app.detect import Detector
from specnet.app.wyoming.address import Address
from specnet.app.wyoming.server import serving
from specnet.app.wyoming.words import Spotter, WakeWords
from tests.conftest import beeps

DATA = Path(__file__).parents[2] / "data"
SUBTYPES = {1: "PCM_U8", 2: "PCM_16", 3: "PCM_24", 4: "PCM_32"}
THRESHOLD = 0.02
CUTS = st.lists(st.integers(0, 100_000), max_size=30)


def heard(
    words: WakeWords, form: tuple[int, int, int], sound: bytes, cuts: Sequence[int], ends: bool = True
) -> list[Event]:
    """The answers to `sound`, cut before these samples, which `ends` there or goes on."""
    frame = form[1] * form[2]
    bounds = [0, *sorted(min(cut * frame, len(sound)) for cut in cuts), len(sound)]

    async def main() -> list[Event]:
        async with (
            asyncio.timeout(60),
            serving(words, Address("127.0.0.1", 0), lambda _: None) as address,
            AsyncTcpClient(address.host, address.port) as client,
        ):
            await client.write_event(AudioStart(*form).event())
            for begin, end in pairwise(bounds):
                await client.write_event(AudioChunk(*form, sound[begin:end]).event())
            if ends:
                await client.write_event(AudioStop().event())
            await client.write_event(Event("ping"))
            answers: list[Event] = []
            while (event := await client.read_event()) is not None and event.type != "pong":
                answers.append(event)
            return answers

    return asyncio.run(main())


def same(answers: list[Event], detector: Detector, file: Path, threshold: float) -> None:
    found = detector.detect(file, threshold=threshold)
    assert sorted(event.data.get("name") for event in answers) == sorted(segment.label for segment in found) and found
    samples, rate = soundfile.read(file)
    stream = detector.stream(rate, threshold)
    words = [*stream.hear(samples).words, *stream.end().words]
    assert [event.data.get("name") for event in answers] == [word.label for word in words]
    for event, word in zip(answers, words, strict=True):
        assert event.data["timestamp"] == pytest.approx(1000 * word.end, abs=1)


@settings(deadline=None, max_examples=25)
@example(cuts=list(range(0, 100_000, 1_111)), rate=16_000, width=2, channels=1)  # a word ends in what is gathered
@given(
    cuts=CUTS,
    rate=st.sampled_from([8_000, 16_000, 22_050]),  # the whole in one chunk has less than a MiB
    width=st.sampled_from([1, 2, 3, 4]),
    channels=st.integers(1, 3),
)
def test_any_format_in_any_chunks(
    tiny_detector: Detector,
    tmp_path_factory: pytest.TempPathFactory,
    cuts: list[int],
    rate: int,
    width: int,
    channels: int,
) -> None:
    sound = beeps(2.0, ("low", 0.0), ("high", 0.9), ("low", 1.3), ("high", 1.8), rate=rate)
    path = tmp_path_factory.mktemp("sound") / "sound.wav"
    soundfile.write(path, np.stack([sound, *[0.9 * sound] * (channels - 1)], axis=1), rate, SUBTYPES[width])
    with open_wave(str(path)) as file:
        raw = file.readframes(file.getnframes())
    answers = heard(WakeWords([Spotter(tiny_detector, THRESHOLD)]), (rate, width, channels), raw, cuts)
    same(answers, tiny_detector, path, THRESHOLD)


@pytest.mark.parametrize("cuts", [range(2_000), range(0, 100_000, 1_023), []], ids=["single", "odd", "whole"])
def test_real_recordings(cuts: Sequence[int]) -> None:
    words = WakeWords.load(["welcome"])
    [spotter] = words.spotters
    for name in ("dir-welcome", "dir-intro"):
        samples, rate = soundfile.read(path := DATA / f"{name}.flac", dtype="int16")
        answers = heard(words, (rate, 2, 1), samples.tobytes(), cuts)
        same(answers, spotter.detector, path, spotter.threshold)


@pytest.mark.parametrize(("name", "end"), [("dir-welcome", 0.68), ("dir-intro", 0.77)])
def test_a_word_is_told_a_fifth_of_a_second_after_its_end(name: str, end: float) -> None:
    words = WakeWords.load(["welcome"])
    samples, rate = soundfile.read(DATA / f"{name}.flac", dtype="int16")
    said = samples[: round((end + 0.2) * rate)]
    [answer] = heard(words, (rate, 2, 1), said.tobytes(), range(0, len(said), 320), ends=False)
    assert answer.data["name"] == "welcome" and answer.data["timestamp"] == pytest.approx(1000 * end, abs=100)


def test_a_word_that_the_end_of_the_sound_cuts_off_is_told_once() -> None:
    words = WakeWords.load(["welcome"])
    samples, rate = soundfile.read(DATA / "dir-welcome.flac", dtype="int16")
    said = samples[: round(0.68 * rate)]  # the scores peak only in what follows
    assert [answer.type for answer in heard(words, (rate, 2, 1), said.tobytes(), [])] == ["detection"]
