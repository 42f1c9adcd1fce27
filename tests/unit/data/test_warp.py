"""A buzz of known pitch through resonances of known places: a voice whose every change can be measured."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_toeplitz
from scipy.signal import lfilter

from specnet.data.warp import revoiced

RATE = 16000
FRAME = 80  # samples of 5 ms
FORMANTS = (700.0, 1800.0, 3000.0)

tempos, pitches, tracts = st.floats(0.6, 1.6), st.floats(0.8, 1.25), st.floats(0.85, 1.18)


def voice(pitch: float, formants: tuple[float, ...] = FORMANTS, seconds: float = 1.0) -> np.ndarray:
    """Pulses with a little breath, or a whisper (`pitch` 0), through resonances 120 Hz wide."""
    breath = np.random.default_rng(0).standard_normal(round(seconds * RATE))
    wave = np.diff(np.floor(np.arange(len(breath) + 1) * pitch / RATE)) + 0.002 * breath if pitch else breath
    for formant in formants:
        radius, angle = np.exp(-np.pi * 120 / RATE), 2 * np.pi * formant / RATE
        wave = lfilter([0.1], [1, -2 * radius * np.cos(angle), radius**2], wave)
    return (0.3 * wave / np.abs(wave).max()).astype(np.float32)


def pitch_of(wave: np.ndarray) -> float:
    """From the highest peak of the autocorrelation between 95 and 300 Hz."""
    correlation = np.fft.irfft(np.square(np.abs(np.fft.rfft(wave, 2 * len(wave)))))[: RATE // 95]
    return RATE / (RATE // 300 + int(np.argmax(correlation[RATE // 300 :])))


def formants_of(wave: np.ndarray) -> np.ndarray:
    """The roots of a linear prediction that are sharp resonances."""
    wave = np.diff(wave) * np.hanning(len(wave) - 1)
    correlation = np.fft.irfft(np.square(np.abs(np.fft.rfft(wave, 2 * len(wave)))))[:15]
    roots = np.roots(np.r_[1, -solve_toeplitz(correlation[:-1], correlation[1:])])
    roots = roots[(roots.imag > 0) & (np.abs(roots) > 0.93)]
    return np.sort(np.angle(roots)) * RATE / (2 * np.pi)


def loudness(wave: np.ndarray) -> np.ndarray:
    """The amplitude of frames of 5 ms, without its mean."""
    level = np.sqrt(np.square(wave[: len(wave) // FRAME * FRAME].reshape(-1, FRAME)).mean(1))
    level = np.convolve(level, np.hanning(7) / np.hanning(7).sum(), "same")
    return np.asarray(level - level.mean())


@settings(deadline=None, max_examples=20)
@given(pitches, tracts)
def test_the_pitch_moves_by_its_own_factor(pitch: float, tract: float) -> None:
    assert pitch_of(revoiced(voice(130), 1.0, pitch, tract)) == pytest.approx(130 * pitch, rel=0.03)


@settings(deadline=None, max_examples=20)
@given(tempos)
def test_the_tempo_moves_neither_pitch_nor_formants(tempo: float) -> None:
    said = revoiced(voice(130), tempo, 1.0, 1.0)
    assert len(said) == round(RATE / tempo)
    assert pitch_of(said) == pytest.approx(130, rel=0.03)
    for formant in FORMANTS[-2:]:
        assert np.abs(formants_of(said) / formant - 1).min() < 0.04


@settings(deadline=None, max_examples=20)
@given(pitches)
def test_a_recording_played_faster_is_that_and_no_more(speed: float) -> None:
    tone = np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE).astype(np.float32)
    played = revoiced(tone, speed, speed, 1 / speed)
    expected = np.sin(2 * np.pi * 200 * speed * np.arange(len(played)) / RATE)
    np.testing.assert_allclose(played[50:-50], expected[50:-50], atol=1e-2)


@pytest.mark.parametrize(("pitch", "tract"), [(1.25, 0.8), (0.8, 1.25)])
def test_periods_meet_at_the_joints(pitch: float, tract: float) -> None:
    """A tone stays one: where two pieces of it did not meet it would fade out, and a voice would sound hoarse."""
    for hertz in (90, 130, 210):
        tone = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
        said = revoiced(tone, 1.0, pitch, tract)[1600:-1600]
        period = round(RATE / hertz / pitch)
        level = np.sqrt(np.convolve(np.square(said), np.ones(period) / period, "valid"))
        assert level.min() > 0.85 * np.median(level)


@pytest.mark.parametrize("pitch", [0, 110])
@pytest.mark.parametrize(("raised", "tract"), [(1.0, 0.88), (1.0, 1.14), (1.19, 1.0), (0.84, 1.0), (1.19, 0.9)])
def test_formants_move_by_the_tract_and_stay_where_the_pitch_moves(pitch: float, raised: float, tract: float) -> None:
    said, wanted = formants_of(revoiced(voice(pitch), 1.0, raised, tract)), formants_of(voice(pitch)) / tract
    for formant in wanted[-2:]:
        assert np.abs(said / formant - 1).min() < 0.04


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 9000), tempos, pitches, tracts, st.integers(0, 2**32 - 1))
def test_any_sound_has_its_length_and_stays_finite(
    samples: int, tempo: float, pitch: float, tract: float, seed: int
) -> None:
    noise = np.random.default_rng(seed).standard_normal(samples).astype(np.float32)
    for wave in (noise, np.zeros(samples, np.float32)):
        said = revoiced(wave, tempo, pitch, tract)
        assert (said.dtype, len(said)) == (np.float32, round(samples / tempo))
        assert np.isfinite(said).all()


@given(tracts, st.floats(1e-3, 10.0))
@settings(deadline=None, max_examples=20)
def test_a_louder_voice_is_changed_in_the_same_way(tract: float, gain: float) -> None:
    wave = voice(130, seconds=0.3)
    expected = revoiced(wave, 1.0, 1.0, tract) * np.float32(gain)
    np.testing.assert_allclose(revoiced(wave * np.float32(gain), 1.0, 1.0, tract), expected, atol=2e-3 * gain)


@pytest.mark.parametrize("name", ["dir-intro", "librispeech-26-495-0030", "common-voice-18328639"])
@pytest.mark.parametrize(("pitch", "tract"), [(1.19, 1.0), (0.84, 1.0), (1.0, 0.88), (1.0, 1.14), (1.19, 1.14)])
def test_real_speech_says_everything_when_it_did(name: str, pitch: float, tract: float, recordings: Path) -> None:
    wave, _ = soundfile.read(recordings / f"{name}.flac", dtype="float32")
    said = revoiced(wave, 1.0, pitch, tract)
    for start in range(0, len(wave) - 2 * RATE + 1, 2 * RATE):  # no drift: everywhere, not on average
        before, after = loudness(wave[start : start + 2 * RATE]), loudness(said[start : start + 2 * RATE])
        correlation = np.correlate(after, before, "full")
        assert abs(int(np.argmax(correlation)) - (len(before) - 1)) * FRAME / RATE <= 0.010
        assert correlation.max() > 0.8 * np.sqrt((before @ before) * (after @ after))
    assert np.square(said).mean() == pytest.approx(np.square(wave).mean(), rel=0.5)


def test_a_voice_left_as_it_is_is_the_same_one() -> None:
    wave = voice(130, seconds=0.1)
    assert revoiced(wave, 1.0, 1.0, 1.0) is wave
