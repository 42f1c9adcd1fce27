"""What the laws on networks share."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from specnet.models.build import build
from specnet.models.heads import Head, HeadKind, Keyword

Networks = Callable[..., Keyword]


def features(batch: int, frames: int, seed: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Noise with the mean and spread of log-mel features of speech."""
    noise = torch.randn(batch, 40, frames, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (2 * noise - 6).to(dtype)


@pytest.fixture(scope="session")
def network() -> Networks:
    """A preset with a head as after training: the statistics of its batch norms fit, so that values are of size 1."""
    known: dict[tuple[str, HeadKind, int], Keyword] = {}

    def make(preset: str, head: HeadKind = "softmax", members: int = 1) -> Keyword:
        if (preset, head, members) not in known:
            torch.manual_seed(5)
            trunk = build(preset, overrides={"members": members} if members > 1 else {})
            keyword = Keyword(trunk, Head(head, trunk.output[0], labels=2, boundaries=True, members=members))
            for layer in keyword.modules():
                if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                    layer.momentum = None  # the mean of all batches
            for seed in range(3):
                keyword(features(4, trunk.window.span + 30, seed))
            known[preset, head, members] = keyword.eval()
        return known[preset, head, members]

    return make
