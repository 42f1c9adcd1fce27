"""Learning from pictures by the same loop: a task that a tiny network learns at once, bars that lie or stand."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from specnet.app.classify import ImageModel
from specnet.data.pictures import Pictures, PictureSet
from specnet.runtime.bundle import ImageBundle
from specnet.runtime.network import OnnxNetwork
from specnet.train.checkpoint import Checkpoint
from specnet.train.image_examples import ImageExamples, held_out
from specnet.train.image_figures import examples_figure
from specnet.train.image_recipe import ImageRecipe
from specnet.train.image_ship import judge, ship_image
from specnet.train.loop import LOG, Run, claim, train
from specnet.train.recipes import recipe_of

NETWORK = """
input = [1, 8, 8]
parameters = { classes = 2 }

[[layers]]
kind = "conv"
channels = 8
kernel = 3

[[layers]]
name = "middle"
kind = "pool"
mode = "max"
kernel = 2
stride = 2

[[layers]]
kind = "dense"
channels = "classes"
frames = "all"
norm = false
activation = "none"
"""
AUXILIARY = """
[[auxiliary.middle]]
kind = "dense"
channels = "classes"
frames = "all"
norm = false
activation = "none"
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Callable[..., ImageRecipe]:
    network = tmp_path / "network.toml"
    network.write_text(NETWORK)
    values = {
        "name": "bars",
        "labels": ["lies", "stands"],
        "threads": 1,
        "data": {"set": "folder"},
        "network": {"preset": str(network)},
        "augment": {"shift": 1},
        "optimiser": {"kind": "sgd", "learning_rate": 0.1},
        "schedule": {"epochs": 2, "steps_per_epoch": 6, "batch_size": 8, "warmup_steps": 2, "average_decay": 0.8},
    }
    return lambda **sections: ImageRecipe.of({**values, **sections})


def bars(count: int, seed: int = 0) -> Pictures:
    random = np.random.default_rng(seed)
    images = random.integers(0, 60, (count, 1, 8, 8)).astype(np.uint8)
    labels = random.integers(0, 2, count)
    for image, label, place in zip(images, labels, random.integers(2, 6, count), strict=True):
        (image[0, :, place] if label else image[0, place])[:] = 200
    return Pictures(images, labels)


class Witness:
    def __init__(self, stop_at: int | None = None) -> None:
        self.figures: list[Mapping[str, float]] = []
        self.stop_at = stop_at

    def note(self, line: str) -> None: ...

    def step(self, step: int, steps: int, loss: float) -> None:
        if step == self.stop_at:
            raise KeyboardInterrupt

    def epoch(self, figures: Mapping[str, float]) -> None:
        self.figures.append(figures)


def trained(recipe: ImageRecipe, out: Path) -> Checkpoint:
    return train(Run(recipe), bars(40), held_out(bars(30, 1), recipe), out, Witness())


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("kind", ["sgd", "adamw"])
def test_an_interrupted_training_ends_bit_for_bit_as_one_that_was_not(
    precision: str, kind: str, recipe: Callable[..., ImageRecipe], tmp_path: Path
) -> None:
    augment = {"shift": 1, "flip": True, "rotation": 5, "cut_out": 2, "mix_up": 0.2}
    optimiser = {"kind": kind, "learning_rate": 0.05}
    wanted = recipe(precision=precision, augment=augment, optimiser=optimiser, background="none")
    trained(wanted, tmp_path / "whole")
    broken = tmp_path / "broken"
    with pytest.raises(KeyboardInterrupt):
        train(Run(wanted), bars(40), held_out(bars(30, 1), wanted), broken, Witness(stop_at=9))
    begin = claim(broken, wanted, resume=True)
    assert begin is not None and begin.step == 6
    train(Run(wanted, begin), bars(40), held_out(bars(30, 1), wanted), broken, Witness())
    for name in ("epoch-001.safetensors", "epoch-002.safetensors", "last.safetensors"):
        one, other = (Checkpoint.load(folder / name) for folder in (tmp_path / "whole", broken))
        assert one.history == other.history and one.tensors.keys() == other.tensors.keys()
        assert all(torch.equal(one.tensors[key], other.tensors[key]) for key in one.tensors)


def test_it_learns_and_the_model_file_is_what_was_measured(recipe: Callable[..., ImageRecipe], tmp_path: Path) -> None:
    schedule = {"epochs": 3, "steps_per_epoch": 15, "batch_size": 8, "warmup_steps": 2, "average_decay": 0.8}
    wanted = recipe(schedule=schedule, loss={"label_smoothing": 0.05})
    best = trained(wanted, tmp_path)
    assert best.history[-1]["error_rate"] < 0.2 and best.history[-1]["pictures"] == 30
    pictures = PictureSet(bars(40), bars(50, 2), {"name": "bars", "licence": "CC0"})
    path = ship_image(wanted, best, pictures, ImageExamples(bars(40), wanted).batch(0), tmp_path)
    bundle = ImageBundle.load(path)
    judged = judge(bundle, bars(50, 2))
    assert bundle.card.metrics["test"]["errors"] == judged.errors < 10
    assert bundle.card.metrics["test"]["pictures"] == judged.pictures == 50
    assert recipe_of(bundle.card.recipe) == wanted
    assert (bundle.card.stride, bundle.card.background, bundle.card.prepare) == (2, None, "fit")
    assert bundle.card.data == ({"name": "bars", "licence": "CC0"},)
    some = bars(50, 2)
    guesses = [ImageModel(bundle).classify(image.astype(np.float32) / 255)[0].label for image in some.images]
    errors = sum(guess != wanted.labels[label] for guess, label in zip(guesses, some.labels, strict=True))
    assert errors == judged.errors
    report = (tmp_path / "report.md").read_text()
    assert f"{50 - judged.errors} of 50 are right" in report and "- bars: CC0" in report and "(kept)" in report
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", report)
    assert shown == ["report/confusions.svg", "report/epochs.svg", "report/examples.svg"]
    assert all("</svg>" in (tmp_path / name).read_text() for name in shown)
    events = EventAccumulator(str(tmp_path / LOG))
    events.Reload()
    assert events.Tags()["images"] == ["confusions", "epochs"]
    assert {event.step for name in events.Tags()["images"] for event in events.Images(name)} == {best.step}


