from collections.abc import Callable

import pytest
import torch
from torch import nn

from specnet.train.average import follow, kept, settle
from specnet.train.recipe import Schedule
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe


def test_the_average_moves_by_its_decay() -> None:
    network, average = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    nn.init.constant_(network.weight, 3.0)
    network.num_batches_tracked += 5
    follow(average, network, keep=0.9)
    torch.testing.assert_close(average.weight.data, torch.full((2,), 1.2))
    assert average.num_batches_tracked == 5


def test_the_average_starts_as_a_quick_learner_and_without_decay_is_the_network() -> None:
    schedule = Schedule(average_decay=0.999)
    assert kept(0, schedule) == pytest.approx(0.1) and kept(3999, schedule) == pytest.approx(4000 / 4009)
    assert kept(100_000, Schedule(epochs=1000, average_decay=0.999)) == 0.999
    assert kept(17, Schedule(average_decay=0.0)) == 0.0


def test_over_the_last_share_of_the_steps_all_weights_count_the_same() -> None:
    schedule = Schedule(epochs=1, steps_per_epoch=20, average_decay=0.9, average_share=0.5)
    network, average = nn.Linear(1, 1), nn.Linear(1, 1)
    random = torch.Generator().manual_seed(1)
    said = []
    for step in range(20):
        nn.init.normal_(network.weight, generator=random)
        said.append(network.weight.item())
        follow(average, network, kept(step, schedule))
    assert average.weight.item() == pytest.approx(sum(said[10:]) / 10, rel=1e-5)


def test_the_norms_of_an_average_have_its_own_statistics(recipe: Callable[..., SoundRecipe], corpus) -> None:
    learner = SoundLearner(recipe()).eval()
    batches = [learner.examples(corpus.composer("train")).batch(step) for step in range(3)]
    norms = {name: module for name, module in learner.named_modules() if isinstance(module, nn.BatchNorm2d)}
    assert len(norms) == 3
    heard: list[torch.Tensor] = []
    first, second, _ = norms.values()
    first.register_forward_pre_hook(lambda norm, inputs: heard.append(inputs[0]))
    frozen = dict(second.named_buffers())["running_mean"].clone()
    layer = next(name for name, module in learner.layers.items() if second in module.modules())
    settle(learner, iter(batches), frozen=[layer])
    means = torch.stack([x.mean(dim=(0, 2, 3)) for x in heard]).mean(dim=0)
    deviations = torch.stack([x.var(dim=(0, 2, 3)) for x in heard]).mean(dim=0)
    torch.testing.assert_close(first.running_mean, means)
    torch.testing.assert_close(first.running_var, deviations)
    assert torch.equal(second.running_mean, frozen)
    assert not any(module.training for module in learner.modules()) and first.momentum == 0.1
