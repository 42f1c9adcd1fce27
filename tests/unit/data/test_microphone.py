from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.data import augment
from specnet.data.clips import Clip
from specnet.data.microphone import Microphone
from specnet.data.mix import Material, Mix
from specnet.errors import SpecnetError

RATE = 16000
PLAIN = Mix(
    length=2.0, noise_share=0.0, reverb_share=0.0, colour_db=0.0, telephone_share=0.0, clipping_share=0.0,
    start_share=0.0, gain_db=(-6.0, -6.0),
)  # fmt: skip


def tone(hertz: float, seconds: float = 2.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def level(wave: np.ndarray, hertz: float) -> float:
    """In dB, of a tone."""
    return float(20 * np.log10(np.abs(np.fft.rfft(wave * np.hanning(len(wave))))[round(hertz * len(wave) / RATE)]))


@pytest.fixture
def material(record: Callable[..., Clip]) -> Material:
    """Others hum at 300 Hz, in recordings of any length, or at 500 Hz; the keyword is 1.5 kHz."""
    room = np.zeros(4000, np.float32)
    room[[0, 3200]] = 0.8, 0.6
    word = record(tone(1500), "word")
    speech = [record(tone(300, 0.3), "short"), record(tone(300, 5.0), "long"), record(tone(500, 5.0), "other")]
    return Material(speech, [word], [word], [word], [record(tone(3000), "noise")], (room,), ())


def heard_by(microphone: Microphone, said: np.ndarray, seed: int = 0) -> np.ndarray:
    return microphone.heard([said], [1.0], [np.random.default_rng(seed)])[0][0]


def heard(material: Material, mix: Mix, seed: int = 0, said: float = 1000) -> np.ndarray:
    return heard_by(Microphone(material, mix), tone(said), seed)


def test_others_talk_all_the_while_at_their_level_and_say_no_keyword(material: Material) -> None:
    for seed in range(8):
        mix = replace(PLAIN, overlap_share=1.0, overlap_snr_db=(6.0, 6.0))
        wave = heard(replace(material, speech=material.speech[:2]), mix, seed)
        for second in (0.0, 0.5, 1.0, 1.5):
            part = wave[round(second * RATE) :][: RATE // 2]
            assert level(part, 1000) - level(part, 300) == pytest.approx(6.0, abs=1.0)
            assert level(part, 1500) < level(part, 1000) - 40


@pytest.mark.parametrize(("voices", "both"), [((1, 1), False), ((6, 6), True)])
def test_several_people_talk_where_several_are_asked_for(
    voices: tuple[int, int], both: bool, material: Material
) -> None:
    mix = replace(PLAIN, overlap_share=1.0, overlap_voices=voices, overlap_snr_db=(0.0, 0.0))
    waves = [heard(replace(material, speech=material.speech[1:]), mix, seed) for seed in range(8)]
    together = [min(level(wave, 300), level(wave, 500)) > level(wave, 1000) - 25 for wave in waves]
    assert (sum(together) >= 6) == both


def test_a_nearer_speaker_has_less_echo(material: Material) -> None:
    def echo(direct_db: float) -> float:
        mix = replace(PLAIN, reverb_share=1.0, direct_db=(direct_db, direct_db))
        said = np.zeros(2 * RATE, np.float32)
        said[8000] = 1.0
        wave = heard_by(Microphone(material, mix), said)
        return float(20 * np.log10(wave[11200] / wave[8000]))

    assert echo(0.0) == pytest.approx(20 * np.log10(0.75), abs=0.1)
    assert echo(6.0) == pytest.approx(echo(0.0) - 6, abs=0.1)
    assert echo(-6.0) == pytest.approx(echo(0.0) + 6, abs=0.1)


EFFECTS = ("overlap", "resonance", "gate", "gain_control", "quantisation", "codec", "packet_loss")


@pytest.mark.parametrize("share", EFFECTS)
def test_every_effect_is_heard_as_often_as_its_share(
    share: str, material: Material, recordings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(augment, "hiss", lambda: np.zeros(2 * RATE, np.float32))  # so that nothing else is by chance
    said, _ = soundfile.read(recordings / "dir-welcome.flac", dtype="float32", frames=2 * RATE)
    said = np.resize(said, 2 * RATE)

    def changed(much: float) -> int:
        mix = replace(PLAIN, codecs=("mu-law",), **{f"{share}_share": much})
        microphone = Microphone(material, mix)
        waves = [heard_by(microphone, said, seed) for seed in range(20)]
        return sum(not np.array_equal(wave, plain) for wave in waves)

    plain = heard_by(Microphone(material, PLAIN), said)
    assert changed(0.0) == 0
    assert 3 <= changed(0.5) <= 16
    assert changed(1.0) >= (10 if share == "packet_loss" else 20)  # a scene may be too short to lose any


def test_a_codec_that_is_not_there_is_said_before_anything_is_composed(
    material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundfile, "check_format", lambda format, subtype: False)
    Microphone(material, PLAIN)
    with pytest.raises(SpecnetError, match=r"scenes[.]codecs: libsndfile .* has no mu-law"):
        Microphone(material, replace(PLAIN, codec_share=0.1))
