from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.data import augment

RATE = 16000
SIZE = augment.transform_size(RATE)
FLAT = np.ones(SIZE // 2 + 1, np.float32)
FREQUENCY = np.fft.rfftfreq(SIZE, 1 / RATE)

seeds = st.integers(0, 2**32 - 1)


def noise(seed: int, samples: int = RATE) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(samples).astype(np.float32)


def room(delay: int = 400, seconds: float = 0.3) -> np.ndarray:
    """Silence, the direct sound, and a tail that fades."""
    tail = 0.1 * noise(5, round(seconds * RATE)) * np.exp(-np.arange(round(seconds * RATE)) / 1000)
    tail[0] = 1.0
    return np.r_[np.zeros(delay), tail].astype(np.float32)


def test_a_trimmed_room_begins_with_its_direct_sound_and_has_energy_one() -> None:
    trimmed = augment.trim_room(room())
    assert np.argmax(np.abs(trimmed)) == 0
    assert np.square(trimmed).sum() == pytest.approx(1.0, abs=1e-4)
    assert trimmed[-1] == 0
    assert len(augment.trim_room(room(seconds=3.0))) == round(0.8 * RATE)


@given(seeds, st.floats(-12, 12))
def test_a_nearer_speaker_has_more_direct_sound_at_the_same_energy(seed: int, direct_db: float) -> None:
    response = augment.trim_room(room())
    nearer = augment.nearer(response, (direct_db, direct_db), np.random.default_rng(seed))
    ratio = [np.square(wave[:40]).sum() / np.square(wave[40:]).sum() for wave in (response, nearer)]
    assert 10 * np.log10(ratio[1] / ratio[0]) == pytest.approx(direct_db, abs=0.01)
    assert np.square(nearer).sum() == pytest.approx(1.0, abs=1e-4)
    assert nearer.dtype == np.float32


def heard(speech: np.ndarray, around: np.ndarray | None, room: np.ndarray | None, response: np.ndarray) -> np.ndarray:
    return augment.heard([augment.Sounds(speech, around, room, response)])[0]


def test_heard_without_any_effect_is_the_speech() -> None:
    np.testing.assert_allclose(heard(noise(1), None, None, FLAT), noise(1), atol=1e-5)


def test_scenes_that_are_heard_together_do_not_hear_each_other() -> None:
    spectrum = augment.room_spectrum(augment.trim_room(room()), SIZE)
    scenes = [
        augment.Sounds(noise(seed), around, where, augment.colour(np.random.default_rng(seed), SIZE, 4.0))
        for seed, (around, where) in enumerate(product((None, noise(9)), (None, spectrum)))
    ]
    np.testing.assert_allclose(augment.heard(scenes), [heard(*scene) for scene in scenes], atol=1e-5)


def test_a_room_is_a_convolution_of_the_speech_alone() -> None:
    speech, around, response = noise(1), noise(2), augment.trim_room(room())
    expected = np.convolve(speech, response)[:RATE] + around
    np.testing.assert_allclose(heard(speech, around, augment.room_spectrum(response, SIZE), FLAT), expected, atol=1e-4)


def test_a_longer_room_does_not_come_round_to_the_beginning() -> None:
    click = np.zeros(RATE, np.float32)
    click[-100] = 1.0
    wave = heard(click, None, augment.room_spectrum(augment.trim_room(room(seconds=0.8)), SIZE), FLAT)
    assert np.abs(wave[: RATE - 100]).max() < 1e-5


@given(seeds)
def test_channels_keep_timing(seed: int) -> None:
    click = np.zeros(RATE, np.float32)
    click[RATE // 2] = 1.0
    random = np.random.default_rng(seed)
    response = augment.colour(random, SIZE, 4.0) * augment.telephone(random, SIZE)
    assert np.argmax(np.abs(heard(click, None, None, response))) == RATE // 2


@given(seeds, st.floats(0.5, 6.0))
def test_colour_is_smooth_and_about_as_strong_as_asked(seed: int, deviation: float) -> None:
    gains = 20 * np.log10(augment.colour(np.random.default_rng(seed), SIZE, deviation))
    assert np.abs(gains).max() < 5 * deviation
    assert 0 < np.abs(np.diff(gains)).max() < 0.2 * deviation
    np.testing.assert_array_equal(augment.colour(np.random.default_rng(seed), SIZE, 0.0), 1)


@given(seeds)
def test_a_telephone_passes_its_band_only(seed: int) -> None:
    gains = 20 * np.log10(augment.telephone(np.random.default_rng(seed), SIZE))
    at = {hertz: float(np.interp(hertz, FREQUENCY, gains)) for hertz in (50, 1000, 2000, 6000)}
    assert abs(at[1000]) < 1.0 and abs(at[2000]) < 1.0
    assert at[50] < -24 and at[6000] < -24


@given(st.floats(-20, 40), st.floats(0.0, 0.5))
def test_noise_has_the_asked_distance_to_active_speech(snr_db: float, pause: float) -> None:
    speech = noise(1) * np.float32(0.1)
    speech[: int(pause * 0.9 * RATE)] = 0  # a pause is not speech: it must not lower the noise
    scaled = augment.at_snr(noise(2), speech, snr_db)
    level = 10 * np.log10(0.01 / np.square(scaled).mean())
    assert level == pytest.approx(snr_db, abs=0.6)


def test_the_level_of_a_snippet_is_that_of_all_of_it() -> None:
    assert augment.active_power(np.full(319, 0.5, np.float32)) == pytest.approx(0.25)
    assert augment.active_power(np.full(1, 0.5, np.float32)) == pytest.approx(0.25)


@given(seeds, st.integers(1, 3000), st.integers(1, 4000))
def test_an_excerpt_has_its_length_and_is_of_the_recording(seed: int, length: int, available: int) -> None:
    wave = np.arange(available, dtype=np.float32)
    cut = augment.excerpt(wave, length, np.random.default_rng(seed))
    assert len(cut) == length
    assert set(np.diff(cut) % available) <= {1 % available}


def test_hiss_is_white_and_of_power_one() -> None:
    spectrum = np.square(np.abs(np.fft.rfft(augment.hiss().reshape(-1, 1600)))).mean(0)
    assert np.square(augment.hiss()).mean() == pytest.approx(1.0, abs=0.01)
    assert spectrum[1:-1].std() / spectrum[1:-1].mean() < 0.1
