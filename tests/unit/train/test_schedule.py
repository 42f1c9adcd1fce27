from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from specnet.train.recipe import Optimiser, Schedule
from specnet.train.schedule import background_weight, learning_rate, momentum, optimiser_of, set_pace, shrink

SCHEDULE = Schedule(epochs=10, steps_per_epoch=10, warmup_steps=20)


def test_the_rate_climbs_to_its_peak_and_falls_to_nothing() -> None:
    rates = [learning_rate(step, SCHEDULE, 0.5) for step in range(SCHEDULE.steps)]
    assert rates[:20] == pytest.approx([0.5 * (step + 1) / 20 for step in range(20)])
    assert max(rates) == 0.5
    assert all(before > after for before, after in pairwise(rates[20:]))
    assert 0 < rates[-1] < 0.001


@pytest.mark.parametrize("kind", ["adamw", "sgd"])
@pytest.mark.parametrize("steps", [3, 7, 100])
def test_one_cycle_is_that_of_torch(kind: str, steps: int) -> None:
    def optimiser() -> torch.optim.Optimizer:
        return optimiser_of({1.0: [nn.Parameter(torch.zeros(2))]}, Optimiser(kind=kind))  # type: ignore[arg-type]

    ours, theirs = optimiser(), optimiser()
    cycle = torch.optim.lr_scheduler.OneCycleLR(theirs, max_lr=0.3, total_steps=steps)
    for step in range(steps):
        set_pace(ours, step, Schedule(kind="one_cycle", epochs=1, steps_per_epoch=steps), 0.3)
        [one], [other] = ours.param_groups, theirs.param_groups
        key = "betas" if kind == "adamw" else "momentum"
        assert one["lr"] == pytest.approx(other["lr"]) and one[key] == pytest.approx(other[key])
        theirs.step()
        cycle.step() if step + 1 < steps else None


def test_the_cosine_leaves_momentum_alone_and_every_group_has_its_share() -> None:
    groups = {share: [nn.Parameter(torch.zeros(1))] for share in (1.0, 0.1)}
    optimiser = optimiser_of(groups, Optimiser(kind="sgd"))
    set_pace(optimiser, 30, SCHEDULE, 0.5)
    assert [group["momentum"] for group in optimiser.param_groups] == [0.9, 0.9]
    rate = learning_rate(30, SCHEDULE, 0.5)
    assert [group["lr"] for group in optimiser.param_groups] == [rate, 0.1 * rate]


@pytest.mark.parametrize("kind", ["cosine", "one_cycle"])
def test_where_weights_are_averaged_equally_the_rate_stays(kind: str) -> None:
    plain = Schedule(kind=kind, epochs=10, steps_per_epoch=10)  # type: ignore[arg-type]
    averaged = plain.model_copy(update={"average_share": 0.25})
    assert (plain.averaged_from, averaged.averaged_from) == (100, 75)
    for of in (learning_rate, lambda step, schedule, _: momentum(step, schedule)):
        assert all(of(step, averaged, 1.0) == of(step, plain, 1.0) for step in range(76))
        assert {of(step, averaged, 1.0) for step in range(75, 100)} == {of(75, plain, 1.0)}


def test_the_optimiser_is_that_of_the_recipe() -> None:
    groups = {1.0: [nn.Parameter(torch.zeros(2))], 0.1: [nn.Parameter(torch.zeros(1))]}
    adam = optimiser_of(groups, Optimiser(weight_decay=0.3))
    assert isinstance(adam, torch.optim.AdamW) and adam.param_groups[0]["weight_decay"] == 0.3
    descent = optimiser_of(groups, Optimiser(kind="sgd", weight_decay=0.2))
    assert isinstance(descent, torch.optim.SGD)
    group = descent.param_groups[0]
    assert (group["momentum"], group["nesterov"], group["weight_decay"]) == (0.9, True, 0.2)
    assert [group["share"] for group in adam.param_groups] == [1.0, 0.1]


def test_kernels_shrink_towards_nothing_and_not_beyond() -> None:
    kernel, bias = nn.Parameter(torch.tensor([[0.5, -0.5, 0.01, -0.01]])), nn.Parameter(torch.tensor([0.5]))
    optimiser = optimiser_of({0.5: [kernel, bias]}, Optimiser())
    set_pace(optimiser, 20, SCHEDULE, 0.4)  # the peak, so 0.2 for this group
    shrink(optimiser, l1=0.1)
    torch.testing.assert_close(kernel.data, torch.tensor([[0.48, -0.48, 0.0, 0.0]]))
    assert bias.item() == 0.5


THRESHOLDS = st.lists(st.floats(1e-6, 1 - 1e-6), max_size=8)


@given(THRESHOLDS, st.floats(1e-6, 1 - 1e-6), st.floats(1, 4))
def test_the_background_counts_more_after_an_epoch_of_too_many_false_alarms(
    before: list[float], threshold: float, step: float
) -> None:
    factor = background_weight([*before, threshold], step) / background_weight(before, step)
    assert factor == pytest.approx(min(max(threshold / (1 - threshold), 1 / step), step))
    assert factor >= 1 if threshold >= 0.5 else factor <= 1 or factor == pytest.approx(1)


@given(THRESHOLDS)
def test_without_a_step_the_background_counts_as_ever(thresholds: list[float]) -> None:
    assert background_weight(thresholds, 1.0) == 1.0
