"""`specnet train` as a process, with pictures that come with scikit-learn."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from sklearn.datasets import load_digits

from specnet.cli.main import run
from specnet.images.files import write_png
from specnet.runtime.bundle import ImageBundle

Run = Callable[..., CompletedProcess[str]]
RECIPE = Path(__file__).parents[2] / "recipes" / "digits" / "recipe.toml"


def test_a_recipe_becomes_a_model_that_classifies(specnet: Run, tmp_path: Path) -> None:
    done = specnet("train", RECIPE, "--out", "run", "--cache", "cache", timeout=600)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{Path('run') / 'tiny-digits.specnet'}\n"
    assert "epoch 6: training loss" in done.stderr and "error rate" in done.stderr
    out = tmp_path / "run"
    epochs = {f"epoch-00{epoch}.safetensors" for epoch in range(1, 7)}
    assert {path.name for path in out.iterdir()} == epochs | {
        "last.safetensors",
        "log",
        "report",
        "report.md",
        "tiny-digits.specnet",
    }
    card = ImageBundle.load(out / "tiny-digits.specnet").card
    assert card.metrics["test"]["error_rate"] < 0.1
    pixels, labels = load_digits(return_X_y=True)
    for i in range(3):
        write_png(tmp_path / f"{i}.png", pixels[i].reshape(1, 8, 8) / 16)
    pictures = [f"{i}.png" for i in range(3)]
    found = specnet("classify", "--model", "run/tiny-digits.specnet", "--format", "json", *pictures)
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["model"]["labels"] == list(map(str, np.unique(labels)))
    counted = specnet("summary", "run/tiny-digits.specnet", "--format", "json")
    assert counted.returncode == 0, counted.stderr
    assert json.loads(counted.stdout)["total"]["parameters"] > 1000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([RECIPE, "--set", "kind=video"], "kind = 'video' should be 'sound' or 'image'"),
        ([RECIPE, "--set", "augment.shfit=1"], "unknown key augment.shfit; did you mean augment.shift?"),
        ([RECIPE, "--set", "network.preset=lenet5", "--set", "network.overrides={}"], "lenet5: layer conv2"),
        ([RECIPE, "--set", "network.input=[1, 12, 12]"], "'digits' has pictures 1x8x8, but the network takes 1x12x12"),
        ([RECIPE, "--resume"], "runs/tiny-digits holds no training to resume"),
    ],
)
def test_what_cannot_be_trained_is_one_line(
    arguments: list[object],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", *map(str, arguments)]) == 2
    assert message in capfd.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())


def test_few_pictures_with_the_layers_of_a_model(specnet: Run, tmp_path: Path) -> None:
    recipe = str(Path(RECIPE).parents[1] / "transfer" / "recipe.toml")
    short = ["--set", "schedule.epochs=1", "--set", "schedule.steps_per_epoch=4", "--cache", str(tmp_path / "cache")]
    said = {}
    for freeze in ("backbone", "conv1,conv2"):
        out = tmp_path / freeze
        done = specnet("train", recipe, "--init", "digits", "--freeze", freeze, "--out", str(out), *short)
        assert done.returncode == 0, done.stderr
        said[freeze] = done.stderr
        assert (out / "few-digits.specnet").is_file()
    assert "digits: frozen: norm, conv1, conv2, conv3, conv4, dense1; new: dense2" in said["backbone"]
    assert "digits: frozen: conv1, conv2; taken over: norm, conv3, conv4, dense1; new: dense2" in said["conv1,conv2"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--freeze", "backbone"], "freeze = ['backbone'] needs init"),
        (["--init", "digits", "--freeze", "conv9"], "'conv9' should be a layer that is taken over from digits: norm,"),
        (["--init", "welcome"], "welcome: none of its layers ("),
        (["--init", "nothing"], "no model 'nothing'"),
    ],
)
def test_what_cannot_be_taken_over_is_one_line(specnet: Run, arguments: list[str], message: str) -> None:
    recipe = str(Path(RECIPE).parents[1] / "transfer" / "recipe.toml")
    done = specnet("train", recipe, *arguments, "--out", "out")
    assert done.returncode == 2 and done.stdout == ""
    assert message in done.stderr and done.stderr.count("\n") == 1


def test_a_small_network_learns_from_two_larger_ones(specnet: Run, tmp_path: Path) -> None:
    short = ["--set", "schedule.epochs=1", "--set", "schedule.steps_per_epoch=4", "--cache", "cache"]
    teachers = []
    for name in ("one", "two"):
        done = specnet("train", RECIPE, "--out", name, "--set", f"seed={len(teachers) + 1}", *short)
        assert done.returncode == 0, done.stderr
        teachers += ["--teacher", f"{name}/tiny-digits.specnet"]
    small = [*teachers, "--set", "network.overrides.conv1=4", "--set", "distil.weight=0.9", "--out", "small"]
    done = specnet("train", RECIPE, *small, *short)
    assert done.returncode == 0, done.stderr
    made = ImageBundle.load(tmp_path / "small" / "tiny-digits.specnet").card.recipe["distil"]
    assert made["weight"] == 0.9
    digests = [ImageBundle.load(tmp_path / name / "tiny-digits.specnet").sha256 for name in ("one", "two")]
    assert [teacher["sha256"] for teacher in made["teachers"]] == digests
    (tmp_path / "two" / "tiny-digits.specnet").write_bytes((tmp_path / "one" / "tiny-digits.specnet").read_bytes())
    done = specnet("train", RECIPE, *small, *short, "--resume")
    assert done.returncode == 2 and "is of another recipe: distil.teachers.1.sha256 differs" in done.stderr
    done = specnet("train", RECIPE, "--teacher", "welcome", "--out", "other", *short)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "welcome is a model for sound: a teacher should be one for images, too" in done.stderr
