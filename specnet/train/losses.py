"""Losses over output frames. Logits are [B, C, T] as a `Keyword` gives them: C = labels + 1 with class 0 for the
background (`softmax`, `mlp`), or C = labels, each its own yes or no (`max`)."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from specnet.train.targets import BACKGROUND, IGNORE

BOUNDARY_KNEE = 0.05  # seconds; errors below count by their square, so a machine-made boundary is not chased


def frame_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    independent: bool,
    positive_weight: float = 1.0,
    hard_fraction: float = 1.0,
    positive_q: float = 0.0,
) -> Tensor:
    """Mean over the background frames plus `positive_weight` times the mean over the positive ones.

    Each kind has a mean of its own, so the balance does not depend on how dense the words are. Of the background only
    the hardest `hard_fraction` counts (online hard-negative mining, Shrivastava 2016). `targets` [B, T] holds 0,
    1 + label or IGNORE; `independent` says that the logits are yes-or-no per label.

    Positive frames of probability p cost ``(1 - p**q) / q`` with q = `positive_q` (generalised cross entropy, Zhang and
    Sabuncu 2018, arXiv:1805.07836): from ``-log p`` at 0 to ``1 - p`` at 1. The greater it is, the less a word that
    nobody could recognise pulls false alarms up with it.

    >>> perfect = torch.tensor([[[9., -9.], [-9., 9.]]])
    >>> round(frame_loss(perfect, torch.tensor([[0, 1]]), independent=False).item(), 6)
    0.0
    """
    losses = _per_label(logits, targets) if independent else _per_class(logits, targets)
    background = losses[targets == BACKGROUND]
    if hard_fraction < 1 and background.numel():
        background = background.topk(math.ceil(hard_fraction * background.numel())).values
    positive = losses[targets > BACKGROUND]
    if positive_q:
        positive = (1 - torch.exp(-positive_q * positive)) / positive_q
    return _mean(background) + positive_weight * _mean(positive)


def clip_loss(logits: Tensor, targets: Tensor, *, independent: bool) -> Tensor:
    """Max-pooling loss for clips whose label is known but not where: `targets` [B] holds 0 or 1 + label.

    A clip with a label learns at the frame that already says it loudest, a clip without one at its most mistaken
    frame, so the network finds out by itself where the word is (Sun 2016, arXiv:1705.02411).

    >>> track = torch.tensor([[[0., 0., 0.], [-9., 9., -9.]]])     # says label 1 in the middle
    >>> clip_loss(track, torch.tensor([1]), independent=False) < 0.001
    tensor(True)
    """
    if independent:
        loudest = logits.amax(dim=2)
        return _per_label(loudest[:, :, None], targets[:, None]).mean()
    log_probabilities = logits.log_softmax(dim=1)
    loudest = log_probabilities.amax(dim=2).gather(1, targets[:, None])[:, 0]
    quietest = log_probabilities[:, BACKGROUND].amin(dim=1)
    return -torch.where(targets == BACKGROUND, quietest, loudest).mean()


def boundary_loss(bounds: Tensor, targets: Tensor, labels: Tensor) -> Tensor:
    """Smooth L1 between offsets [B, 2, T] in seconds, on the frames where `labels` [B, T] is positive."""
    positive = (labels > BACKGROUND)[:, None].expand_as(bounds)
    losses = functional.smooth_l1_loss(bounds[positive], targets[positive], reduction="none", beta=BOUNDARY_KNEE)
    return _mean(losses)


def phone_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross entropy of phones, logits [B, P, T], over the frames [B, T] whose phone is known."""
    return _mean(_per_class(logits, targets)[targets != IGNORE])


def _per_class(logits: Tensor, targets: Tensor) -> Tensor:
    return functional.cross_entropy(logits, targets, ignore_index=IGNORE, reduction="none")


def _per_label(logits: Tensor, targets: Tensor) -> Tensor:
    classes = torch.arange(1, 1 + logits.shape[1], device=logits.device)
    said = (targets[:, None] == classes[None, :, None]).to(logits.dtype)
    return functional.binary_cross_entropy_with_logits(logits, said, reduction="none").sum(dim=1)


def _mean(losses: Tensor) -> Tensor:
    """The mean, and 0 (with a gradient) of nothing."""
    return losses.sum() / max(1, losses.numel())
