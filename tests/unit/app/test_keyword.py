"""A recipe written from a word."""

from pathlib import Path

import pytest

from specnet.app.keyword.recipe import EFFORTS, write_recipe
from specnet.errors import SpecnetError
from specnet.train.recipes import read_recipe
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "speech").mkdir(parents=True)
    rows = ["file\tspeaker\tlicence", "talks/a.wav\tann\tCC0", "talks/b.wav\tben\tCC0", "letters/a.wav\tann\tCC BY 4.0"]
    rows.append("prompts/a.wav\tcat\tCC BY-SA 3.0")
    (folder / "speech" / "index.tsv").write_text("\n".join(rows) + "\n")
    (folder / "noise").mkdir()
    return folder


@pytest.mark.parametrize("effort", EFFORTS)
def test_the_recipe_is_one_that_can_be_trained(effort: str, tmp_path: Path, data: Path) -> None:
    written = write_recipe(["Hey  Kitchen"], tmp_path / "recipes", data, effort)
    recipe = read_recipe(written.recipe)
    assert isinstance(recipe, SoundRecipe)
    assert (recipe.name, recipe.labels) == ("hey-kitchen", ("hey kitchen",)) == (written.name, recipe.labels)
    assert recipe.data.speech == ("letters", "talks") and recipe.data.noise
    assert recipe.data.measured == ("speech/prompts",), "share-alike"
    assert not recipe.data.commands and not recipe.data.impulse_responses and recipe.scenes.command_filler_share == 0
    [script], [cast] = recipe.voices.scripts, recipe.voices.casts
    assert script.phones == ("HH EY K IH CH AH N",) and "kitchen" in script.near and script.label == "hey kitchen"
    assert "hey, kitchen" in script.spellings, "some people pause between the words"
    assert (cast.positives, recipe.schedule.epochs) == (EFFORTS[effort].positives, EFFORTS[effort].epochs)
    SoundLearner(recipe)


def test_more_effort_takes_longer(tmp_path: Path) -> None:
    minutes = [write_recipe(["go away"], tmp_path / effort, None, effort).minutes for effort in EFFORTS]
    assert minutes == sorted(minutes) and minutes[1] <= 45


def test_several_words_are_labels_of_one_model(tmp_path: Path) -> None:
    written = write_recipe(["lights", "kitchen lamp"], tmp_path, None, "quick")
    recipe = read_recipe(written.recipe)
    assert isinstance(recipe, SoundRecipe)
    assert recipe.labels == ("lights", "kitchen lamp") and recipe.name == "lights-kitchen-lamp"
    assert [script.label for script in recipe.voices.scripts] == ["lights", "kitchen lamp"]
    assert recipe.data.speech == ("libri-dev-clean", "libri-dev-other"), "what can be fetched"
    for script in recipe.voices.scripts:
        assert not {"lights", "kitchen lamp"} & set(script.near)


def test_the_same_again_changes_nothing_and_other_recipes_stay(tmp_path: Path, data: Path) -> None:
    first = write_recipe(["lights"], tmp_path, data, "quick")
    assert write_recipe(["lights"], tmp_path, data, "quick") == first
    mine = first.recipe.read_text().replace("epochs = 2", "epochs = 3")
    first.recipe.write_text(mine)
    with pytest.raises(SpecnetError, match=r"recipe\.toml: is there already, and not what would be written; train it"):
        write_recipe(["lights"], tmp_path, data, "quick")
    assert first.recipe.read_text() == mine
    assert [path.suffix for path in sorted(first.recipe.parent.iterdir())] == [".toml", ".toml"]


def test_a_short_word_is_warned_of(tmp_path: Path) -> None:
    [warning] = write_recipe(["go"], tmp_path, None, "quick").warnings
    assert "'go' has only 2 phones" in warning
    assert write_recipe(["smart mirror"], tmp_path, None, "quick").warnings == ()


@pytest.mark.parametrize(
    ("phrases", "message"),
    [
        ([""], "'': should be a word or a phrase in letters"),
        (["42"], "'42': should be a word or a phrase in letters"),
        (["lights", "Lights"], "'lights', 'Lights': should be different words"),
    ],
)
def test_what_is_no_word_is_refused(phrases: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(SpecnetError) as refused:
        write_recipe(phrases, tmp_path, None, "quick")
    assert message in str(refused.value) and not list(tmp_path.iterdir())


def test_a_folder_without_speech_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"speech/index\.tsv: not there"):
        write_recipe(["lights"], tmp_path / "recipes", tmp_path, "quick")
    assert not (tmp_path / "recipes").exists()
