"""The recipe `cifar10` next to the same network written in plain torch and trained the same way.

    python benchmarks/plain_torch.py --data DIR [--epochs 3]

Both begin with the same weights and learn from the same batches, in turn, so that a busy machine slows them alike. The
recipe's schedule, from its warm-up to the mean of its last weights, takes place in so few passes; `--epochs 100` is the
whole recipe. The table holds the medians of a step, in seconds, the losses at the end, and the errors of the mean on
the test pictures.
Aim: a step of at most 1.05 of plain torch's, and as good.
"""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

from specnet.data.picture_sets import read_pictures
from specnet.train.average import SETTLED_BATCHES
from specnet.train.image_examples import ImageBatch, ImageExamples
from specnet.train.image_learner import ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.loop import Run
from specnet.train.memory import keep_freed_memory
from specnet.train.recipes import read_recipe, recipe_of
from specnet.train.schedule import MOMENTUM, learning_rate

RECIPE = Path(__file__).parents[1] / "recipes" / "cifar10" / "recipe.toml"
AIM = 1.05


class PlainResidual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + x)


def pooled(channels: int, wider: int) -> list[nn.Module]:
    convolution = nn.Conv2d(channels, wider, 3, padding=1, bias=False)
    return [convolution, nn.MaxPool2d(2), nn.BatchNorm2d(wider), nn.SiLU(), PlainResidual(wider)]


def plain_network(stem: int = 48, width: int = 104, top: int = 208, classes: int = 10) -> nn.Module:
    """The preset `cifar-conv` behind the normalisation of its pictures."""
    return nn.Sequential(
        nn.BatchNorm2d(3, affine=False),
        *(nn.Conv2d(3, 32, 2, bias=False), nn.BatchNorm2d(32), nn.SiLU()),
        *(*pooled(32, stem), *pooled(stem, width), *pooled(width, top)),
        *(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(top, classes)),
    ).to(memory_format=torch.channels_last)


class PlainRun:
    """A training as one writes it by hand."""

    def __init__(self, recipe: ImageRecipe, weights: dict[str, Tensor]) -> None:
        self.recipe, self.network, self.step = recipe, plain_network(), 0
        own = self.network.state_dict()
        for (name, tensor), new in zip(own.items(), weights.values(), strict=True):
            own[name] = new.reshape(tensor.shape).clone()
        self.network.load_state_dict(own)
        rate = recipe.optimiser.learning_rate
        self.optimiser = torch.optim.SGD(
            self.network.parameters(), rate, MOMENTUM, weight_decay=recipe.optimiser.weight_decay, nesterov=True
        )
        decay = get_ema_multi_avg_fn(recipe.schedule.average_decay)
        self.moving = AveragedModel(self.network, use_buffers=True, multi_avg_fn=decay)
        self.mean = AveragedModel(self.network)

    def learn(self, batch: ImageBatch) -> float:
        recipe = self.recipe
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.step, recipe.schedule, recipe.optimiser.learning_rate)
        images = torch.from_numpy(batch.images).to(memory_format=torch.channels_last).float() / 255
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.precision == "bfloat16"):
            logits = self.network.train()(images)
        targets = torch.from_numpy(batch.targets)
        loss = F.cross_entropy(logits.float(), targets, label_smoothing=recipe.loss.label_smoothing)
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), recipe.optimiser.gradient_norm)
        self.optimiser.step()
        average = self.moving if self.step < recipe.schedule.averaged_from else self.mean
        average.update_parameters(self.network)
        self.step += 1
        return loss.item()

    def settle(self, examples: ImageExamples) -> None:
        """Batch statistics of the mean."""
        batches = (examples.batch(step).images for step in range(self.step - SETTLED_BATCHES, self.step))
        update_bn((torch.from_numpy(images).float() / 255 for images in batches), self.mean)


@torch.no_grad()
def wrong(network: Callable[[Tensor], Tensor], images: np.ndarray, labels: np.ndarray) -> float:
    taken = [network(torch.from_numpy(part).float() / 255).flatten(1).argmax(1) for part in np.array_split(images, 40)]
    return float((torch.cat(taken).numpy() != labels).mean())


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--cache", type=click.Path(path_type=Path), default=Path.home() / ".cache" / "specnet")
@click.option("--epochs", default=3, show_default=True)
def main(data: Path, cache: Path, epochs: int) -> None:
    """Print the table."""
    keep_freed_memory()
    whole = read_recipe(RECIPE).to_dict()
    warmup = whole["schedule"]["warmup_steps"] * epochs // whole["schedule"]["epochs"]
    recipe = recipe_of({**whole, "schedule": {**whole["schedule"], "epochs": epochs, "warmup_steps": warmup}})
    assert isinstance(recipe, ImageRecipe)
    ours = Run(recipe)
    assert isinstance(ours.learner, ImageLearner)
    plain = PlainRun(recipe, ours.learner.recogniser.state_dict())
    pictures = read_pictures(recipe.data, recipe.labels, ours.learner.size, data=data, cache=cache, progress=click.echo)
    examples = ImageExamples(pictures.train, recipe)
    taken: list[list[float]] = [[], []]
    losses: list[list[float]] = [[], []]
    for step in range(recipe.schedule.steps):
        batch = examples.batch(step)
        for i, run in sorted(enumerate((ours, plain)), reverse=bool(step % 2)):
            begin = time.perf_counter()
            losses[i].append(run.learn(batch))
            taken[i].append(time.perf_counter() - begin)
    test, labels = pictures.test.images, pictures.test.labels
    for run in (ours, plain):
        run.settle(examples)
    networks = ours.average.recogniser.eval(), plain.mean.eval()
    click.echo("| | seconds a step | mean loss of the last ten | wrong |\n|---|---|---|---|")
    for i, name in enumerate(("specnet", "plain torch")):
        share = wrong(networks[i], test, labels)
        click.echo(f"| {name} | {median(taken[i]):.3f} | {np.mean(losses[i][-10:]):.3f} | {share:.1%} |")
    ratio = median(taken[0]) / median(taken[1])
    click.echo(f"\nratio of a step {ratio:.3f}, aim at most {AIM}; {recipe.schedule.steps} steps")


if __name__ == "__main__":
    main()
