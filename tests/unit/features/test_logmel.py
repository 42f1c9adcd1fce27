"""The log-mel in numpy."""

import numpy as np
import pytest

from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel, hann, mel_filters


def test_a_tone_is_loudest_in_its_band() -> None:
    logmel, time = LogMel(), np.arange(16_000) / 16_000
    centres = mel_filters(logmel, "float64") @ (np.arange(257) * 31.25) / mel_filters(logmel, "float64").sum(axis=1)
    for hertz in (250, 1_000, 5_000):
        loudest = logmel(0.5 * np.sin(2 * np.pi * hertz * time)).mean(axis=1).argmax()
        assert abs(centres[loudest] - hertz) < 0.1 * hertz


def test_silence_is_the_floor() -> None:
    np.testing.assert_allclose(LogMel(floor=1e-3)(np.zeros(2_000, np.float32)), np.log(1e-3), rtol=1e-6)


def test_digital_silence_is_heard_as_a_quiet_room() -> None:
    logmel, hiss = LogMel(quiet=1e-3), 1e-3 * np.random.default_rng(0).standard_normal(160_000)
    silent = logmel(np.zeros(2_000))
    np.testing.assert_allclose(np.exp(silent[:, 0]), np.exp(logmel(hiss)).mean(axis=1), rtol=0.15)
    assert (silent == silent[:, :1]).all()
    tone = 0.01 * np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    for heard in (hiss, tone):
        np.testing.assert_array_equal(logmel(heard), LogMel()(heard), err_msg="whatever can be heard stays as it is")
    np.testing.assert_array_equal(logmel(1e-5 * hiss / 1e-3), np.broadcast_to(silent[:, :1], (40, 997)))


@pytest.mark.parametrize("length", [0, 1, 511, 512, 671, 672, 30_000])
def test_length_follows_the_window(length: int) -> None:
    logmel = LogMel()
    assert logmel.frames == Window(kernel=512, stride=160)
    assert logmel(np.zeros(length, np.float32)).shape == (40, logmel.frames.output(length))


def test_frames_look_at_their_own_samples_only() -> None:
    logmel, samples = LogMel(), np.random.default_rng(0).normal(0, 0.1, 5_000)
    changed = samples.copy()
    changed[7 * 160 : 7 * 160 + 16] = changed[7 * 160 + 496 : 7 * 160 + 512] = 9.0  # beside the window of frame 7
    difference = np.abs(logmel(changed) - logmel(samples)).max(axis=0)
    assert difference[7] == 0 and difference[6] > 0.1 and difference[8] > 0.1
    assert not difference[11:].any() and not difference[:3].any()


def test_window_and_filters() -> None:
    window, filters = hann(480, "float64"), mel_filters(LogMel(), "float64")
    assert window[0] == 0 and window[240] == 1 and window[1] == pytest.approx(window[479])
    assert filters.shape == (40, 257) and filters.min() >= 0 and filters.max() <= 1
    assert (filters.sum(axis=1) > 0.5).all(), "no band is empty"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"hop": 0}, "hop 0, window 480, n_fft 512: must be 0 < hop <= window <= n_fft"),
        ({"window": 513}, "window 513, n_fft 512"),
        ({"f_max": 8_001.0}, "f_max 8001.0: must be 0 <= f_min < f_max <= 8000.0"),
        ({"f_min": 7_600.0}, "f_min 7600.0"),
        ({"bands": 0}, "bands 0"),
        ({"floor": 0.0}, "floor 0.0: both must be above 0"),
        ({"quiet": -1.0}, "quiet -1.0: must not be below 0"),
    ],
)
def test_numbers_that_contradict_each_other(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(SpecnetError, match=message):
        LogMel(**wrong)


def test_what_is_no_waveform() -> None:
    with pytest.raises(SpecnetError, match="got int16 samples"):
        LogMel()(np.zeros(1_000, np.int16))
    with pytest.raises(SpecnetError, match=r"of shape \(2, 1000\): must be one channel"):
        LogMel()(np.zeros((2, 1_000)))
