"""Every phone is a tone of its own pitch, so that what a splice says can be heard by a spectrum."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from specnet.data.clips import Clip
from specnet.data.interval import Interval
from specnet.data.phones import VOWELS
from specnet.data.runs import Piece, covers, strangeness
from specnet.data.splice import CONTEXT, JOINT, Splicer, _says_otherwise
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
        assert 0.6 - 3 * JOINT - 1e-3 <= word.end - word.start <= 0.6 - JOINT + 1e-3


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


def test_halves_of_a_vowel_are_joined_without_a_gap(speak: Speak) -> None:
    clips = [speak(str(i), phones) for i, phones in enumerate(("S W EH S", "T EH L S", "T K AH S", "S AH M T"))]
    splicer = Splicer(clips, "welcome", WORD)
    for seed in range(5):
        said = splicer.word(np.random.default_rng(seed))
        phones = inside(said)
        assert [phone.label for phone in phones] == WORD
        assert [heard(said, phone) for phone in phones] == [PITCH[phone] for phone in WORD]
        vowel = phones[1]
        envelope = np.abs(said.cropped(vowel.start + 0.01, vowel.end - 0.01).waveform).reshape(-1, 32).max(1)
        assert envelope.min() > 0.4 * envelope.max()  # two halves of unlike phase may cancel, but never to silence


def test_words_are_said_at_many_paces(speak: Speak) -> None:
    def stretched(name: str, phones: str, factor: float) -> Clip:
        clip = speak(name, phones)
        longer = tuple(p.scaled(factor) for p in clip.phones)
        return replace(clip, phones=longer)

    clips = [stretched(f"{p} {f}", p, f) for f in (0.6, 1.0, 1.3) for p in ("S W EH L T S S", "T K AH M S S S")]
    splicer = Splicer(clips, "welcome", WORD)
    said = [splicer.word(np.random.default_rng(seed)) for seed in range(60)]
    lengths = [one.words[0].end - one.words[0].start for one in said]
    assert min(lengths) < 0.4 and max(lengths) > 0.6
    halves = [(inside(one)[0], inside(one)[-1]) for one in said]
    alike = [w.end - w.start == pytest.approx(m.end - m.start, abs=0.01) for w, m in halves]
    assert np.mean(alike) > 0.8  # a third would be chance: both runs keep the pace of the word
    slow = Splicer(clips, "welcome", WORD, pace=0.11)
    slower = [slow.word(np.random.default_rng(seed)).words[0] for seed in range(60)]
    assert np.mean([word.end - word.start for word in slower]) > 1.1 * np.mean(lengths)


def test_runs_are_taken_from_beside_phones_like_those_of_the_word(
    speak: Speak, monkeypatch: pytest.MonkeyPatch
) -> None:
    dark = [speak("well cut", "S W EH L K S"), speak("two", "T K AH M S")]
    monkeypatch.setitem(PITCH, "L", 1100)
    light = [speak(f"hello {i}", "S W EH L AH S") for i in range(3)]
    splicer = Splicer([*dark, *light], "welcome", WORD)
    said = [splicer.word(np.random.default_rng(seed)) for seed in range(30)]
    assert {heard(one, inside(one)[2]) for one in said} == {
        1000
    }  # one in four would be, if the next phone did not count


@pytest.mark.parametrize(("before", "after", "expected"), [("", "", 0), ("Z", "G", 0), ("T", "S", 2), ("AH", "AH", 4)])
def test_strangeness_counts_neighbours(before: str, after: str, expected: int, speak: Speak) -> None:
    run = (speak("one", "S W EH L K"), 2)
    assert strangeness(run, Piece(("W", "EH", "L")), before, after) == expected


def test_strangeness_at_the_ends_of_a_recording(speak: Speak) -> None:
    clip = speak("one", "W EH L")
    assert strangeness((clip, 1), Piece(("W", "EH", "L")), "T", "AH") == 4
    assert strangeness((clip, 1), Piece(("W", "EH", "L")), "", "SIL") == 0


def test_runs_come_from_one_speaker_where_they_can(speak: Speak) -> None:
    clips = [
        *(speak(f"{who} {i}", phones, who) for i, phones in enumerate(("S W EH L T", "T K AH M S")) for who in "ab"),
        speak("loud", "T K AH M S", "c", level=0.9),
    ]
    splicer = Splicer(clips, "welcome", WORD)
    random = np.random.default_rng(0)
    cover = (Piece(tuple(WORD[:3])), Piece(tuple(WORD[3:])))
    same = [len({clip.speaker for clip, _ in splicer._choose(cover, random)}) == 1 for _ in range(60)]
    assert np.mean(same) > 0.8  # a third would be chance


def test_a_drawled_phone_is_no_material(speak: Speak) -> None:
    assert not Splicer([speak("one", "S W EH L T", long=[2]), speak("two", "T K AH M S")], "welcome", WORD)


def test_without_the_runs_there_is_nothing_to_splice(speak: Speak) -> None:
    assert not Splicer([speak("one", "S W EH L T")], "welcome", WORD)
    assert not Splicer([], "welcome", WORD)


def test_a_near_miss_is_a_part_of_the_word_without_a_label(speak: Speak) -> None:
    clips = [speak("one", "S W EH L T"), speak("two", "T K AH M S"), speak("other", "S T S T S T")]
    splicer = Splicer(clips, "welcome", WORD)
    halves = set()
    for seed in range(30):
        said = splicer.near_miss(np.random.default_rng(seed))
        assert said.words == ()
        names = " ".join(phone.label for phone in said.phones)
        assert " ".join(WORD) not in names
        halves |= {half for half in ("W EH L", "K AH M") if half in names}
        assert [heard(said, p) for p in said.phones if p.label in WORD and p.end - p.start > 0.09] == [
            PITCH[p.label] for p in said.phones if p.label in WORD and p.end - p.start > 0.09
        ]
    assert halves == {"W EH L", "K AH M"}


def test_a_near_miss_never_goes_on_as_the_word_does(speak: Speak) -> None:
    clips = [speak("one", "S W EH L K AH M S"), speak("two", "T W EH L K AH M S")]
    splicer = Splicer(clips, "welcome", WORD)
    for seed in range(60):
        said = splicer.near_miss(np.random.default_rng(seed))
        cut = [phone.label for phone in said.phones]
        joints = [i for i in range(len(cut) - 5) if cut[i : i + 6] == WORD]
        whole = [i for i in joints if said.phones[i + 5].end - said.phones[i].start < 0.6 - JOINT / 2]
        assert not whole  # only the sentence's own word is left whole, and no joint is in it


def test_a_near_miss_may_be_the_word_with_one_other_run(speak: Speak) -> None:
    clips = [speak("one", "S W EH L T"), speak("two", "T K AH M S"), speak("other", "S T EH L S T AH M T")]
    splicer = Splicer(clips, "welcome", WORD)
    found = set()
    for seed in range(60):
        said = splicer.near_miss(np.random.default_rng(seed))
        names = " ".join(phone.label for phone in said.phones)
        assert " ".join(WORD) not in names and said.words == ()
        found |= {near for near in ("T EH L K AH M", "W EH L T AH M") if near in names}
    assert found == {"T EH L K AH M", "W EH L T AH M"}


def test_a_near_miss_may_be_a_run_with_all_that_was_said_around_it(speak: Speak) -> None:
    clips = [speak("one", "S W EH L T"), speak("two", "T K AH M S")]
    keyword = speak("three", f"S {' '.join(WORD)} T", level=0.2)
    keyword = replace(keyword, words=(Interval("welcome", keyword.phones[2].start, keyword.phones[7].end),))

    def whole(clip: Clip, *among: Clip) -> float:
        """How often a near miss is nothing but the clip."""
        splicer = Splicer(among, "welcome", WORD)
        near = [splicer.near_miss(np.random.default_rng(seed)).waveform for seed in range(200)]
        return float(np.mean([np.array_equal(wave, clip.load().waveform) for wave in near]))

    assert [whole(clip, *clips) for clip in clips] == pytest.approx([0.2, 0.2], abs=0.07)
    assert whole(keyword, keyword) == 0, "a keyword is not nearly one"


def test_a_consonant_is_not_swapped_for_its_kin(speak: Speak) -> None:
    PITCH["N"] = 2200
    clips = [speak("one", "S W EH L T"), speak("two", "T K AH M S"), speak("kin", "S K AH N S")]
    splicer = Splicer(clips, "welcome", WORD)
    for seed in range(60):
        said = splicer.near_miss(np.random.default_rng(seed))
        assert "W EH L K AH N" not in " ".join(phone.label for phone in said.phones)


def test_a_swapped_consonant_does_not_melt_with_the_next(speak: Speak) -> None:
    clips = [
        speak("one", "S W EH L T"),
        speak("two", "T K AH M S"),
        speak("melts", "S W EH K S"),
        speak("far", "W EH S"),
    ]
    splicer = Splicer(clips, "welcome", WORD)
    said = [splicer.near_miss(np.random.default_rng(seed)) for seed in range(100)]
    names = [" ".join(phone.label for phone in one.phones) for one in said]
    assert any("W EH S K AH M" in name for name in names)
    first = Piece(("W", "EH", "L"))
    assert _says_otherwise(("W", "EH", "S"), first, "K") and not _says_otherwise(("W", "EH", "K"), first, "K")


def test_a_near_miss_of_speech_with_the_word_does_not_hold_it(speak: Speak) -> None:
    def labelled(clip: Clip, *first: int) -> Clip:
        words = [Interval("welcome", clip.phones[i].start, clip.phones[i + 5].end) for i in first]
        return replace(clip, words=tuple(words))

    twice = labelled(speak("twice", f"S {' '.join(WORD)} S T {' '.join(WORD)} T"), 2, 10)
    clips = [twice, labelled(speak("once", f"T {' '.join(WORD)}"), 2), speak("other", "S T EH L S T AH M T")]
    splicer = Splicer(clips, "welcome", WORD)
    kinds = set()
    for seed in range(200):
        said = splicer.near_miss(np.random.default_rng(seed))
        names = " ".join(phone.label for phone in said.phones)
        assert " ".join(WORD) not in names and said.words == ()
        kinds.add(names)
    assert len(kinds) > 20


def test_covers_are_all_ways_to_cut_and_nothing_else() -> None:
    for phones in ("AY", "HH EY", "AH L EH K", "S N OW B OY", "K AH M P Y UW T ER"):
        word = tuple(phones.split())
        found = list(covers(word))
        assert len(set(found)) == len(found)
        for cover in found:
            assert 2 <= len(cover) <= 4
            said = cover[0].phones
            for before, piece in pairwise(cover):
                assert before.to_middle == piece.from_middle
                assert not piece.from_middle or said[-1] == piece.phones[0] in VOWELS
                said += piece.phones[piece.from_middle :]
            assert said == word
            assert all(len(piece.phones) >= 2 for piece in cover)
            assert sum(piece.size for piece in cover) == len(word)
        vowels = sum(phone in VOWELS for phone in word[1:-1])
        assert sum(len(cover) == 2 for cover in found) == max(0, len(word) - 3) + vowels
