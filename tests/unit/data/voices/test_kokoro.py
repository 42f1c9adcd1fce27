"""The engine's own arithmetic, with a small graph in the model's place: every phoneme is a tone of its own length."""

import io
import urllib.error
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from specnet.data import ipa
from specnet.data.utterance import SAMPLE_RATE, Utterance
from specnet.data.voices import Line, kokoro
from specnet.data.voices.kokoro import ACCENTS, DURATION_FRAME, ENGINE_RATE, Kokoro, fetch, unknown
from specnet.errors import SpecnetError

SPELT = {"hello": "hɛloʊ", "welcome": "wɛlkəm", "there": "ðɛɹ", "who": "hʉ", "whom": "ʍʉm"}
VOCABULARY = {c: i + 1 for i, c in enumerate("hɛloʊwkəmðɹu ,")}
FRAMES = 4  # of 25 ms a phoneme, and one more for each that follows


class Session:
    """Speaks as the model does: a blank token at either end, durations in frames, audio at 24 kHz."""

    def __init__(self) -> None:
        self.style = np.zeros(0)

    def run(self, names: None, inputs: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        tokens = inputs["tokens"][0]
        assert tokens[0] == tokens[-1] == 0
        self.style = inputs["style"]
        durations = np.array([10, *(FRAMES + i % 3 for i in range(len(tokens) - 2)), 10])
        quiet = (0, VOCABULARY[" "], VOCABULARY[","])
        pieces = [
            np.full(n * DURATION_FRAME, 0.0 if t in quiet else 1.0) for t, n in zip(tokens, durations, strict=True)
        ]
        wave = np.concatenate(pieces)
        tone = 0.3 * np.sin(2 * np.pi * 500 * np.arange(len(wave)) / ENGINE_RATE)
        return wave * tone, durations[None]


def read(text: str, accent: str) -> str:
    return " ".join(SPELT[word.strip(",")] for word in text.split()) + "," * text.count(",")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Kokoro:
    monkeypatch.setattr(kokoro, "read", read)
    engine = Kokoro.__new__(Kokoro)
    styles = {"af_one": np.full((510, 1, 256), 1.0), "am_two": np.full((510, 1, 256), 3.0)}
    file = io.BytesIO()
    np.savez(file, **styles)
    engine._session = Session()
    engine._styles = np.load(io.BytesIO(file.getvalue()))
    engine._longest = 60
    engine._tokenizer = SimpleNamespace(vocab=VOCABULARY, tokenize=lambda ipa: [VOCABULARY[c] for c in ipa])
    return engine


def sounding(said: Utterance) -> list[tuple[float, float]]:
    """Stretches of sound between pauses of 40 ms or more."""
    loud = np.flatnonzero(np.abs(said.waveform) > 0.02) / SAMPLE_RATE
    gaps = np.flatnonzero(np.diff(loud) > 0.04)
    return list(zip([loud[0], *loud[gaps + 1]], [*loud[gaps], loud[-1]], strict=True))


def test_scottish_sounds_are_said_as_the_nearest_that_the_model_knows(engine: Kokoro) -> None:
    said = engine.say(Line((("who", ""), ("whom", "whom")), "af_one", accent="en-gb-scotland"))
    assert [phone.label for phone in said.phones] == ["HH", "UW", "W", "UW", "M"]


def test_times_are_where_the_engine_makes_the_sound(engine: Kokoro) -> None:
    said = engine.say(Line((("hello", ""), ("welcome", "welcome"), ("there", "")), "af_one"))
    stretches = sounding(said)
    assert len(stretches) == 3
    (word,) = said.words
    assert word.label == "welcome"
    assert word[1:] == pytest.approx(stretches[1], abs=0.011)
    assert stretches[0][0] == pytest.approx(0.1, abs=0.02)  # the blank before is cut to a margin


def test_phones_follow_one_another_and_fill_the_word(engine: Kokoro) -> None:
    said = engine.say(Line((("hello", ""), ("welcome", "welcome"), ("there", "")), "af_one"))
    names = [phone.label for phone in said.phones]
    assert names == ["HH", "EH", "L", "OW", "W", "EH", "L", "K", "AH", "M", "DH", "EH", "R"]
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(said.phones))
    inner = said.phones[names.index("W") + 1 : names.index("DH") - 1]
    # characters 6 to 11 of the line; the first and last share the blanks beside them
    assert [p.end - p.start for p in inner] == pytest.approx([0.025 * (FRAMES + i % 3) for i in range(7, 11)])
    word = said.words[0]
    assert said.phones[names.index("W")].start <= word.start < inner[0].start
    assert inner[-1].end < word.end <= said.phones[names.index("DH") - 1].end + 1e-6


