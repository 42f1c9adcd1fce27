import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from specnet.data import speech
from specnet.data.interval import Interval
from specnet.data.speech import Cast, Script, lines, synthesise
from specnet.data.utterance import Utterance
from specnet.data.voices import Line
from specnet.data.voices.espeak import Espeak
from specnet.errors import SpecnetError

SCRIPT = Script("welcome", ("welcome", "/wˈɛlkəm/"), ("", "you are"), ("", "home"), ("well", "become"))
CAST = Cast("espeak", 30, 20, ("en-us+m1", "en-gb+f2"), 0.0)
WELCOME = Line((("welcome", "welcome"),), "en-us+m1")


def test_positive_lines_come_first_and_hold_the_label() -> None:
    said = lines(SCRIPT, CAST, seed=1)
    held = [any(label == "welcome" for _, label in line.parts) for line in said]
    assert held == [True] * 30 + [False] * 20
    assert all(text.strip() for line in said for text, _ in line.parts)
    assert {line.voice for line in said} == set(CAST.speakers)
    assert len({line.speed for line in said}) > 10


def test_what_sounds_most_like_the_keyword_is_said_most_often_instead_of_it() -> None:
    near = tuple(f"near{i}" for i in range(100))
    said = lines(replace(SCRIPT, near=near), replace(CAST, positives=0, negatives=400), seed=1)
    words = [text for line in said for text, _ in line.parts if text in near]
    assert len(set(words)) > 90 and 2 < words.count("near0") < 80
    nearest, next_ones = (sum(text in near[a:b] for text in words) for a, b in ((0, 25), (25, 50)))
    assert 1.8 < nearest / next_ones < 3.2  # of squares, 50 % and 21 %
    assert len(words) > 1.5 * len(said)


def test_lines_depend_on_the_seed_alone() -> None:
    assert lines(SCRIPT, CAST, seed=1) == lines(SCRIPT, CAST, seed=1) != lines(SCRIPT, CAST, seed=2)


def test_a_slow_cast_says_the_same_more_slowly() -> None:
    usual, slow = (lines(SCRIPT, replace(CAST, speed=speed), seed=1) for speed in (1.0, 0.8))
    assert [replace(line, speed=1.0) for line in slow] == [replace(line, speed=1.0) for line in usual]
    assert [line.speed for line in slow] == pytest.approx([0.8 * line.speed for line in usual], abs=0.01)


def test_spellings_in_ipa_are_for_engines_that_read_them() -> None:
    def spellings(engine: str) -> set[str]:
        cast = Cast(engine, 40, 0, ("af_one", "am_two"), 0.5)
        return {text for line in lines(SCRIPT, cast, 1) for text, label in line.parts if label}

    assert spellings("espeak") == {"welcome"}
    assert spellings("kokoro") == {"welcome", "/wˈɛlkəm/"}
    with pytest.raises(SpecnetError, match="welcome: espeak reads no IPA; add a spelling in letters"):
        lines(replace(SCRIPT, spellings=("/wˈɛlkəm/",)), CAST, 1)


def test_mixtures_weigh_two_speakers() -> None:
    voices = [line.voice for line in lines(SCRIPT, Cast("kokoro", 40, 0, ("af_one", "am_two"), 0.5), 1)]
    mixed = [voice for voice in voices if "+" in voice]
    assert 10 < len(mixed) < 30
    for voice in mixed:
        assert sum(float(term.split("*")[1]) for term in voice.split("+")) == pytest.approx(1.0)


