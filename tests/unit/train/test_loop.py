from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from specnet.errors import SpecnetError
from specnet.train.checkpoint import Checkpoint
from specnet.train.loop import LAST, Run, best_epoch, claim, train
from specnet.train.schedule import background_weight
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


SCHEDULE = {"epochs": 2, "steps_per_epoch": 6, "batch_size": 8, "warmup_steps": 2, "average_decay": 0.8}
POWERS: dict[str, dict[str, object]] = {
    "plain": {},
    "the background follows false alarms": {"loss": {"background_step": 2.0, "focal_gamma": 1.0}},
    "equal average, L1": {"schedule": {**SCHEDULE, "average_share": 0.75}, "optimiser": {"l1": 0.1}},
    "one cycle, equal average": {"schedule": {**SCHEDULE, "kind": "one_cycle", "average_share": 0.25}},
    "mix-up": {"augment": {"mix_up": 0.4, "mix_up_share": 0.7}},
}


@pytest.mark.parametrize("power", POWERS)
def test_an_interrupted_training_ends_bit_for_bit_as_one_that_was_not(
    power: str, recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path
) -> None:
    wanted, whole, broken = recipe(**POWERS[power]), tmp_path / "whole", tmp_path / "broken"
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


def test_the_weight_of_the_background_is_shown_and_follows_the_threshold(
    recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path
) -> None:
    wanted = recipe(loss={"background_step": 2.0, "boundary_weight": 0.0})
    run = Run(wanted)
    train(run, corpus.composer("train"), corpus.validation(), tmp_path, Witness())
    first, second = (figures["background_weight"] for figures in run.history)
    assert first == 1.0 and second == background_weight([run.history[0]["threshold"]], 2.0) != 1.0
    events = EventAccumulator(str(tmp_path / "log"))
    events.Reload()
    assert [event.value for event in events.Scalars("background_weight")] == pytest.approx([first, second])

    batch = run.learner.examples(corpus.composer("train")).batch(0)
    run.learner.eval()
    before, after = (run.learner.losses(batch, history)["label"] for history in ([], run.history[:1]))
    assert torch.sign(after - before).item() == (1 if second > 1 else -1)


def test_without_a_step_nothing_is_said_of_the_background(recipe: Callable[..., SoundRecipe]) -> None:
    assert Run(recipe()).learner.weights([{"threshold": 0.9}]) == {}


def test_the_equal_average_is_the_mean_of_the_last_weights(recipe: Callable[..., SoundRecipe], corpus) -> None:
    run = Run(recipe(schedule={**SCHEDULE, "average_share": 0.5}))
    examples = run.learner.examples(corpus.composer("train"))
    seen = []
    for step in range(12):
        run.learn(examples.batch(step))
        seen.append([weight.detach().clone() for weight in run.learner.parameters()])
    for number, weight in enumerate(run.average.parameters()):
        torch.testing.assert_close(weight.data, torch.stack([weights[number] for weights in seen[6:]]).mean(dim=0))
    moving = {name: tensor.clone() for name, tensor in run.average.state_dict().items() if "running" in name}
    run.settle(examples)
    settled = run.average.state_dict()
    assert all(not torch.equal(tensor, settled[name]) for name, tensor in moving.items())
    again = {name: tensor.clone() for name, tensor in settled.items()}
    run.settle(examples)
    assert all(torch.equal(tensor, again[name]) for name, tensor in run.average.state_dict().items())


def test_what_is_measured_of_an_equal_average_has_settled(
    recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path
) -> None:
    run = Run(recipe(schedule={**SCHEDULE, "average_share": 0.5}))
    train(run, corpus.composer("train"), corpus.validation(), tmp_path, Witness())
    kept = Checkpoint.load(tmp_path / LAST).tensors
    run.settle(run.learner.examples(corpus.composer("train")))
    assert all(torch.equal(tensor, kept[f"average.{name}"]) for name, tensor in run.average.state_dict().items())


def test_l1_makes_weights_nothing(recipe: Callable[..., SoundRecipe], corpus) -> None:
    def nothing(l1: float) -> int:
        run = Run(recipe(optimiser={"learning_rate": 0.01, "l1": l1}))
        for step in range(6):
            run.learn(run.learner.examples(corpus.composer("train")).batch(step))
        return sum(int((weight == 0).sum()) for weight in run.learner.parameters() if weight.dim() > 1)

    assert nothing(1.0) > 100 and nothing(0.0) == 0


def test_a_checkpoint_without_younger_keys_is_resumed(recipe: Callable[..., SoundRecipe], tmp_path: Path) -> None:
    wanted = recipe()
    values = wanted.to_dict()
    del values["distil"], values["optimiser"]["l1"], values["schedule"]["average_share"], values["loss"]["focal_gamma"]
    Checkpoint(6, values, [], {"x": torch.zeros(1)}).save(tmp_path / LAST)
    assert claim(tmp_path, wanted, resume=True) is not None
    with pytest.raises(SpecnetError, match=r"is of another recipe: optimiser.l1 differs"):
        claim(tmp_path, recipe(optimiser={"learning_rate": 0.01, "l1": 0.1}), resume=True)


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
@pytest.mark.parametrize("boundaries", [False, True])
@pytest.mark.parametrize(
    "loss",
    [{}, {"kind": "clip"}, {"focal_gamma": 2.0}, {"label_smoothing": 0.1}, {"positive_q": 0.7, "hard_fraction": 0.1}],
    ids=str,
)
def test_every_head_with_every_loss_goes_down(
    head: str, boundaries: bool, loss: dict[str, object], recipe: Callable[..., SoundRecipe], corpus
) -> None:
    run = Run(recipe(head={"kind": head, "boundaries": boundaries}, loss={**loss, "phone_weight": 0.1}))
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