def test_phones_are_those_of_english_alone(engine: Kokoro) -> None:
    line = Line((("hello", ""), ("welcome", "welcome")), "af_one")
    english, french = engine.say(line), engine.say(replace(line, accent="fr-fr"))
    assert english.phones and not french.phones
    assert english.words == french.words


@pytest.mark.parametrize("language", ACCENTS)
def test_the_model_knows_the_sounds_of_its_languages(language: str) -> None:
    text = {"hi": "नमस्ते, आप कैसे हैं"}.get(language, "qu'est-ce que niño gnocchi coração ühr")
    assert not unknown(ipa.read(text, ACCENTS[language][0]))


def test_what_the_model_does_not_know_is_named() -> None:
    assert unknown("kˈʏçə, ˈʏ!") == "ʏʏ" and unknown(ipa.read("dzień", "pl")) == "ʑ"


def test_a_spelling_in_ipa_is_said_as_written(engine: Kokoro) -> None:
    spelt = engine.say(Line((("/wɛlkəm/", "welcome"),), "af_one"))
    written = engine.say(Line((("welcome", "welcome"),), "af_one"))
    np.testing.assert_array_equal(spelt.waveform, written.waveform)
    assert spelt.words == written.words


def test_a_mixture_is_the_weighted_mean_of_styles(engine: Kokoro) -> None:
    engine.say(Line((("hello", ""),), "af_one*0.6+am_two*0.4"))
    np.testing.assert_allclose(engine._session.style, np.full((1, 256), 1.8), rtol=1e-6)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (Line((("hello", ""),), "af_nobody"), "voice 'af_nobody': not one of af_one, am_two"),
        (Line((("hello " * 12, ""),), "af_one"), "71 phonemes, must be between 1 and 60"),
        (Line((("", ""),), "af_one"), "0 phonemes, must be between 1 and 60"),
    ],
)
def test_what_cannot_be_said_is_one_line(engine: Kokoro, line: Line, message: str) -> None:
    with pytest.raises(SpecnetError, match=message):
        engine.say(line)


def release(fail: bool) -> Callable[[str, Path], None]:
    def retrieve(url: str, path: Path) -> None:
        path.write_bytes(url.encode())
        if fail:
            raise urllib.error.URLError("no route")

    return retrieve


def test_the_model_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kokoro.urllib.request, "urlretrieve", release(fail=False))
    assert fetch(tmp_path / "kokoro") == tmp_path / "kokoro"
    held = {path.name: path.read_text() for path in (tmp_path / "kokoro").iterdir()}
    assert held == {name: kokoro.RELEASE + name for name in (kokoro.MODEL, kokoro.VOICES)}
    monkeypatch.setattr(kokoro.urllib.request, "urlretrieve", release(fail=True))
    fetch(tmp_path / "kokoro")


def test_without_a_network_the_missing_model_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kokoro.urllib.request, "urlretrieve", release(fail=True))
    with pytest.raises(SpecnetError, match=r"kokoro-v1\.0\.int8\.onnx: not there and https://.* cannot be reached"):
        Kokoro(tmp_path)
    assert not (tmp_path / kokoro.MODEL).exists()  # what was fetched in part is not taken for the model
