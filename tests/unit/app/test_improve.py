"""The recipe that goes on from a model."""

from dataclasses import replace
from pathlib import Path

import pytest

from specnet.app.keyword.improve import improvement
from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle, write_bundle


def test_it_goes_on_with_all_layers_and_all_that_was_heard_before(tmp_path: Path) -> None:
    before = Bundle.load("welcome").card.recipe
    television, radio = tmp_path / "television", tmp_path / "radio"
    television.mkdir()
    radio.mkdir()
    recipe = improvement("welcome", [tmp_path], [television, radio])
    assert recipe.labels == ("welcome",) and recipe.network.members == 2
    assert recipe.transfer.init == "welcome" and recipe.transfer.last
    assert recipe.data.recordings == (str(tmp_path),) and recipe.data.background == (str(television), str(radio))
    assert list(recipe.data.speech) == before["data"]["speech"] and len(recipe.voices.scripts) == 1
    assert recipe.schedule.steps < before["schedule"]["epochs"] * before["schedule"]["steps_per_epoch"] / 4
    assert recipe.optimiser.learning_rate < before["optimiser"]["learning_rate"]


def test_an_improvement_is_improved_at_the_same_rate_and_hears_each_folder_once(tmp_path: Path) -> None:
    first, welcome = improvement("welcome", [tmp_path], []), Bundle.load("welcome")
    model = tmp_path / "improved.specnet"
    card = replace(welcome.card, recipe=first.to_dict())
    write_bundle(model, model=card, graph=welcome.graph, weights=welcome.weights)
    second = improvement(str(model), [tmp_path], [tmp_path])
    assert second.optimiser.learning_rate == first.optimiser.learning_rate
    assert second.data.recordings == second.data.background == (str(tmp_path),)


def test_wrong_arguments_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match="nothing to learn from: give --missed DIR, --false-alarms DIR, or both"):
        improvement("welcome", [], [])
    with pytest.raises(SpecnetError, match="nowhere: should be a folder of recordings"):
        improvement("welcome", [], [tmp_path / "nowhere"])
    with pytest.raises(SpecnetError, match="digits is a model for images"):
        improvement("digits", [tmp_path], [])
