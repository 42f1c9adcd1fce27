"""Cross-validation and ablation over trainings of scikit-learn's digits that take a second."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from specnet.app.ablate import AS_IT_IS, ablate
from specnet.app.folds import cross_validate, fold_of
from specnet.app.train import pictures_of, train_model
from specnet.app.trials import judge
from specnet.data.folds import Fold
from specnet.errors import SpecnetError
from specnet.runtime.bundle import ImageBundle
from specnet.train.changes import without
from specnet.train.checkpoint import Checkpoint
from specnet.train.image_examples import held_out
from specnet.train.image_recipe import ImageRecipe
from specnet.train.image_ship import taken
from specnet.train.recipe import Recipe
from specnet.train.recipes import read_recipe, recipe_of

DIGITS = Path(__file__).parents[3] / "recipes" / "digits" / "recipe.toml"
SHORT = ("schedule.epochs=2", "schedule.steps_per_epoch=4", "schedule.batch_size=16", "schedule.warmup_steps=2")


class Witness:
    """Counts the steps of every training, and interrupts one."""

    def __init__(self, stop: tuple[str, int] | None = None) -> None:
        self.steps: dict[str, int] = {}
        self.stop = stop

    @contextmanager
    def __call__(self, title: str) -> Iterator["Witness"]:
        self.title = title
        self.steps[title] = 0
        yield self

    def note(self, line: str) -> None: ...

    def step(self, step: int, steps: int, loss: float) -> None:
        self.steps[self.title] += 1
        if (self.title, step) == self.stop:
            raise KeyboardInterrupt

    def epoch(self, figures: Mapping[str, float]) -> None: ...


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return read_recipe(DIGITS, SHORT)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def folds(recipe: Recipe, out: Path, cache: Path, witness: Witness, resume: bool = False) -> list[float]:
    *_, last = cross_validate(recipe, 2, data=None, out=out, cache=cache, observe=witness, resume=resume)
    return list(last.figures)


def test_a_cross_validation_goes_on_where_it_was_interrupted(recipe: Recipe, tmp_path: Path, cache: Path) -> None:
    whole = folds(recipe, tmp_path / "whole", cache, Witness())
    assert len(whole) == 2 and all(0 < figure < 0.9 for figure in whole)
    with pytest.raises(KeyboardInterrupt):
        folds(recipe, tmp_path / "broken", cache, Witness(("fold 2 of 2", 6)))
    witness = Witness()
    assert folds(recipe, tmp_path / "broken", cache, witness, resume=True) == whole
    assert witness.steps == {"fold 2 of 2": 4}  # of 8, the first epoch was done; and fold 1 is not trained again
    for name in ("fold-1", "fold-2"):
        one, other = (Checkpoint.load(tmp_path / run / name / "last.safetensors") for run in ("whole", "broken"))
        assert all(torch.equal(one.tensors[key], other.tensors[key]) for key in one.tensors)
        card = ImageBundle.load(tmp_path / "broken" / name / "tiny-digits.specnet").card
        assert card.recipe["data"]["fold"] == {"number": int(name[-1]), "of": 2}


def test_a_fold_is_a_training_like_any_other(recipe: Recipe, tmp_path: Path, cache: Path) -> None:
    second = fold_of(recipe, Fold(2, 2))
    assert second == read_recipe(DIGITS, (*SHORT, "data.fold={number=2, of=2}"))
    figure = folds(recipe, tmp_path / "folds", cache, Witness())[1]
    model = train_model(second, data=None, out=tmp_path / "alone", cache=cache, observer=Witness()("alone").__enter__())
    assert model.read_bytes() == (tmp_path / "folds" / "fold-2" / model.name).read_bytes()
    card = ImageBundle.load(model).card
    assert figure == pytest.approx(card.metrics["validation"]["error_rate"], abs=0.005)
    assert card.metrics["validation"]["pictures"] in (718, 719)  # half of the training pictures


def test_folds_are_not_begun_over_others(recipe: Recipe, tmp_path: Path, cache: Path) -> None:
    with pytest.raises(SpecnetError, match=r"fold-1 holds no training to resume: leave --resume out"):
        folds(recipe, tmp_path, cache, Witness(), resume=True)
    folds(recipe, tmp_path, cache, Witness())
    with pytest.raises(SpecnetError, match=r"fold-1 holds a training already: --resume continues it"):
        folds(recipe, tmp_path, cache, Witness())
    more = cross_validate(recipe, 3, data=None, out=tmp_path, cache=cache, observe=Witness(), resume=True)
    with pytest.raises(SpecnetError, match=r"is of another recipe: data\.fold\.of differs"):
        next(more)


def test_an_ablation_trains_each_choice_with_each_seed_once(recipe: Recipe, tmp_path: Path, cache: Path) -> None:
    still = without(recipe, "augment")
    witness, arguments = Witness(), {"data": None, "out": tmp_path, "cache": cache}
    every = list(ablate(recipe, {"still": still}, 2, observe=witness, **arguments))
    assert [[len(row.figures) for row in rows] for rows in every] == [[1, 0], [1, 1], [2, 1], [2, 2]]
    assert list(witness.steps) == [
        f"training {number} of 4: {name}, seed {seed}"
        for number, name, seed in ((1, AS_IT_IS, 1), (2, "still", 1), (3, AS_IT_IS, 2), (4, "still", 2))
    ]
    base, row = every[-1]
    assert len({*base.figures, *row.figures}) > 2 and len({*base.places, *row.places}) == 4
    assert row.worse_by(base).figures == tuple(a - b for a, b in zip(row.figures, base.figures, strict=True))

    again, plain = Witness(), without(recipe, "network.overrides.hidden2")
    rows = list(ablate(recipe, {"still": still, "plain": plain}, 2, observe=again, **arguments))[-1]
    assert rows[:2] == every[-1]
    assert list(again.steps) == ["training 3 of 6: plain, seed 1", "training 6 of 6: plain, seed 2"]
    assert ImageBundle.load(rows[2].places[0] / "tiny-digits.specnet").card.recipe["network"]["overrides"].keys() == {
        "conv1", "conv2", "hidden1", "norm", "dropout",
    }  # fmt: skip


def test_all_choices_are_judged_by_what_the_recipe_holds_out(tmp_path: Path, cache: Path) -> None:
    """With clutter among the pictures, though this choice was trained without any."""
    cluttered = recipe_of({**read_recipe(DIGITS, SHORT).to_dict(), "background": "none", "clutter": {"share": 0.5}})
    tidy = without(cluttered, "clutter.share")
    *_, (_, row) = ablate(cluttered, {"tidy": tidy}, 1, data=None, out=tmp_path, cache=cache, observe=Witness())
    [figure] = row.figures
    model = row.places[0] / "tiny-digits.specnet"
    assert figure == judge(cluttered, model, None, cache, print) != judge(tidy, model, None, cache, print)
    bundle = ImageBundle.load(model)
    assert isinstance(cluttered, ImageRecipe)
    pictures = pictures_of(cluttered, (1, 8, 8), None, cache, print)
    seen = held_out(cluttered.data.split(pictures.train)[1], cluttered)
    assert figure == np.mean(taken(bundle, seen, 11) != seen.labels)
    assert json.loads((row.places[0] / "figure.json").read_text())["figure"] == figure


def test_an_ablation_that_cannot_be_is_refused_before_anything_is_trained(recipe: Recipe, tmp_path: Path) -> None:
    wide = recipe_of({**recipe.to_dict(), "network": {"preset": "lenet5", "input": [1, 8, 8]}})
    for base, why in ((recipe, "lenet5: layer conv2"), (fold_of(recipe, Fold(1, 2)), "leave the fold out")):
        with pytest.raises(SpecnetError, match=why):
            next(ablate(base, {"wide": wide}, 1, data=None, out=tmp_path, cache=tmp_path, observe=Witness()))
    assert not list(tmp_path.iterdir())
