"""The log-mel in torch, as a part of training."""

import torch

from specnet.features.logmel import LogMel
from specnet.features.torch_logmel import TorchLogMel


def test_a_batch_is_its_rows() -> None:
    features, samples = TorchLogMel(), torch.randn(3, 4_000) * 0.1
    together = features(samples)
    assert together.shape == (3, 40, LogMel().frames.output(4_000))
    for row, alone in zip(together, samples, strict=True):
        torch.testing.assert_close(row, features(alone[None])[0])


def test_it_has_nothing_to_save_and_passes_gradients() -> None:
    features, samples = TorchLogMel(LogMel(bands=20)), torch.randn(1, 2_000, requires_grad=True)
    assert not features.state_dict() and not list(features.parameters())
    features(samples).sum().backward()
    assert samples.grad is not None and samples.grad.abs().sum() > 0
