from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.data.utterance import SAMPLE_RATE
from specnet.data.voices import Line
from specnet.data.voices.espeak import Espeak
from specnet.errors import SpecnetError


def test_a_labelled_part_is_where_it_sounds(espeak: Path, recordings: Path) -> None:
    line = Line((("he says", ""), ("welcome", "welcome"), ("home,", "")), "en-gb+f2")
    said = Espeak().say(line)
    (word,) = said.words
    assert word.label == "welcome"
    assert 0.3 < word.start < 0.51  # the pauses of 0.25 s around every part are gone
    assert word.end - word.start == pytest.approx(0.6, abs=0.1)
    original, _ = soundfile.read(recordings / "dir-welcome.flac", dtype="float32")
    heard = said.waveform[round(word.start * SAMPLE_RATE) : round(word.end * SAMPLE_RATE)]
    likeness = np.correlate(
        original[: round(0.8 * SAMPLE_RATE)], heard, "valid" if len(heard) < 12800 else "full"
    ).max()
    assert likeness > 0.95 * np.square(heard).sum()
    assert said.phones == ()


def test_the_program_is_told_voice_speed_and_text(espeak: Path) -> None:
    Espeak().say(Line((("hello there", ""),), "en-us+m3", speed=1.2))
    assert espeak.read_text() == "-v en-us+m3 -s 198 --stdout hello there\n"


def test_what_cannot_be_said_is_one_line(espeak: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = "espeak-ng cannot say 'unspeakable' with voice 'en-us': no such word"
    with pytest.raises(SpecnetError, match=message):
        Espeak().say(Line((("unspeakable", ""),), "en-us"))
    soundfile.write(espeak.with_name("other.wav"), np.zeros(2205), 22050)
    with pytest.raises(SpecnetError, match=r"espeak-ng says nothing for '\.\.\.' with voice 'en-us'"):
        Espeak().say(Line((("...", ""),), "en-us"))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SpecnetError, match="espeak-ng: program not found; install it"):
        Espeak()


def test_names_are_accents_with_variants(espeak: Path) -> None:
    names = Espeak().names()
    assert len(set(names)) == len(names) > 100
    assert {"en-us+m1", "en-gb-scotland+f5"} <= set(names)
