"""Words are tones here, in noise, so that it is known when each begins and ends."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from specnet.data.clips import Clip
from specnet.data.interval import Interval
from specnet.data.words import PHRASE, cut, phrase, read_words, spoken

RATE = 16_000
LABELS = ("go", "wake up", "unknown")
Floats = NDArray[np.float32]


def tones(*spans: tuple[float, float], seconds: float = 1.0, noise: float = 0.003) -> Floats:
    wave = np.random.default_rng(0).normal(0, noise, round(seconds * RATE))
    for start, end in spans:
        first, last = round(start * RATE), round(end * RATE)
        wave[first:last] += 0.3 * np.sin(0.3 * np.arange(last - first))
    return wave.astype(np.float32)


@pytest.mark.parametrize("noise", [0.0, 0.003, 0.03])
@pytest.mark.parametrize("loudness", [0.01, 1.0])
def test_a_word_is_said_where_it_is_loud(noise: float, loudness: float) -> None:
    start, end = spoken(np.float32(loudness) * tones((0.3, 0.75), noise=noise))
    assert (start, end) == (pytest.approx(0.3, abs=0.03), pytest.approx(0.75, abs=0.03))


def test_a_stop_is_part_of_the_word_and_a_later_click_is_not() -> None:
    assert spoken(tones((0.2, 0.4), (0.5, 0.55))) == (pytest.approx(0.2, abs=0.03), pytest.approx(0.55, abs=0.03))
    assert spoken(tones((0.2, 0.4), (0.8, 0.85)))[1] == pytest.approx(0.4, abs=0.03)
    assert spoken(tones((0.1, 0.12), (0.5, 0.8)))[0] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("wave", [np.zeros(RATE, np.float32), np.zeros(400, np.float32), tones(noise=0.1)])
def test_silence_and_noise_have_some_place(wave: Floats) -> None:
    start, end = spoken(wave)
    assert 0 <= start < end <= len(wave) / RATE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "mine" / "words"
    for name in ("go/ann_1.wav", "go/bob.wav", "wake_up/ann_2.wav", "cat/cy_3.wav", "dog/cy_4.wav", "_noise_/x.wav"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(place / name, tones((0.3, 0.75)), RATE)
    return place


def test_folders_are_labels_or_unknown_or_left_out(folder: Path, tmp_path: Path) -> None:
    clips = read_words(folder, LABELS, "unknown", ["dog"], tmp_path / "cache")
    assert {clip.name: clip.words[0].label for clip in clips} == {
        "go/ann_1.wav": "go",
        "go/bob.wav": "go",
        "wake_up/ann_2.wav": "wake up",
        "cat/cy_3.wav": "unknown",
    }
    assert [clip.text[0].label for clip in clips] == ["cat", "go", "go", "wake up"]
    assert [clip.speaker for clip in clips] == ["cy", "ann", "bob.wav", "ann"]  # nobody else has recorded "bob.wav"
    assert {clip.source for clip in clips} == {"mine/words"}
    for clip in clips:
        assert clip.words[0][1:] == (pytest.approx(0.3, abs=0.03), pytest.approx(0.75, abs=0.03))


def test_without_a_label_for_them_other_words_are_background(folder: Path, tmp_path: Path) -> None:
    clips = read_words(folder, LABELS[:2], None, [], tmp_path / "cache")
    assert {Path(clip.name).parent.name for clip in clips if not clip.words} == {"cat", "dog"}


@pytest.fixture
def sentence(record: Callable[..., Clip]) -> Clip:
    """I go know no cap: "no" is a label, "know" sounds like it, and "I" is too short."""
    said = {"i": "AY", "go": "G OW", "know": "N OW", "no": "N OW", "cap": "K AE P"}
    words, phones, at = [], [], 0.0
    for word, ways in said.items():
        length = 0.1 if word == "i" else 0.3
        words.append(Interval(word, at, at + length))
        each = length / len(ways.split())
        phones += [Interval(p, at + i * each, at + (i + 1) * each) for i, p in enumerate(ways.split())]
        at += length
    return replace(record(tones((0.0, 1.3), seconds=1.5), "talks/a", phones=phones), text=tuple(words))


def test_words_are_cut_out_by_what_they_sound_like(sentence: Clip) -> None:
    pieces = cut([sentence, replace(sentence, phones=())], ["no", "stop"], "unknown")
    assert [piece.words[0].label for piece in pieces] == ["unknown", "no", "no", "unknown"]
    for piece, word in zip(pieces, sentence.text[1:], strict=True):
        assert piece.duration == pytest.approx(0.3, abs=1e-3) and piece.words == (
            (piece.words[0].label, 0.0, piece.duration),
        )
        first = round(word.start * RATE)
        np.testing.assert_array_equal(piece.load().waveform, sentence.load().waveform[first : first + piece.length])


@pytest.mark.parametrize("known", ["text", "phones"])
def test_a_phrase_is_of_whole_words_and_begins_anywhere(record: Callable[..., Clip], known: str) -> None:
    spans = [(0.1 + 0.4 * i, 0.4 + 0.4 * i) for i in range(10)]
    words = tuple(Interval("ab"[i % 2], *span) for i, span in enumerate(spans))
    between = tuple(Interval("SIL", end, end + 0.1) for _, end in spans)
    sentence = replace(record(tones(*spans, seconds=4.2, noise=0)), **{known: tuple(sorted(words + between, key=at))})
    random = np.random.default_rng(0)
    for _ in range(60):
        said = phrase(sentence, random)
        loud = np.flatnonzero(said.waveform)
        assert loud[0] < 0.01 * RATE and loud[-1] > len(said.waveform) - 0.01 * RATE
        assert round((said.duration - 0.3) / 0.4, 6) % 1 == pytest.approx(0, abs=0.001)  # words of 0.3 s, pauses of 0.1
        assert said.duration <= PHRASE[1] + 0.3
    assert len({phrase(sentence, random).duration for _ in range(60)}) >= 3


def at(interval: Interval) -> float:
    return interval.start


def test_a_phrase_of_a_sentence_without_times_is_some_of_it(record: Callable[..., Clip]) -> None:
    sentence, random = record(tones((0.0, 3.0), seconds=3.0)), np.random.default_rng(0)
    lengths = [phrase(sentence, random).duration for _ in range(60)]
    assert PHRASE[0] <= min(lengths) < 0.5 < 1.3 < max(lengths) <= PHRASE[1]
    assert phrase(record(tones((0.0, 0.2), seconds=0.2), "short"), random).duration == pytest.approx(0.2)
