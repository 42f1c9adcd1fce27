"""Normalisation that keeps frames independent of each other once trained."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from specnet.core.block import Shape
from specnet.errors import SpecnetError

_BATCH_NORM: dict[int, type[nn.BatchNorm1d] | type[nn.BatchNorm2d] | type[nn.BatchNorm3d]] = {
    1: nn.BatchNorm1d,
    2: nn.BatchNorm2d,
    3: nn.BatchNorm3d,
}


def batch_norm(input: Shape, epsilon: float = 1e-5) -> nn.Module:
    """Batch normalisation for maps of the rank of `input`; `epsilon` is added to the variance."""
    return _BATCH_NORM[len(input)](input[0], eps=epsilon)


class StochasticDepth(nn.Module):
    """Whole examples set to zero at a rate, in training only: the branch of a shortcut that carries it is skipped.

    Huang et al., Deep Networks with Stochastic Depth, 2016 (arXiv:1603.09382). What is left is scaled up.

    >>> StochasticDepth(0.5).eval()(torch.ones(2, 3)).sum().item()
    6.0
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return x
        kept = torch.rand(x.shape[0], *(1,) * (x.dim() - 1), device=x.device) >= self.rate
        return x * kept.to(x.dtype) / (1 - self.rate)


class SubSpectralNorm(nn.Module):
    """Batch normalisation of each of `bands` parts of the frequency axis by itself, on `[B, C, F, T]`.

    Chang et al., SubSpectral Normalization for Neural Audio Data Processing, 2021 (arXiv:2103.13620).

    >>> sum(p.numel() for p in SubSpectralNorm((8, 20), bands=5).parameters())
    80

    Raises `SpecnetError` unless the rank is 2 and `bands` divides the height.
    """

    def __init__(self, input: Shape, bands: int) -> None:
        super().__init__()
        if len(input) != 2 or input[1] % bands:
            raise SpecnetError(f"{bands} sub-bands must divide one frequency axis, but the shape here is {input}")
        self.bands = bands
        self.norm = nn.BatchNorm2d(input[0] * bands)

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, height, _ = x.shape
        y = x.reshape(batch, channels * self.bands, height // self.bands, -1)
        z: Tensor = self.norm(y).reshape(batch, channels, height, -1)
        return z
