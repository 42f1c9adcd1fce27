from pathlib import Path

import pytest

from specnet.errors import SpecnetError
from specnet.runtime.bundle import read_model
from specnet.train.loop import Run
from specnet.train.recipes import read_recipe
from specnet.train.settings import first_difference
from specnet.train.sound_recipe import SoundRecipe

LEAST = {"name": "hey", "labels": ["hey"], "network": {"preset": "phonetic"}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text('name = "hey"\nlabels = ["hey"]\n[network]\npreset = "phonetic"\n[schedule]\nepochs = 7\n')
    return path


def refused(values: dict, *parts: str) -> None:
    with pytest.raises(SpecnetError) as error:
        SoundRecipe.of({**LEAST, **values})
    assert "\n" not in str(error.value)
    for part in parts:
        assert part in str(error.value)


def test_reads_a_file_and_overrides_by_key(path: Path) -> None:
    recipe = read_recipe(path, ["schedule.epochs=3", "loss.hard_fraction = 0.5", "network.preset=tcresnet", "seed=9"])
    assert (recipe.schedule.epochs, recipe.loss.hard_fraction, recipe.seed) == (3, 0.5, 9)
    assert recipe.network.preset == "tcresnet"
    assert read_recipe(path).schedule.epochs == 7


def test_an_override_reaches_where_the_file_has_no_section(path: Path) -> None:
    assert read_recipe(path, ["network.overrides.width=24"]).network.overrides == {"width": 24}


@pytest.mark.parametrize("override", ["epochs", "=3", ".epochs=3", "name.first=3"])
def test_a_wrong_override_is_quoted(path: Path, override: str) -> None:
    with pytest.raises(SpecnetError, match=f"--set {override.replace('.', '[.]')}: "):
        read_recipe(path, [override])


def test_an_unknown_key_comes_with_the_nearest() -> None:
    refused({"optimizer": {}}, "unknown key optimizer", "did you mean optimiser?")
    refused({"loss": {"hard_fracton": 1}}, "unknown key loss.hard_fracton", "did you mean loss.hard_fraction?")
    refused({"scenes": {"snr": [0, 1]}}, "unknown key scenes.snr", "did you mean scenes.snr_db?")
    refused({"features": {"hopp": 160}}, "unknown key features.hopp", "did you mean features.hop?")


def test_a_wrong_value_comes_with_its_key_and_what_would_be_right() -> None:
    refused({"head": {"kind": "sigmoid"}}, "head.kind = 'sigmoid'", "'max', 'softmax' or 'mlp'")
    refused({"optimiser": {"learning_rate": -1}}, "optimiser.learning_rate = -1", "greater than 0")
    refused({"scenes": {"snr_db": [30, 0]}}, "snr_db = [30.0, 0.0] should be [lowest, highest]")
    refused({"scenes": {"noise_share": 1.5}}, "noise_share = 1.5 should be between 0 and 1")
    refused({"targets": {"positive": [0.1, 0.5]}}, "should lie within ignored")
    refused({"labels": ["hey", "hey"]}, "each label once")
    refused({"scenes": {"after": [0.1, 5.0]}}, "after = [0.1, 5.0] should lie between 0 and length = 5")
    words = {"words": ["mine"], "unknown": "other"}
    refused({"data": words}, "data.unknown = 'other' should be one of several labels: ['hey']")
    refused({"data": words, "labels": ["other"]}, "data.unknown = 'other' should be one of several labels: ['other']")
    refused({"data": {"unknown": "other"}, "labels": ["hey", "other"]}, "data.unknown = 'other' needs data.words")
    refused({"network": {}}, "network.preset is missing")
    refused({"network": {"preset": 3}}, "network.preset = 3 should be the name of a preset, or of a TOML file")
    refused({"network": {"preset": {"name": "a.toml"}}}, "network.preset: should be the name of a preset, or of a")
    refused({"network": {"preset": "phonetic", "overrides": {"width": True}}}, "network.overrides.width", "True")
    refused({"loss": {"phone_weight": 1}}, "network.phones_after")
    refused({"loss": {"history_weight": 1}}, "network.history")
    refused({"calibration": {"false_alarms_per_hour": 0.3}}, "should be one of calibration.operating_points")


def test_losses_that_contradict_each_other_are_refused() -> None:
    refused(
        {"loss": {"positive_q": 0.7, "focal_gamma": 2}}, "loss: positive_q = 0.7 and focal_gamma = 2 pull hard words"
    )
    refused(
        {"loss": {"hard_fraction": 0.1, "focal_gamma": 2}}, "hard_fraction = 0.1 and focal_gamma = 2 both leave out"
    )
    refused(
        {"loss": {"positive_q": 0.7, "label_smoothing": 0.1}}, "both keep words from costing too much: leave one out"
    )
    refused(
        {"loss": {"focal_gamma": 1, "label_smoothing": 0.1}}, "focal_gamma = 1 and label_smoothing = 0.1 each decide"
    )
    for key, value in {"hard_fraction": 0.5, "positive_q": 0.5, "focal_gamma": 1.0, "background_step": 2.0}.items():
        refused({"loss": {"kind": "clip", key: value}}, f"loss: {key} = {value} is for frames: leave it out, or have")
    clip = {"kind": "clip", "boundary_weight": 0.5, "phone_weight": 0.0}
    assert SoundRecipe.of({**LEAST, "loss": clip}).loss.kind == "clip"
    refused({"loss": {"background_step": 0.5}}, "background_step = 0.5", "greater than or equal to 1")


def test_weights_of_labels_are_of_labels_that_there_are() -> None:
    two = {"labels": ["hey", "you"]}
    weights = SoundRecipe.of({**LEAST, **two, "loss": {"label_weights": {"you": 2}}}).loss.label_weights
    assert weights == {"you": 2.0}
    refused(
        {**two, "loss": {"label_weights": {"yu": 2}}}, "loss.label_weights: label 'yu' should be one of ['hey', 'you']"
    )
    refused({**two, "loss": {"label_weights": {"hey": 0}}}, "loss.label_weights.hey = 0 should be greater than 0")
    refused({"loss": {"label_weights": {"hey": 2}}}, "of one label, set positive_weight")


def test_teachers_have_to_be_there(tmp_path: Path) -> None:
    refused({"distil": {"weight": 0.9}}, "distil: weight = 0.9 needs teachers, the models to learn from")
    refused({"distil": {"teachers": ["nobody"]}}, "no model 'nobody': shipped models:")
    recipe = SoundRecipe.of({**LEAST, "distil": {"teachers": ["welcome"], "temperature": 3}})
    [teacher] = recipe.distil.teachers
    assert (teacher.model, teacher.sha256) == ("welcome", read_model("welcome").sha256)
    assert SoundRecipe.of(recipe.to_dict()) == recipe
    gone = {**recipe.to_dict(), "distil": {"teachers": [{"model": "gone.specnet", "sha256": "0" * 64}]}}
    assert SoundRecipe.of(gone).distil.teachers[0].model == "gone.specnet", "a card is read where no teacher lies"


def test_what_would_end_a_training_half_way_is_refused_before_it() -> None:
    script = {"label": "hey", "spellings": ["hey"], "before": [""], "after": [""], "near": ["hay"]}
    cast = {"engine": "espeak", "positives": 1, "negatives": 1, "speakers": ["en"], "mixtures": 0.0}
    refused({"seed": -1}, "seed = -1 should be greater than or equal to 0")
    refused({"data": {"validation_scenes": 0}}, "data.validation_scenes = 0", "greater than or equal to 1")
    refused({"calibration": {"validation_batches": 0}}, "validation_batches = 0", "greater than or equal to 1")
    refused({"calibration": {"operating_points": [0.5, 0.5]}}, "operating_points = [0.5, 0.5]", "each rate once")
    refused({"scenes": {"speed": [0, 1]}}, "speed = [0.0, 1.0] should be greater than 0")
    refused({"scenes": {"tract": [0, 1]}}, "tract = [0.0, 1.0] should be greater than 0")
    refused({"scenes": {"overlap_voices": [0, 2]}}, "overlap_voices = [0, 2] should be greater than 0")
    refused({"scenes": {"codecs": ["aac"]}}, "scenes.codecs.0 = 'aac'", "'mu-law', 'a-law', 'gsm', 'opus' or 'mp3'")
    refused({"scenes": {"codecs": []}}, "scenes.codecs = [] should have at least 1 item")
    refused({"scenes": {"colour_db": -1}}, "colour_db = -1 should be 0 or more")
    refused({"features": {"sample_rate": 8000, "f_max": 3800}}, "sample_rate = 8000 should be 16000")
    refused({"voices": {"casts": [{**cast, "engine": "festival"}]}}, "casts.0.engine", "'kokoro' or 'espeak'")
    refused({"voices": {"casts": [{**cast, "speakers": []}]}}, "casts.0.speakers = [] should have at least 1 item")
    refused({"voices": {"scripts": [{**script, "near": []}]}}, "scripts.0.near = [] should have at least 1 item")
    refused({"voices": {"scripts": [{**script, "phones": ["HH EY1"]}]}}, "'EY1' should be one of SIL AA")
    refused({"labels": ["hey", "you"], "voices": {"scripts": [script]}}, "label 'you' should have a script")


def test_codecs_are_kept_in_the_order_they_are_named() -> None:
    recipe = SoundRecipe.of({**LEAST, "scenes": {"codecs": ["opus", "gsm"], "codec_share": 0.1}})
    assert recipe.scenes.codecs == ("opus", "gsm")
    assert SoundRecipe.of(recipe.to_dict()) == recipe


def test_a_script_is_read_from_beside_the_recipe(tmp_path: Path) -> None:
    script = 'label = "hey"\nspellings = ["hey"]\nbefore = [""]\nafter = ["you"]\nnear = ["hay"]\n'
    (tmp_path / "speech.toml").write_text(script)
    recipe = SoundRecipe.of({**LEAST, "voices": {"scripts": ["speech.toml"]}}, folder=tmp_path)
    assert recipe.voices.scripts[0].after == ("you",)
    assert SoundRecipe.of(recipe.to_dict()) == recipe
    refused({"voices": {"scripts": ["nowhere.toml"]}}, "nowhere.toml: cannot be read")
    with pytest.raises(SpecnetError, match="label 'hey' should be one of"):
        SoundRecipe.of({**LEAST, "labels": ["you"], "voices": {"scripts": ["speech.toml"]}}, folder=tmp_path)


def test_a_network_is_read_from_beside_the_recipe(tmp_path: Path) -> None:
    least = {**LEAST, "network": {"preset": "own.toml"}}
    with pytest.raises(SpecnetError, match=f"{tmp_path}/own.toml: not a readable TOML file"):
        SoundRecipe.of(least, folder=tmp_path)
    text = '[[layers]]\nkind = "conv"\nchannels = 3\nkernel = 3\n'
    (tmp_path / "own.toml").write_text(text)
    recipe = SoundRecipe.of(least, folder=tmp_path)
    assert recipe.to_dict()["network"]["preset"] == {"name": "own.toml", "text": text}
    (tmp_path / "own.toml").unlink()
    assert SoundRecipe.of(recipe.to_dict()) == recipe
    assert Run(recipe).learner.product.trunk.output == (3,)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"nowhere[.]toml: cannot be read: No such file"):
        read_recipe(tmp_path / "nowhere.toml")
    (tmp_path / "broken.toml").write_text("name = ")
    with pytest.raises(SpecnetError, match=r"broken[.]toml: not TOML"):
        read_recipe(tmp_path / "broken.toml")


def test_everything_but_no_more_makes_two_recipes_differ(path: Path) -> None:
    one, other = read_recipe(path), read_recipe(path, ["loss.hard_fraction=0.5"])
    assert first_difference(one.to_dict(), read_recipe(path).to_dict()) is None
    assert first_difference(one.to_dict(), other.to_dict()) == "loss.hard_fraction"
