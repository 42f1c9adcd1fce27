from itertools import pairwise

import pytest
import torch
from torch import nn

from specnet.train.recipe import Optimiser, Schedule
from specnet.train.schedule import follow, learning_rate, optimiser_of

SCHEDULE = Schedule(epochs=10, steps_per_epoch=10, warmup_steps=20)


def test_the_rate_climbs_to_its_peak_and_falls_to_nothing() -> None:
    rates = [learning_rate(step, SCHEDULE, 0.5) for step in range(SCHEDULE.steps)]
    assert rates[:20] == pytest.approx([0.5 * (step + 1) / 20 for step in range(20)])
    assert max(rates) == 0.5
    assert all(before > after for before, after in pairwise(rates[20:]))
    assert 0 < rates[-1] < 0.001


def test_the_average_moves_by_its_decay() -> None:
    network, average = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    nn.init.constant_(network.weight, 3.0)
    network.num_batches_tracked += 5
    follow(average, network, step=10_000, decay=0.9)
    torch.testing.assert_close(average.weight.data, torch.full((2,), 1.2))
    assert average.num_batches_tracked == 5


def test_the_average_starts_as_a_quick_learner_and_without_decay_is_the_network() -> None:
    network, average = nn.Linear(1, 1), nn.Linear(1, 1)
    nn.init.constant_(network.weight, 1.0)
    nn.init.constant_(average.weight, 0.0)
    follow(average, network, step=0, decay=0.999)
    assert average.weight.item() == pytest.approx(0.9)
    follow(average, network, step=0, decay=0.0)
    assert average.weight.item() == 1.0


def test_the_optimiser_is_that_of_the_recipe() -> None:
    groups = {1.0: [nn.Parameter(torch.zeros(2))], 0.1: [nn.Parameter(torch.zeros(1))]}
    adam = optimiser_of(groups, Optimiser(weight_decay=0.3))
    assert isinstance(adam, torch.optim.AdamW) and adam.param_groups[0]["weight_decay"] == 0.3
    descent = optimiser_of(groups, Optimiser(kind="sgd", weight_decay=0.2))
    assert isinstance(descent, torch.optim.SGD)
    group = descent.param_groups[0]
    assert (group["momentum"], group["nesterov"], group["weight_decay"]) == (0.9, True, 0.2)
    assert [group["share"] for group in adam.param_groups] == [1.0, 0.1]
