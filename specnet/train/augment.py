"""SpecAugment (Park 2019, arXiv:1904.08779): rectangles of the spectrogram that the network does without."""

from __future__ import annotations

import torch
from torch import Tensor

from specnet.train.sound_recipe import Augment
from specnet.units import Seconds


def mask(features: Tensor, augment: Augment, hop: Seconds) -> Tensor:
    """Features [B, bands, T] with random bands and frames of each example set to its mean; draws from torch's
    global generator.

    >>> features = torch.arange(400.0).reshape(1, 40, 10)
    >>> torch.equal(mask(features, Augment(time_masks=0, frequency_masks=0), 0.01), features)
    True
    """
    batch, bands, frames = features.shape
    hidden = torch.zeros(batch, bands, frames, dtype=torch.bool, device=features.device)
    for _ in range(augment.frequency_masks):
        hidden |= _stripe(batch, bands, augment.frequency_width, features)[:, :, None]
    for _ in range(augment.time_masks):
        hidden |= _stripe(batch, frames, round(augment.time_width / hop), features)[:, None, :]
    return torch.where(hidden, features.mean(dim=(1, 2), keepdim=True), features)


def _stripe(batch: int, size: int, widest: int, like: Tensor) -> Tensor:
    """[batch, size], true on one run of 0..`widest` elements a row."""
    width = torch.randint(0, widest + 1, (batch, 1), device=like.device)
    start = (torch.rand(batch, 1, device=like.device) * (size - width + 1)).long()
    places = torch.arange(size, device=like.device)
    return (places >= start) & (places < start + width)
