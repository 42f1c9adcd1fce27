from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch

from specnet.errors import SpecnetError
from specnet.train.checkpoint import Checkpoint
from specnet.train.loop import LAST, Run, best_epoch, claim, train
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe


class Witness:
    """Keeps what it is told; `stop_at` ends the training there, as a crash would."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.losses: list[float] = []
        self.figures: list[Mapping[str, float]] = []
        self.stop_at = stop_at

    def note(self, line: str) -> None:
        pass

    def step(self, step: int, steps: int, loss: float) -> None:
        if step == self.stop_at:
            raise KeyboardInterrupt
        self.losses.append(loss)

    def epoch(self, figures: Mapping[str, float]) -> None:
        self.figures.append(figures)


def same(one: Checkpoint, other: Checkpoint) -> bool:
    return (
        (one.step, one.history, one.recipe) == (other.step, other.history, other.recipe)
        and one.tensors.keys() == other.tensors.keys()
        and all(torch.equal(one.tensors[name], other.tensors[name]) for name in one.tensors)
    )


def test_an_interrupted_training_ends_bit_for_bit_as_one_that_was_not(
    recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path
) -> None:
    wanted, whole, broken = recipe(), tmp_path / "whole", tmp_path / "broken"
    train(Run(wanted), corpus.composer("train"), corpus.validation(), whole, Witness())
    with pytest.raises(KeyboardInterrupt):
        train(
            Run(wanted), corpus.composer("train"), corpus.validation(), broken, Witness(stop_at=9)
        )  # in the second epoch
    begin = claim(broken, wanted, resume=True)
    assert begin is not None and begin.step == 6
    train(Run(wanted, begin), corpus.composer("train"), corpus.validation(), broken, Witness())
    names = {path.name for path in whole.glob("*.safetensors")}
    assert len(names) > 2 and LAST in names
    for name in names:
        assert same(Checkpoint.load(whole / name), Checkpoint.load(broken / name))


def test_another_seed_gives_other_weights(recipe: Callable[..., SoundRecipe], corpus) -> None:
    def weights(seed: int) -> torch.Tensor:
        run = Run(recipe(seed=seed))
        run.learn(run.learner.examples(corpus.composer("train")).batch(0))
        return torch.cat([parameter.detach().flatten() for parameter in run.learner.parameters()])

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


@pytest.mark.parametrize("words", [1, 6, 400, 401])
def test_a_training_that_finds_nothing_has_a_last_epoch_too(words: int) -> None:
    history = [{"epoch": epoch, "false_reject_rate": 1.0, "words": words} for epoch in (1, 2)]
    assert best_epoch(history, SoundLearner.goal)["epoch"] == 2


def test_it_learns_and_keeps_the_best_epoch(recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path) -> None:
    schedule = {"epochs": 3, "steps_per_epoch": 20, "batch_size": 8, "warmup_steps": 2, "average_decay": 0.8}
    measured = {"validation_batches": 1, "false_alarms_per_hour": 400.0, "operating_points": [400.0]}  # of 25 s
    witness = Witness()
    run = Run(recipe(schedule=schedule, calibration=measured))
    best = train(run, corpus.composer("train"), corpus.validation(), tmp_path, witness)
    assert sum(witness.losses[-5:]) < 0.5 * sum(witness.losses[:5])
    assert witness.figures[-1]["validation_loss"] < 0.7 * witness.figures[0]["validation_loss"]
    assert best.history == witness.figures
    assert best.step == 20 * best_epoch(witness.figures, SoundLearner.goal)["epoch"]
    assert best_epoch(witness.figures, SoundLearner.goal)["false_reject_rate"] == 0


def test_a_training_that_diverges_ends_in_one_line(recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path) -> None:
    run = Run(recipe())
    torch.nn.init.constant_(next(run.learner.parameters()), float("inf"))
    with pytest.raises(SpecnetError, match=r"step 1: the loss is nan; lower optimiser.learning_rate = 0.01"):
        train(run, corpus.composer("train"), corpus.validation(), tmp_path, Witness())
    assert not list(tmp_path.glob("*.safetensors"))


def test_the_phone_head_teaches_the_layers_below_it(recipe: Callable[..., SoundRecipe], corpus) -> None:
    run = Run(recipe())
    parts = run.learner.train().losses(run.learner.examples(corpus.composer("train")).batch(0))
    assert set(parts) == {"label", "boundary", "phone"}
    parts["phone"].backward()
    lower, upper = run.learner.keyword.trunk.split("phones")
    assert all(parameter.grad is not None for parameter in lower.parameters())
    assert all(parameter.grad is None for parameter in upper.parameters())
    assert not any(name.startswith("phones") for name in run.learner.keyword.state_dict())


@pytest.mark.parametrize("head", ["max", "softmax", "mlp"])
@pytest.mark.parametrize("loss", ["frames", "clip"])
def test_every_head_with_every_loss_goes_down(head: str, loss: str, recipe: Callable[..., SoundRecipe], corpus) -> None:
    run = Run(recipe(head={"kind": head, "boundaries": loss == "frames"}, loss={"kind": loss, "phone_weight": 0.1}))
    batch = run.learner.examples(corpus.composer("train")).batch(0)
    losses = [run.learn(batch) for _ in range(6)]
    assert losses[-1] < losses[0]


def test_a_network_that_sees_more_than_a_scene_is_refused(recipe: Callable[..., SoundRecipe]) -> None:
    with pytest.raises(SpecnetError, match=r"scenes.length = 0.2 should be at least 0\.\d\d"):
        Run(recipe(scenes={"length": 0.2}))


def test_a_folder_is_claimed_once(recipe: Callable[..., SoundRecipe], tmp_path: Path) -> None:
    wanted = recipe()
    assert claim(tmp_path, wanted, resume=False) is None
    (tmp_path / "file").touch()
    with pytest.raises(SpecnetError, match="file is a file: --out should be a folder"):
        claim(tmp_path / "file", wanted, resume=False)
    with pytest.raises(SpecnetError, match="holds no training to resume"):
        claim(tmp_path, wanted, resume=True)
    Checkpoint(6, wanted.to_dict(), [], {"x": torch.zeros(1)}).save(tmp_path / LAST)
    with pytest.raises(SpecnetError, match="holds a training already: --resume continues it"):
        claim(tmp_path, wanted, resume=False)
    found = claim(tmp_path, wanted, resume=True)
    assert found is not None and found.step == 6
    with pytest.raises(SpecnetError, match=r"is of another recipe: seed differs"):
        claim(tmp_path, recipe(seed=5), resume=True)
