"""Losses over output frames. Logits are [B, C, T] as a `Keyword` gives them: C = labels + 1 with class 0 for the
background (`softmax`, `mlp`), or C = labels, each its own yes or no (`max`)."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from specnet.train.targets import BACKGROUND, IGNORE

BOUNDARY_KNEE = 0.05  # seconds; errors below count by their square, so a machine-made boundary is not chased
CERTAIN = 1e-6  # nobody is surer than that: a power of less than this has no gradient that is a number


def frame_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    independent: bool,
    positive_weight: float = 1.0,
    background_weight: float = 1.0,
    label_weights: Tensor | None = None,
    hard_fraction: float = 1.0,
    positive_q: float = 0.0,
    focal_gamma: float = 0.0,
    label_smoothing: float = 0.0,
) -> Tensor:
    """`background_weight` times the mean over background frames plus `positive_weight` times that over positive ones.

    Each kind has a mean of its own, so the balance does not depend on how dense the words are; `label_weights` [labels]
    are those of the positive frames' mean. Of the background only the hardest `hard_fraction` counts (online
    hard-negative mining, Shrivastava 2016). `targets` [B, T] holds 0, 1 + label or IGNORE; `independent` says that the
    logits are yes-or-no per label.

    A frame whose right class has the probability p costs ``-log p``, or with `focal_gamma` ``-(1 - p)**gamma log p``:
    the easier it is, the less it counts (focal loss, Lin 2017, arXiv:1708.02002). With `label_smoothing` the target is
    1 - that share of the right class, and the share spread evenly over all of them (Szegedy 2015, arXiv:1512.00567).
    Positive frames cost ``(1 - p**q) / q`` with q = `positive_q` (generalised cross entropy, Zhang and
    Sabuncu 2018, arXiv:1805.07836): from ``-log p`` at 0 to ``1 - p`` at 1. The greater it is, the less a word that
    nobody could recognise pulls false alarms up with it.

    >>> perfect = torch.tensor([[[9., -9.], [-9., 9.]]])
    >>> round(frame_loss(perfect, torch.tensor([[0, 1]]), independent=False).item(), 6)
    0.0
    """
    losses = (_per_label if independent else _per_class)(logits, targets, focal_gamma, label_smoothing)
    positive, said = losses[targets > BACKGROUND], targets[targets > BACKGROUND]
    if positive_q:
        positive = (1 - torch.exp(-positive_q * positive)) / positive_q
    background = _mean(_hardest(losses[targets == BACKGROUND], hard_fraction))
    weights = None if label_weights is None else label_weights[said - 1]
    return background_weight * background + positive_weight * _mean(positive, weights)


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


def teacher_loss(
    logits: Tensor,
    taught: Tensor,
    targets: Tensor,
    *,
    independent: bool,
    temperature: float = 1.0,
    positive_weight: float = 1.0,
    hard_fraction: float = 1.0,
) -> Tensor:
    """`divergence` from what teachers say of every label, `taught` [B, labels, T] in 0..1, balanced as `frame_loss`.

    What is no background by `targets` counts as positive, frames to IGNORE too: of these a teacher knows what they are.

    >>> logits = torch.tensor([[[2., 0.], [0., 1.]]])
    >>> labels, targets = logits.softmax(1)[:, 1:], torch.tensor([[0, 1]])
    >>> teacher_loss(logits, labels, targets, independent=False, temperature=3.0).abs() < 1e-6
    tensor(True)
    """
    if independent:
        yes_or_no = torch.stack([torch.zeros_like(logits), logits], dim=1)
        losses = divergence(yes_or_no, torch.stack([1 - taught, taught], dim=1), temperature).sum(dim=1)
    else:
        background = 1 - taught.sum(dim=1, keepdim=True)
        losses = divergence(logits, torch.cat([background, taught], dim=1), temperature)
    hardest = _hardest(losses[targets == BACKGROUND], hard_fraction)
    return _mean(hardest) + positive_weight * _mean(losses[targets != BACKGROUND])


def divergence(logits: Tensor, taught: Tensor, temperature: float) -> Tensor:
    """Kullback-Leibler divergence [B, ...] of what `logits` [B, C, ...] say from the probabilities `taught`, both
    softened: logits over `temperature`, and its square makes up for the smaller gradients (Hinton 2015,
    arXiv:1503.02531, section 2).

    >>> divergence(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]]), temperature=2.0)
    tensor([0.])
    """
    wanted = (taught.clamp(min=CERTAIN).log() / temperature).log_softmax(dim=1)
    found = (logits / temperature).log_softmax(dim=1)
    losses = functional.kl_div(found, wanted, reduction="none", log_target=True).sum(dim=1)
    return temperature**2 * losses


def _per_class(logits: Tensor, targets: Tensor, focal_gamma: float = 0.0, label_smoothing: float = 0.0) -> Tensor:
    losses = functional.cross_entropy(
        logits, targets, ignore_index=IGNORE, reduction="none", label_smoothing=label_smoothing
    )
    return _focused(losses, focal_gamma)


def _per_label(logits: Tensor, targets: Tensor, focal_gamma: float = 0.0, label_smoothing: float = 0.0) -> Tensor:
    classes = torch.arange(1, 1 + logits.shape[1], device=logits.device)
    said = (targets[:, None] == classes[None, :, None]).to(logits.dtype)
    if label_smoothing:
        said = said * (1 - label_smoothing) + label_smoothing / 2  # over yes and no
    losses = functional.binary_cross_entropy_with_logits(logits, said, reduction="none")
    return _focused(losses, focal_gamma).sum(dim=1)


def _focused(losses: Tensor, gamma: float) -> Tensor:
    return (-torch.expm1(-losses)).clamp(min=CERTAIN) ** gamma * losses if gamma else losses


def _hardest(losses: Tensor, fraction: float) -> Tensor:
    return losses.topk(math.ceil(fraction * losses.numel())).values if fraction < 1 and losses.numel() else losses


def _mean(losses: Tensor, weights: Tensor | None = None) -> Tensor:
    """The mean, and 0 (with a gradient) of nothing."""
    if weights is not None and losses.numel():
        return (weights * losses).sum() / weights.sum()
    return losses.sum() / max(1, losses.numel())
