import pytest
import torch

from specnet.core.norm import StochasticDepth, SubSpectralNorm, batch_norm
from specnet.errors import SpecnetError


def test_each_sub_band_is_normalised_by_itself():
    x = torch.randn(8, 2, 10, 20)
    x[:, :, 2:4] += 5
    y = SubSpectralNorm((2, 10), bands=5)(x).reshape(8, 2, 5, 2, 20)
    assert y.shape == (8, 2, 5, 2, 20)
    torch.testing.assert_close(y.mean(dim=(0, 3, 4)), torch.zeros(2, 5), atol=1e-5, rtol=0)
    torch.testing.assert_close(y.var(dim=(0, 3, 4), correction=0), torch.ones(2, 5), atol=1e-3, rtol=0)


@pytest.mark.parametrize("shape", [(8,), (8, 12)])
def test_bands_must_divide_one_frequency_axis(shape):
    with pytest.raises(SpecnetError, match="5 sub-bands must divide"):
        SubSpectralNorm(shape, bands=5)


@pytest.mark.parametrize("shape", [(3,), (3, 4), (3, 4, 5)])
def test_batch_norm_has_the_rank_of_what_reaches_it(shape):
    x = 3 + 2 * torch.randn(16, *shape, 6)
    y = batch_norm(shape)(x)
    assert y.mean().abs() < 1e-5 and y.std().item() == pytest.approx(1, abs=0.01)


def test_whole_examples_are_skipped_at_the_rate_and_the_others_scaled_up():
    torch.manual_seed(0)
    y = StochasticDepth(0.2)(torch.ones(5000, 3, 2))
    assert {round(value, 4) for value in y.flatten().tolist()} == {0, 1.25}
    assert torch.equal(y, y[:, :1, :1].expand_as(y))
    assert y.mean().item() == pytest.approx(1, abs=0.03)


def test_nothing_is_skipped_once_trained_or_at_rate_zero():
    x = torch.randn(100, 3)
    assert torch.equal(StochasticDepth(0.9).eval()(x), x)
    assert torch.equal(StochasticDepth(0.0)(x), x)
