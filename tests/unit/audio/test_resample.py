"""Rates in, rates out."""

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from specnet.audio.resample import StreamResampler
from specnet.errors import SpecnetError


@settings(deadline=None, max_examples=30)
@given(
    rate=st.sampled_from([8_000, 11_025, 16_000, 44_100, 48_000, 96_000, 192_000]),
    cuts=st.lists(st.integers(0, 5_000), max_size=8),
)
def test_blocks_give_one_pass(rate: int, cuts: list[int]) -> None:
    samples = np.random.default_rng(rate).normal(0, 0.1, 5_000).astype(np.float32)
    resampler = StreamResampler(rate, 16_000)
    blocks = [resampler.push(block) for block in np.split(samples, sorted(cuts))]
    whole = np.concatenate([*blocks, resampler.finish()])
    np.testing.assert_allclose(whole, soxr.resample(samples, rate, 16_000), rtol=0, atol=1e-6)


def test_what_lies_above_half_the_rate_is_removed() -> None:
    time = np.arange(48_000) / 48_000
    resampler = StreamResampler(48_000, 16_000)
    samples = resampler.push(np.sin(2 * np.pi * 10_000 * time).astype(np.float32))
    assert np.abs(samples[1_000:-1_000]).max() < 1e-3


@pytest.mark.parametrize("rate", [0, 999, 768_001])
def test_rates_that_are_none(rate: int) -> None:
    with pytest.raises(SpecnetError, match=f"a sample rate of {rate} Hz: must be between 1000 and 768000 Hz"):
        StreamResampler(rate, 16_000)
