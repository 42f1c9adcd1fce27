"""Every phone is a tone of its own pitch, so that what a splice says can be heard by a spectrum."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from specnet.data.clips import Clip
from specnet.data.interval import Interval
from specnet.data.splice import CONTEXT, Splicer, covers
from specnet.data.utterance import Utterance

RATE = 16000
PITCH = {"SIL": 0, "W": 400, "EH": 700, "L": 1000, "K": 1300, "AH": 1600, "M": 1900, "S": 3000, "T": 3500}
WORD = ["W", "EH", "L", "K", "AH", "M"]
Speak = Callable[..., Clip]


@pytest.fixture
def speak(record: Callable[..., Clip]) -> Speak:
    """A recording of phones, 0.1 s each, after 0.5 s of silence."""

    def speak(name: str, phones: str, speaker: str = "ann", level: float = 0.3, long: Sequence[int] = ()) -> Clip:
        at, known, pieces = 0.5, [Interval("SIL", 0.0, 0.5)], [np.zeros(RATE // 2)]
        for i, phone in enumerate(phones.split()):
            seconds = 0.4 if i in long else 0.1
            pieces.append(level * np.sin(2 * np.pi * PITCH[phone] * np.arange(round(seconds * RATE)) / RATE))
            known.append(Interval(phone, at, at + seconds))
            at += seconds
        wave = np.concatenate(pieces).astype(np.float32)
        return record(wave, name, speaker=speaker, phones=known, tone=(level,))

    return speak


def heard(said: Utterance, phone: Interval) -> int:
    """The pitch in the middle of a phone, to 100 Hz."""
    middle = round((phone.start + phone.end) / 2 * RATE)
    spectrum = np.abs(np.fft.rfft(said.waveform[middle - 480 : middle + 480]))
    return round(float(np.argmax(spectrum)) * RATE / 960 / 100) * 100


def inside(said: Utterance) -> list[Interval]:
    word = said.words[0]
    return [p for p in said.phones if p.start >= word.start - 1e-6 and p.end <= word.end + 1e-6]


def test_a_spliced_word_is_its_phones_in_order_at_the_labelled_place(speak: Speak) -> None:
    clips = [speak("one", "S W EH L T"), speak("two", "T K AH M S", speaker="bob"), speak("three", "S W EH T S")]
    splicer = Splicer(clips, "welcome", WORD)
    assert splicer
    for seed in range(10):
        said = splicer.word(np.random.default_rng(seed))
        (word,) = said.words
        assert word.label == "welcome"
        phones = inside(said)
        assert [phone.label for phone in phones] == WORD
        assert (phones[0].start, phones[-1].end) == pytest.approx((word.start, word.end))
        assert [heard(said, phone) for phone in phones] == [PITCH[phone] for phone in WORD]
        assert word.end - word.start == pytest.approx(0.6, abs=1e-3)


def test_what_was_said_around_the_word_stays(speak: Speak) -> None:
    splicer = Splicer([speak("one", "S W EH L T"), speak("two", "T K AH M S")], "welcome", WORD)
    said = splicer.word(np.random.default_rng(0))
    assert [phone.label for phone in said.phones] == ["SIL", "S", *WORD, "S"]
    assert [heard(said, phone) for phone in (said.phones[1], said.phones[-1])] == [PITCH["S"], PITCH["S"]]


def test_context_is_limited(speak: Speak) -> None:
    long = " ".join(["S"] * 50)
    splicer = Splicer([speak("one", f"{long} W EH L"), speak("two", f"K AH M {long}")], "welcome", WORD)
    said = splicer.word(np.random.default_rng(0))
    assert said.words[0].start == pytest.approx(CONTEXT, abs=1e-3)
    assert said.duration - said.words[0].end == pytest.approx(CONTEXT, abs=1e-3)


def test_the_second_run_is_as_loud_as_the_first(speak: Speak) -> None:
    clips = [speak("one", "S W EH L T", level=0.3), speak("two", "T K AH M S", level=0.1)]
    said = Splicer(clips, "welcome", WORD).word(np.random.default_rng(0))
    phones = inside(said)
    powers = [np.square(said.cropped(p.start + 0.01, p.end - 0.01).waveform).mean() for p in phones]
    assert max(powers) / min(powers) < 1.1


def test_runs_come_from_one_speaker_where_they_can(speak: Speak) -> None:
    clips = [
        *(speak(f"{who} {i}", phones, who) for i, phones in enumerate(("S W EH L T", "T K AH M S")) for who in "ab"),
        speak("loud", "T K AH M S", "c", level=0.9),
    ]
    splicer = Splicer(clips, "welcome", WORD)
    random = np.random.default_rng(0)
    cover = (tuple(WORD[:3]), tuple(WORD[3:]))
    same = [len({clip.speaker for clip, _ in splicer._choose(cover, random)}) == 1 for _ in range(60)]
    assert np.mean(same) > 0.8  # a third would be chance


def test_a_drawled_phone_is_no_material(speak: Speak) -> None:
    assert not Splicer([speak("one", "S W EH L T", long=[2]), speak("two", "T K AH M S")], "welcome", WORD)


def test_without_the_runs_there_is_nothing_to_splice(speak: Speak) -> None:
    assert not Splicer([speak("one", "S W EH L T")], "welcome", WORD)
    assert not Splicer([], "welcome", WORD)


def test_a_near_miss_has_a_joint_and_no_label(speak: Speak) -> None:
    clips = [speak("one", "S W EH L T"), speak("two", "T K AH M S"), speak("other", "S T S T S T")]
    splicer = Splicer(clips, "welcome", WORD)
    halves = set()
    for seed in range(30):
        said = splicer.near_miss(np.random.default_rng(seed))
        assert said.words == ()
        names = " ".join(phone.label for phone in said.phones)
        halves |= {half for half in ("W EH L", "K AH M") if half in names}
        assert [heard(said, p) for p in said.phones if p.label in WORD and p.end - p.start > 0.09] == [
            PITCH[p.label] for p in said.phones if p.label in WORD and p.end - p.start > 0.09
        ]
    assert halves == {"W EH L", "K AH M"}


def test_covers_are_all_ways_to_cut_and_nothing_else() -> None:
    for phones in ("AY", "HH EY", "AH L EH K", "S N OW B OY", "K AH M P Y UW T ER"):
        names = tuple(phones.split())
        found = list(covers(names))
        assert len(set(found)) == len(found)
        assert all(sum(cover, ()) == names and 2 <= len(cover) <= 3 for cover in found)
        assert all(len(run) >= 2 for cover in found for run in cover)
        pairs = max(0, len(names) - 3)
        assert sum(len(cover) == 2 for cover in found) == pairs