def test_a_second_call_speaks_nothing_and_gives_the_same(espeak: Path, tmp_path: Path) -> None:
    said = [WELCOME, Line((("you are", ""), ("welcome", "welcome")), "en-gb+f2")]
    notes: list[str] = []
    first = list(synthesise(said, "espeak", Espeak, tmp_path / "said", jobs=1, progress=notes.append))
    spoken = espeak.read_text()
    assert len(spoken.splitlines()) == 3  # each part of each line once
    assert notes == ["synthesising speech with espeak: 2 of 2 lines"]
    assert [[word.label for word in utterance.words] for utterance in first] == [["welcome"], ["welcome"]]
    assert first[0].words[0].start == 0.0 < first[1].words[0].start

    second = list(synthesise(said, "espeak", Espeak, tmp_path / "said", jobs=1, progress=notes.append))
    assert espeak.read_text() == spoken and len(notes) == 1
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.waveform, other.waveform)
        assert one.words == other.words

    list(synthesise([*said, Line((("welcome", ""),), "en-us+m1")], "espeak", Espeak, tmp_path / "said"))
    assert len(espeak.read_text().splitlines()) == 4  # only what was new


def test_a_cached_utterance_is_what_was_said(tmp_path: Path) -> None:
    class Loud:
        def say(self, line: Line) -> Utterance:
            wave = np.sin(np.arange(1600, dtype=np.float32)) * np.float32(0.9)
            return Utterance(wave, (Interval("hey", 0.01, 0.05),), (Interval("EY", 0.02, 0.05),))

        def names(self) -> list[str]:
            return []

    speech._start_speaker(Loud)
    path = speech._speak((WELCOME, tmp_path / "said.flac"))
    held, said = speech.load(path), Loud().say(WELCOME)
    np.testing.assert_allclose(held.waveform, said.waveform, atol=1e-4)
    assert (held.words, held.phones) == (said.words, said.phones)
    assert json.loads(path.with_suffix(".json").read_text())["line"][1] == "en-us+m1"


def test_a_pause_after_the_end_of_the_sound_is_no_phone_of_it(tmp_path: Path) -> None:
    class Trimmed:
        def say(self, line: Line) -> Utterance:
            phones = (Interval("EY", 0.02, 0.05), Interval("K", 0.05, 0.12), Interval("SIL", 0.12, 0.2))
            return Utterance(np.full(1600, 0.5, np.float32), (), phones)

        def names(self) -> list[str]:
            return []

    speech._start_speaker(Trimmed)
    held = speech.load(speech._speak((WELCOME, tmp_path / "said.flac")))
    assert held.phones == (Interval("EY", 0.02, 0.05), Interval("K", 0.05, 0.1))


@pytest.mark.parametrize("interrupted", ["sound", "times"])
def test_an_interrupted_write_is_no_entry(
    interrupted: str, espeak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(file: Path, *_: object, **__: object) -> None:
        Path(file).write_bytes(b"half")
        raise KeyboardInterrupt

    def dumps(_: object) -> str:
        raise KeyboardInterrupt

    cache = tmp_path / "said"
    path = cache / f"{speech._digest(WELCOME, 'espeak')}.flac"
    cache.mkdir()
    speech._start_speaker(Espeak)
    with monkeypatch.context() as patch:
        if interrupted == "sound":
            patch.setattr(speech.soundfile, "write", write)
        else:
            patch.setattr(speech.json, "dumps", dumps)
        with pytest.raises(KeyboardInterrupt):
            speech._speak((WELCOME, path))
    assert {entry.name for entry in cache.iterdir()} == ({path.name} if interrupted == "times" else set())
    before = len(espeak.read_text().splitlines())
    (said,) = synthesise([WELCOME], "espeak", Espeak, cache)
    assert len(espeak.read_text().splitlines()) == before + 1
    assert said.duration > 0.4


def test_what_an_engine_lacks_is_said_before_any_worker_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SpecnetError, match="espeak-ng: program not found"):
        list(synthesise([WELCOME], "espeak", Espeak, tmp_path / "said"))


def test_what_cannot_be_said_ends_the_work_in_one_line(espeak: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match="cannot say 'unspeakable'"):
        list(synthesise([Line((("unspeakable", ""),), "en-us")], "espeak", Espeak, tmp_path / "said", jobs=1))
    assert not list((tmp_path / "said").iterdir())
