"""The training loop: compose, learn, average; at every epoch measure, choose, save.

Same recipe and data, same weights, whether or not the training was interrupted: examples and randomness depend on
(seed, step) alone, and everything else is in the checkpoint.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

from specnet.errors import SpecnetError
from specnet.evaluate.rates import wilson
from specnet.train.average import SETTLED_BATCHES, follow, kept, settle
from specnet.train.checkpoint import Checkpoint, load_module, load_optimiser, module_tensors, optimiser_tensors
from specnet.train.feed import Feed
from specnet.train.learner import Examples, Figures, Goal, seed_step
from specnet.train.learners import learner_of
from specnet.train.recipe import Recipe
from specnet.train.recipes import recipe_of
from specnet.train.schedule import optimiser_of, set_pace, shrink
from specnet.train.settings import first_difference
from specnet.train.transfer import take_over

LAST, LOG = "last.safetensors", "log"


class Observer(Protocol):
    """Someone who watches the training."""

    def note(self, line: str) -> None: ...

    def step(self, step: int, steps: int, loss: float) -> None: ...

    def epoch(self, figures: Figures) -> None: ...


def claim(out: Path, recipe: Recipe, *, resume: bool) -> Checkpoint | None:
    """Where a training of `recipe` into `out` begins: None for the beginning.

    Raises `SpecnetError` where `out` is no folder, where it holds a training and `resume` is off, or none or that of
    another recipe and `resume` is on.
    """
    if out.exists() and not out.is_dir():
        raise SpecnetError(f"{out} is a file: --out should be a folder")
    last = out / LAST
    if not resume:
        if last.exists():
            raise SpecnetError(f"{out} holds a training already: --resume continues it, another --out leaves it alone")
        return None
    if not last.exists():
        raise SpecnetError(f"{out} holds no training to resume: leave --resume out to begin one")
    checkpoint = Checkpoint.load(last)
    begun = recipe_of(checkpoint.recipe, name=str(last))  # with the values of keys that are younger than it
    different = first_difference(begun.to_dict(), recipe.to_dict())
    if different:
        raise SpecnetError(f"{last} is of another recipe: {different} differs; give another --out, or that recipe")
    return checkpoint


def train(run: Run, composer: Any, validation: Any, out: Path, observer: Observer) -> Checkpoint:
    """Train on to the recipe's last step and return the best epoch's checkpoint, with the figures of all epochs.

    What `composer` gives is learnt, and epochs are judged by `validation`: both as the run's learner takes them.

    `out` receives a checkpoint of every epoch, the last one again, and the TensorBoard log. Raises `SpecnetError` where
    the loss is no longer a number.
    """
    schedule = run.recipe.schedule
    out.mkdir(parents=True, exist_ok=True)
    if run.recipe.transfer.init is not None:
        observer.note(f"{run.recipe.transfer.init}: {run.layers}")
    with SummaryWriter(out / LOG) as log:
        while run.step < schedule.steps:
            renewed = run.learner.renews
            examples = run.learner.examples(run.average.hardened(composer) if renewed and run.history else composer)
            end = run.step + schedule.steps_per_epoch if renewed else schedule.steps
            _learn(run, examples, range(run.step, end), validation, out, observer, log)
    return replace(Checkpoint.load(out / of_epoch(best_epoch(run.history, run.learner.goal))), history=run.history)


def _learn(
    run: Run, examples: Examples, steps: range, validation: Any, out: Path, observer: Observer, log: SummaryWriter
) -> None:
    """Learn from the examples of some steps, whole epochs, and measure and save each."""
    schedule = run.recipe.schedule
    losses: list[float] = []
    with Feed(examples, steps) as feed:
        for batch in feed:
            losses.append(run.learn(batch))
            if not math.isfinite(losses[-1]):
                rate = run.recipe.optimiser.learning_rate
                raise SpecnetError(
                    f"step {run.step}: the loss is {losses[-1]}; lower optimiser.learning_rate = {rate:g}"
                )
            observer.step(run.step, schedule.steps, losses[-1])
            if run.step % schedule.steps_per_epoch == 0:
                run.settle(examples)
                run.measure(float(np.mean(losses)), validation)
                run.save(out)
                losses.clear()
                observer.epoch(run.history[-1])
                for name, value in run.history[-1].items():
                    log.add_scalar(name, value, run.step)


class Run:
    """A training between two steps: the network, its moving average, the optimiser and what has been measured.

    It goes on from the checkpoint `begin`, if there is one. Raises `SpecnetError` where the recipe's network cannot be
    built, sees more than a scene, or is not that of `begin`.
    """

    def __init__(self, recipe: Recipe, begin: Checkpoint | None = None) -> None:
        torch.set_num_threads(recipe.threads)
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.learner = learner_of(recipe)
        self.layers = take_over(self.learner.layers, recipe.transfer)
        self.average = copy.deepcopy(self.learner).eval()
        self.optimiser = optimiser_of(self._groups(), recipe.optimiser)
        self.step = 0
        self.history: list[Figures] = []
        if begin:
            load_module(self.learner, "network", begin.tensors)
            load_module(self.average, "average", begin.tensors)
            load_optimiser(self.optimiser, "optimiser", begin.tensors)
            self.step, self.history = begin.step, list(begin.history)

    def learn(self, batch: Any) -> float:
        """One step down; returns the loss."""
        seed_step(self.recipe.seed, self.step)
        settings, schedule = self.recipe.optimiser, self.recipe.schedule
        set_pace(self.optimiser, self.step, schedule, settings.learning_rate)
        self.learner.train()
        for layer in self.layers.frozen.values():
            layer.eval()  # statistics of batch norms stay as they are, too
        loss = self.learner.loss(self.learner.losses(batch, self.history))
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.learner.parameters(), settings.gradient_norm)
        self.optimiser.step()
        if settings.l1:
            shrink(self.optimiser, settings.l1)
        follow(self.average, self.learner, kept(self.step, schedule))
        self.step += 1
        return loss.item()

    def _groups(self) -> dict[float, list[nn.Parameter]]:
        """The weights that learn, by their share of the learning rate."""
        tuned = {id(weight) for layer in self.layers.tuned.values() for weight in layer.parameters()}
        groups: dict[float, list[nn.Parameter]] = {}
        for weight in self.learner.parameters():
            share = self.recipe.transfer.learning_rate_share if id(weight) in tuned else 1.0
            if weight.requires_grad:
                groups.setdefault(share, []).append(weight)
        return groups

    def settle(self, examples: Examples) -> None:
        """Where weights are averaged equally, give the average statistics of its own, over the last of the batches."""
        if self.step > self.recipe.schedule.averaged_from:
            last = range(max(0, self.step - SETTLED_BATCHES), self.step)
            settle(self.average, (examples.batch(step) for step in last), self.layers.frozen)

    def measure(self, training_loss: float, validation: Any) -> None:
        """Add the figures of this epoch, those of the averaged weights, to the history."""
        epoch = self.step // self.recipe.schedule.steps_per_epoch
        weighted = {"epoch": epoch, "training_loss": training_loss, **self.learner.weights(self.history)}
        self.history.append({**weighted, **self.average.measure(validation)})

    def save(self, out: Path) -> None:
        """Write the checkpoint of this epoch, and then as the last: a crash between the two repeats the epoch."""
        tensors = {
            **module_tensors(self.learner, "network"),
            **module_tensors(self.average, "average"),
            **optimiser_tensors(self.optimiser, "optimiser"),
        }
        checkpoint = Checkpoint(self.step, self.recipe.to_dict(), self.history, tensors)
        checkpoint.save(out / of_epoch(self.history[-1]))
        checkpoint.save(out / LAST)


def best_epoch(history: Sequence[Figures], goal: Goal) -> Figures:
    """The last of the epochs that are as good as the best: whose rate of errors is as low as the lowest.

    A few hundred words cannot tell 50 from 54 %: within the 95 % interval of the lowest, the longer training decides.

    >>> history = [dict(words=300, missed=rate) for rate in (0.30, 0.20, 0.22, 0.40)]
    >>> best_epoch(history, Goal("missed", "words"))["missed"]
    0.22
    """
    lowest = min(history, key=lambda figures: figures[goal.rate])
    _, limit = wilson(round(lowest[goal.rate] * lowest[goal.of]), round(lowest[goal.of]))
    limit = max(limit, lowest[goal.rate])  # of 100 % by rounding, too
    return [figures for figures in history if figures[goal.rate] <= limit][-1]


def of_epoch(figures: Figures) -> str:
    """The file name of an epoch's checkpoint."""
    return f"epoch-{figures['epoch']:03.0f}.safetensors"