def test_examples_are_what_is_learnt_from(recipe: Callable[..., ImageRecipe]) -> None:
    batch = ImageExamples(bars(40), recipe()).batch(0)
    drawn = [axes for axes in examples_figure(batch, ["lying", "standing"]).axes if axes.images]
    assert len(drawn) == min(24, len(batch.images))
    for axes, image, target in zip(drawn, batch.images, batch.targets, strict=False):
        np.testing.assert_array_equal(np.reshape(axes.images[0].get_array(), image.shape), image)  # of one channel
        assert axes.get_title() == ["lying", "standing"][int(target.argmax())]


def test_every_pass_sees_every_picture_once_in_another_order(recipe: Callable[..., ImageRecipe]) -> None:
    pictures = Pictures(np.arange(20, dtype=np.uint8)[:, None, None, None].repeat(8, 2).repeat(8, 3), np.zeros(20, int))
    examples = ImageExamples(pictures, recipe(augment={}))
    seen = np.concatenate([examples.batch(step).images[:, 0, 0, 0] for step in range(5)])  # two passes of 20
    first, second = seen[:20], seen[20:]
    assert sorted(first) == sorted(second) == list(range(20)) and list(first) != list(second)


def test_targets_are_shared_by_pictures_that_are_mixed(recipe: Callable[..., ImageRecipe]) -> None:
    black = Pictures(np.zeros((8, 1, 8, 8), np.uint8), np.zeros(8, int))
    white = Pictures(np.full((8, 1, 8, 8), 200, np.uint8), np.ones(8, int))
    both = Pictures(np.concatenate([black.images, white.images]), np.concatenate([black.labels, white.labels]))
    batch = ImageExamples(both, recipe(augment={"mix_up": 1.0}, schedule={"batch_size": 16})).batch(0)
    np.testing.assert_allclose(batch.targets.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(batch.images[:, 0, 0, 0] / 200, batch.targets[:, 1], atol=0.003)
    assert len(set(batch.targets[:, 1].tolist())) > 2


def test_a_background_is_learnt_in_its_share(recipe: Callable[..., ImageRecipe]) -> None:
    wanted = recipe(background="none", clutter={"share": 0.5, "reach": 0.4}, schedule={"batch_size": 200})
    batch = ImageExamples(bars(40), wanted).batch(0)
    assert batch.targets.shape == (200, 3) and 70 < batch.targets[:, 2].sum() < 130
    kept = held_out(bars(30), wanted)
    assert set(kept.labels.tolist()) == {0, 1, 2}
    np.testing.assert_array_equal(kept.images, held_out(bars(30), wanted).images)


def test_auxiliary_heads_count_by_their_weight(recipe: Callable[..., ImageRecipe], tmp_path: Path) -> None:
    (tmp_path / "network.toml").write_text(NETWORK.replace("[[layers]]", AUXILIARY + "\n[[layers]]", 1))
    run = Run(recipe(loss={"auxiliary_weight": 0.5}))
    parts = run.learner.losses(run.learner.examples(bars(40)).batch(0))
    assert set(parts) == {"label", "middle"}
    assert run.learner.loss(parts).item() == pytest.approx((parts["label"] + 0.5 * parts["middle"]).item())


def test_a_picture_network_learns_from_the_one_before(recipe: Callable[..., ImageRecipe], tmp_path: Path) -> None:
    schedule = {"epochs": 3, "steps_per_epoch": 15, "batch_size": 8, "warmup_steps": 2, "average_decay": 0.8}
    wanted = recipe(schedule=schedule)
    pictures = PictureSet(bars(40), bars(50, 2), {"name": "bars", "licence": "CC0"})
    model = ship_image(wanted, trained(wanted, tmp_path), pictures, ImageExamples(bars(40), wanted).batch(0), tmp_path)
    distil = {"teachers": [str(model)], "weight": 1.0}
    learner = Run(recipe(distil=distil, augment={"mix_up": 0.2})).learner
    batch = learner.examples(bars(40)).batch(0)
    network = OnnxNetwork(ImageBundle.load(model))
    np.testing.assert_allclose(batch.taught, network.probabilities(batch.images.astype(np.float32) / 255)[..., 0])

    nonsense = Pictures(bars(40).images, 1 - bars(40).labels)  # so what is right can only come from the teacher
    run = Run(recipe(schedule=schedule, distil=distil))
    history = train(run, nonsense, bars(30, 1), tmp_path / "small", Witness()).history
    assert history[-1]["error_rate"] < 0.2
    parts = run.learner.losses(batch)
    assert set(parts) == {"label", "teacher"}
    torch.testing.assert_close(run.learner.loss(parts), parts["teacher"])


def test_equal_averages_of_picture_networks_have_norms_of_their_own(
    recipe: Callable[..., ImageRecipe], tmp_path: Path
) -> None:
    schedule = {"epochs": 3, "steps_per_epoch": 15, "batch_size": 8, "kind": "one_cycle", "average_share": 0.3}
    best = trained(recipe(schedule=schedule), tmp_path)
    assert best.history[-1]["error_rate"] < 0.2
