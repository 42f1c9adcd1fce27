"""What one client is answered."""

import numpy as np
import pytest
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.wake import Detect

from specnet.app.detect import Detector
from specnet.app.wyoming.info import info
from specnet.app.wyoming.session import Session
from specnet.app.wyoming.words import WakeWords
from specnet.errors import SpecnetError
from tests.conftest import RATE
from tests.unit.app.wyoming.conftest import SOUND, STOP, chunk, chunks, start

EARLY = 150
"""By so much the end of a word is not yet known when it is told."""


@pytest.fixture
def session(words: WakeWords, log: list[str]) -> Session:
    return Session(words, info(words).event(), log.append)


def answers(session: Session, *events: Event) -> list[Event]:
    return [answer for event in events for turn in session.answer(event) for answer in turn]


def names(events: list[Event]) -> list[str]:
    return [event.data["name"] if event.type == "detection" else event.type for event in events]


def times(events: list[Event]) -> list[int]:
    return [event.data["timestamp"] for event in events]


def test_questions(session: Session) -> None:
    [described, pong] = answers(session, Describe().event(), Ping("there?").event())
    assert Info.from_event(described).wake[0].models[0].name == "low"
    assert (pong.type, pong.data) == ("pong", {"text": "there?"})
    assert answers(session, Event("transcribe", {"language": "en"}), Event("")) == []


def test_a_stream(session: Session, log: list[str]) -> None:
    events = answers(session, start(), *chunks(SOUND), STOP)
    assert names(events) == ["low", "high"]
    assert times(events) == pytest.approx([700, 1400], abs=EARLY)
    assert "'low' until 0.6" in log[0] and "score 0." in log[0]
    assert names(answers(session, start(), *chunks(SOUND[:8_000]), STOP)) == ["not-detected"]
    assert names(answers(session, *chunks(SOUND), STOP)) == ["low", "high"], "without audio-start"
    assert names(answers(session, STOP)) == ["not-detected"]


def test_timestamps_are_on_the_clients_clock(session: Session) -> None:
    stamped = [chunk(SOUND[at : at + 320], 100_000 + at // 32) for at in range(0, len(SOUND), 320)]
    events = answers(session, start(), *stamped, STOP)
    assert times(events) == pytest.approx([100_700, 101_400], abs=EARLY)
    assert times(events) == [100_000 + time for time in times(answers(session, start(), *chunks(SOUND), STOP))]


def test_chosen_words(session: Session, log: list[str]) -> None:
    for chosen, expected in ((["high"], ["high"]), (["low", "alexa"], ["low"]), ([], ["low", "high"])):
        assert names(answers(session, Detect(chosen).event(), start(), *chunks(SOUND), STOP)) == expected
    assert log[1].startswith("detect: no word 'alexa': here are low, high")
    with pytest.raises(SpecnetError, match="detect: no word 'alexa': here are low, high"):
        answers(session, Detect(["alexa"]).event())


def test_detect_forgets_what_was_heard(session: Session) -> None:
    low = round(0.6 * 2 * RATE)  # in the middle of it
    events = answers(session, *chunks(SOUND[:low]), Detect(["high"]).event(), *chunks(SOUND[low:]), STOP)
    assert names(events) == ["high"] and times(events) == pytest.approx([800], abs=EARLY)


def test_a_word_is_told_before_its_segment_is_certain(session: Session, tiny_detector: Detector) -> None:
    said = round(0.8 * 2 * RATE)  # 0.1 s after "low"
    assert names(answers(session, *chunks(SOUND[:said]))) == ["low"]
    assert tiny_detector.stream(RATE, 0.6).push(np.frombuffer(SOUND[:said], "<i2") / 32768) == []


@pytest.mark.parametrize(
    ("events", "complaint"),
    [
        ([start(rate=0)], "a sample rate of 0 Hz"),
        ([start(width=10**9)], "samples of 1000000000 bytes"),
        ([start(channels=0)], "0 channels"),
        ([Event("audio-start", {"rate": 16_000})], "sound whose width is None: must be a whole number"),
        ([Event("audio-start", {"rate": "16000", "width": 2, "channels": 1})], "rate is '16000'"),
        ([Event("audio-start", {"rate": True, "width": 2, "channels": 1})], "rate is True"),
        ([Event("audio-chunk", {}, b"ab")], "sound whose rate is None"),
        ([start(), chunk(b"abc")], "3 bytes of sound: must be a multiple of 2"),
        ([start(), chunk(b"ab", rate=8_000)], "audio-chunk: rate is 8000: must stay 16000"),
        ([start(), Event("audio-chunk", {"timestamp": "now"}, b"ab")], "a timestamp is 'now'"),
        ([start(), Event("audio-chunk", {"timestamp": float("nan")}, b"ab")], "a timestamp is nan"),
        ([start(), Event("audio-chunk", {"timestamp": 10**400}, b"ab")], "a timestamp is 1000"),
        ([Event("detect", {"names": "low"})], "detect: names are 'low': must be a list of texts"),
        ([Event("detect", {"names": [1]})], r"detect: names are \[1\]"),
    ],
)
def test_what_cannot_be_meant_is_refused(events: list[Event], complaint: str, session: Session) -> None:
    with pytest.raises(SpecnetError, match=complaint):
        answers(session, *events)


def test_chunks_need_not_repeat_the_format(session: Session) -> None:
    events = [start(), *(Event("audio-chunk", {}, each.payload) for each in chunks(SOUND)), STOP]
    assert names(answers(session, *events)) == ["low", "high"]
