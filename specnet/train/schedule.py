"""How a training goes down: its optimiser, the learning rate and the moving average of the weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import nn

from specnet.train.recipe import Optimiser, Schedule

MOMENTUM = 0.9


def optimiser_of(groups: Mapping[float, Sequence[nn.Parameter]], settings: Optimiser) -> torch.optim.Optimizer:
    """The optimiser of a recipe, over groups of weights by their `share` of the learning rate, set at every step."""
    weights = [{"params": list(parameters), "share": share} for share, parameters in groups.items()]
    rate, decay = settings.learning_rate, settings.weight_decay
    if settings.kind == "sgd":
        return torch.optim.SGD(weights, lr=rate, momentum=MOMENTUM, nesterov=True, weight_decay=decay)
    return torch.optim.AdamW(weights, weight_decay=decay)


def learning_rate(step: int, schedule: Schedule, peak: float) -> float:
    """The rate of step 0, 1, ...: up to `peak` in a straight line, then down to zero along a cosine.

    >>> schedule = Schedule(epochs=1, steps_per_epoch=100, warmup_steps=10)
    >>> [round(learning_rate(step, schedule, 1.0), 2) for step in (0, 9, 10, 55, 99)]
    [0.1, 1.0, 1.0, 0.5, 0.0]
    """
    if step < schedule.warmup_steps:
        return peak * (step + 1) / schedule.warmup_steps
    done = (step - schedule.warmup_steps) / max(1, schedule.steps - schedule.warmup_steps)
    return peak * 0.5 * (1 + math.cos(math.pi * done))


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """Move every weight and running statistic of `average` a little towards `network`, in place.

    The early average forgets faster (`(1 + step) / (10 + step)`), so that it does not remember the first weights.
    """
    keep = min(decay, (1 + step) / (10 + step)) if decay else 0.0
    new = network.state_dict()
    for name, tensor in average.state_dict().items():
        if tensor.is_floating_point():
            tensor.lerp_(new[name], 1 - keep)
        else:
            tensor.copy_(new[name])
