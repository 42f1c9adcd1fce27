import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specnet.data import augment, device

RATE = 16000
SIZE = augment.transform_size(RATE)
FREQUENCY = np.fft.rfftfreq(SIZE, 1 / RATE)
EFFECTS = (device.quantised, device.gain_controlled, device.gated, device.packets_lost)

seeds = st.integers(0, 2**32 - 1)


def noise(seed: int, samples: int = RATE) -> np.ndarray:
    return 0.1 * np.random.default_rng(seed).standard_normal(samples).astype(np.float32)


@pytest.mark.parametrize("effect", EFFECTS)
@given(seed=seeds, samples=st.integers(1, 5000))
@settings(deadline=None, max_examples=20)
def test_length_is_kept_and_the_wave_given_is_left_alone(effect: object, seed: int, samples: int) -> None:
    for wave in (noise(seed, samples), np.zeros(samples, np.float32)):
        before = wave.copy()
        heard = effect(wave, np.random.default_rng(seed))  # type: ignore[operator]
        assert (heard.dtype, len(heard)) == (np.float32, samples)
        assert np.isfinite(heard).all() and np.abs(heard).max() <= 1.01 * np.abs(wave).max()
        np.testing.assert_array_equal(wave, before)


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_a_case_resonates_and_has_no_bass(seed: int) -> None:
    response = device.resonances(np.random.default_rng(seed), SIZE)
    gains = 20 * np.log10(response)
    assert response.dtype == np.float32 and len(response) == SIZE // 2 + 1
    assert 1 < gains.max() <= 3 * 18 + 0.1  # dB: a weak peak at the low cut-off, three strong ones in one place
    assert 400 < FREQUENCY[np.argmax(gains)] < 6500
    assert gains[FREQUENCY < 15].max() < -10
    assert -0.1 < gains[-1] < gains.max() - 1  # falls again above the peaks


@given(seeds)
def test_few_bits_are_few_values(seed: int) -> None:
    wave = noise(seed)
    heard = device.quantised(wave, np.random.default_rng(seed))
    values = np.unique(heard)
    assert 2**4 / 2 < len(values) <= 2**9 + 1
    step = np.diff(values).min()
    assert np.abs(heard - wave).max() <= 0.501 * step


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_a_gain_control_raises_what_is_quiet(seed: int) -> None:
    wave = np.r_[noise(seed), 0.01 * noise(seed + 1, 3 * RATE), noise(seed + 2)].astype(np.float32)
    wave[: RATE : RATE // 100] = 0.6  # its peaks, up to where it grows quiet
    heard = device.gain_controlled(wave, np.random.default_rng(seed))

    def level(wave: np.ndarray, second: float) -> float:
        return float(10 * np.log10(np.square(wave[round(second * RATE) :][: RATE // 4]).mean()))

    raised = level(heard, 3.5) - level(heard, 0.4) - (level(wave, 3.5) - level(wave, 0.4))
    assert 5.9 < raised < 24.1
    came_up = level(heard, 3.5) - level(wave, 3.5) - (level(heard, 1.01) - level(wave, 1.01))
    assert came_up > 0.1  # dB: it takes its time
    assert np.abs(heard).max() == pytest.approx(np.abs(wave).max(), rel=1e-4)


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_a_gate_is_open_while_somebody_speaks_and_shut_soon_after(seed: int) -> None:
    loud, soft, word = noise(seed), 0.003 * noise(seed + 1), noise(seed + 2)  # 50 dB below
    wave = np.r_[loud, soft, word].astype(np.float32)
    heard = device.gated(wave, np.random.default_rng(seed))

    def gain_db(first: float, last: float) -> float:
        of = slice(round(first * RATE), round(last * RATE))
        return float(10 * np.log10(np.square(heard[of]).sum() / np.square(wave[of]).sum()))

    np.testing.assert_array_equal(heard[RATE // 40 : RATE - 80], wave[RATE // 40 : RATE - 80])
    assert -80.1 < gain_db(1.13, 1.99) < -19.9
    assert gain_db(2.025, 2.5) == 0


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_a_few_packets_are_lost_and_the_others_come_as_they_were(seed: int) -> None:
    wave = noise(seed, 120 * RATE)  # so long that 30 bursts are expected at the least
    heard = device.packets_lost(wave, np.random.default_rng(seed))
    same = (wave == heard).reshape(-1, device.PACKET)
    assert set(same.mean(1)) <= {0.0, 1.0}
    assert 0.001 < 1 - same.all(1).mean() < 0.15
    lost = np.flatnonzero(np.diff(np.r_[1, same.all(1), 1]))
    assert 1.7 < (lost[1::2] - lost[::2]).mean() < 5  # packets: one to five, and bursts may meet


def test_a_lost_packet_is_silence_or_the_one_before() -> None:
    wave = noise(1, 20 * RATE)
    ways = set()
    for seed in range(12):
        heard = device.packets_lost(wave, np.random.default_rng(seed)).reshape(-1, device.PACKET)
        for i in np.flatnonzero((heard != wave.reshape(-1, device.PACKET)).any(1)):
            ways.add("silence" if not heard[i].any() else "again")
            assert not heard[i].any() or np.array_equal(heard[i], heard[i - 1] / 2)
    assert ways == {"silence", "again"}
