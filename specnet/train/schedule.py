"""How a training goes down: its optimiser, the learning rate and momentum, and the weight of the background."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import nn
from torch.nn import functional

from specnet.train.recipe import Optimiser, Schedule

MOMENTUM = 0.9

RISE = 0.3
"""The share of the steps in which one cycle climbs; this and the next three as in torch's OneCycleLR."""
FIRST = 1 / 25  # of the peak
LAST = FIRST / 10_000
CYCLE_MOMENTUM = (0.85, 0.95)  # at the peak, and at both ends


def optimiser_of(groups: Mapping[float, Sequence[nn.Parameter]], settings: Optimiser) -> torch.optim.Optimizer:
    """The optimiser of a recipe, over groups of weights by their `share` of the learning rate, set at every step."""
    weights = [{"params": list(parameters), "share": share} for share, parameters in groups.items()]
    rate, decay = settings.learning_rate, settings.weight_decay
    if settings.kind == "sgd":
        return torch.optim.SGD(weights, lr=rate, momentum=MOMENTUM, nesterov=True, weight_decay=decay)
    return torch.optim.AdamW(weights, weight_decay=decay)


def set_pace(optimiser: torch.optim.Optimizer, step: int, schedule: Schedule, peak: float) -> None:
    """Give the optimiser the learning rate of a step, and in one cycle the momentum (of Adam, its first beta)."""
    for group in optimiser.param_groups:
        group["lr"] = group["share"] * learning_rate(step, schedule, peak)
        if schedule.kind == "one_cycle":
            now = momentum(step, schedule)
            group.update({"betas": (now, group["betas"][1])} if "betas" in group else {"momentum": now})


def learning_rate(step: int, schedule: Schedule, peak: float) -> float:
    """The rate of step 0, 1, ...: up to `peak`, then down as the schedule says, until weights are averaged equally.

    From then on it stays (Izmailov 2018, section 3.2).

    >>> schedule = Schedule(epochs=1, steps_per_epoch=100, warmup_steps=10)
    >>> [round(learning_rate(step, schedule, 1.0), 2) for step in (0, 9, 10, 55, 99)]
    [0.1, 1.0, 1.0, 0.5, 0.0]
    """
    step = min(step, schedule.averaged_from)
    if schedule.kind == "one_cycle":
        return peak * _cycle(step, schedule, FIRST, 1.0, LAST)
    if step < schedule.warmup_steps:
        return peak * (step + 1) / schedule.warmup_steps
    done = (step - schedule.warmup_steps) / max(1, schedule.steps - schedule.warmup_steps)
    return peak * 0.5 * (1 + math.cos(math.pi * done))


def momentum(step: int, schedule: Schedule) -> float:
    """That of one cycle: lowest where the learning rate is highest.

    >>> [round(momentum(step, Schedule(epochs=1, steps_per_epoch=100)), 2) for step in (0, 29, 99)]
    [0.95, 0.85, 0.95]
    """
    least, most = CYCLE_MOMENTUM
    return _cycle(min(step, schedule.averaged_from), schedule, most, least, most)


def _cycle(step: int, schedule: Schedule, first: float, middle: float, last: float) -> float:
    """From `first` to `middle` in the first `RISE` of the steps, then to `last`, each along half a cosine."""
    top, end = RISE * schedule.steps - 1, schedule.steps - 1
    begin, until, come, to = (0, top, first, middle) if step <= top else (top, end, middle, last)
    done = (step - begin) / (until - begin) if until > begin else 0.0
    return to + (come - to) * 0.5 * (1 + math.cos(math.pi * done))


@torch.no_grad()
def shrink(optimiser: torch.optim.Optimizer, l1: float) -> None:
    """The L1 part of a step, apart from the gradients as AdamW's L2 is: every number of a kernel moves towards 0 by
    learning rate times `l1`, and does not pass it (soft threshold; Parikh and Boyd 2014, Proximal algorithms, 6.5.2).

    Biases and the scales of norms, vectors all of them, stay as they are.
    """
    for group in optimiser.param_groups:
        for weight in group["params"]:
            if weight.dim() > 1:
                weight.copy_(functional.softshrink(weight, group["lr"] * l1))


def background_weight(thresholds: Iterable[float], step: float) -> float:
    """The weight of the background after epochs whose scores were calibrated at `thresholds`.

    Such a threshold lets the recipe's rate of false alarms through. Above one half, more than that would pass one half,
    where a network that competes for the right class decides: the background counts too little. The odds
    t / (1 - t) are what it should count times as much for the threshold to be one half (Elkan 2001, The foundations of
    cost-sensitive learning, theorem 1). An epoch changes the weight by a factor of `step` at most, either way, for the
    network takes a while to follow.

    >>> background_weight([], 2.0), background_weight([0.9, 0.9, 0.4], 2.0), background_weight([0.9], 1.0)
    (1.0, 2.666666666666667, 1.0)
    """
    factors = (min(max(threshold / (1 - threshold), 1 / step), step) for threshold in thresholds)
    return math.prod(factors, start=1.0)
