"""The average of the weights of many steps, which is what gets measured and shipped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from specnet.train.learner import Learner
from specnet.train.recipe import Schedule

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
SETTLED_BATCHES = 20
"""Over so many batches the statistics of a mean of weights are taken."""


def kept(step: int, schedule: Schedule) -> float:
    """How much of the average stays in a step.

    The moving average's decay; early on less (`(1 + step) / (10 + step)`), so that it does not remember the first
    weights. From the step on from which weights count equally, as much as makes theirs a plain mean.

    >>> schedule = Schedule(epochs=1, steps_per_epoch=100, average_decay=0.9, average_share=0.03)
    >>> [round(kept(step, schedule), 2) for step in (0, 96, 97, 98, 99)]
    [0.1, 0.9, 0.0, 0.5, 0.67]
    """
    since = step - schedule.averaged_from
    if since >= 0:
        return since / (since + 1)
    return min(schedule.average_decay, (1 + step) / (10 + step))


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, keep: float) -> None:
    """Keep so much of every weight and running statistic of `average`, the rest being that of `network`, in place."""
    new = network.state_dict()
    for name, tensor in average.state_dict().items():
        if tensor.is_floating_point():
            tensor.lerp_(new[name], 1 - keep)
        else:
            tensor.copy_(new[name])


@torch.no_grad()
def settle(average: Learner, batches: Iterable[Any], frozen: Iterable[str]) -> None:
    """Take the statistics of batch norms anew, over all of `batches` equally: the mean of weights makes other features
    than any of the weights did (Izmailov 2018, section 3.2). Layers named in `frozen` keep theirs.

    Everything else is as when it will be used: no dropout, no masks.
    """
    spared = {id(module) for name in frozen for module in average.layers[name].modules()}
    norms = [module for module in average.modules() if isinstance(module, NORMS) and id(module) not in spared]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # torch's sign for the mean of all batches
        norm.train()
    for batch in batches:
        average.losses(batch)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()
