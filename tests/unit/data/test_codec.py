from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.data import codec
from specnet.data.codec import CODECS, coded
from specnet.errors import SpecnetError

RATE = 16000
MOST_DELAY = 0.003  # seconds


@pytest.fixture
def speech(recordings: Path) -> np.ndarray:
    wave, _ = soundfile.read(recordings / "librispeech-26-495-0030.flac", dtype="float32")
    return wave[: 3 * RATE + 1]  # an odd number: half of the samples are no whole number of them


def delay(before: np.ndarray, after: np.ndarray) -> float:
    size = 2 * len(before)
    correlation = np.fft.irfft(np.fft.rfft(after, size) * np.conj(np.fft.rfft(before, size)), size)
    late = int(np.argmax(correlation))
    return (late if late < len(before) else late - size) / RATE


@pytest.mark.parametrize("name", CODECS)
def test_words_stay_where_they_were(name: codec.Name, speech: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    """At any bit rate: libsndfile takes the delay of some away, and not that of MP3 at low ones."""
    for seed, level in enumerate([None] if CODECS[name].drawn is None else [0.62, 0.8, 0.9, 0.95, 0.99]):
        monkeypatch.setattr(codec.Codec, "level", lambda self, random, level=level: level)
        heard = coded(speech, np.random.default_rng(seed), [name])
        assert (heard.dtype, len(heard)) == (np.float32, len(speech))
        assert abs(delay(speech, heard)) <= MOST_DELAY, level
        similarity = speech @ heard / np.sqrt((speech @ speech) * (heard @ heard))
        assert 0.85 < similarity < 0.99999, level  # it is the same speech, and something happened to it


def test_levels_give_the_bit_rates_that_are_drawn() -> None:
    random = np.random.default_rng(0)
    for name, (least, most) in {"opus": (8, 48), "mp3": (16, 64)}.items():
        levels = [CODECS[name].level(random) for _ in range(200)]
        rates = [CODECS[name].most - (CODECS[name].most - CODECS[name].least) * level for level in levels]
        assert min(rates) >= least and max(rates) <= most
        assert min(rates) < 1.15 * least and max(rates) > 0.85 * most
    assert CODECS["gsm"].level(random) is None


def test_lower_rates_leave_less(speech: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("opus", "mp3"):
        errors = []
        for level in (0.7, 0.99):
            monkeypatch.setattr(codec.Codec, "level", lambda self, random, level=level: level)
            errors.append(float(np.square(coded(speech, np.random.default_rng(0), [name]) - speech).mean()))
        assert errors[1] > 2 * errors[0]


def test_a_telephone_has_no_treble(speech: np.ndarray) -> None:
    hertz = np.fft.rfftfreq(len(speech), 1 / RATE)
    for name in ("mu-law", "a-law", "gsm"):
        power = np.square(np.abs(np.fft.rfft(coded(speech, np.random.default_rng(0), [name]))))
        assert power[hertz > 4500].sum() < 1e-3 * power.sum()


def test_every_codec_that_is_named_is_used_and_no_other(speech: np.ndarray) -> None:
    wave, random = speech[:RATE], np.random.default_rng(0)
    one = {coded(wave, random, ["mu-law"]).tobytes() for _ in range(4)}
    assert len(one) == 1
    both = {coded(wave, random, ["mu-law", "a-law"]).tobytes() for _ in range(20)}
    assert len(both) == 2 and one < both


def test_a_codec_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    codec.require(list(CODECS))
    monkeypatch.setattr(soundfile, "check_format", lambda format, subtype: format != "MP3")
    with pytest.raises(SpecnetError, match=r"scenes[.]codecs: libsndfile .* has no mp3; leave it out"):
        codec.require(["gsm", "mp3"])
