"""`specnet train` as a process, on the recordings in data/ and a stand-in for espeak-ng that plays them back."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
import soundfile
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from specnet.cli.main import run
from specnet.runtime.bundle import Bundle

Run = Callable[..., CompletedProcess[str]]
RECIPE = Path(__file__).parents[2] / "recipes" / "smoke" / "recipe.toml"


def test_a_recipe_becomes_a_model_that_detects(
    specnet: Run,
    folder: Path,
    weasels: dict[str, str],
    tmp_path: Path,
    data: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    done = specnet("train", RECIPE, "--data", folder, "--out", "run", env=weasels, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{Path('run') / 'smoke.specnet'}\n"
    assert "epoch 1: training loss" in done.stderr and "epoch 2: training loss" in done.stderr
    out = tmp_path / "run"
    made = {
        "epoch-001.safetensors",
        "epoch-002.safetensors",
        "last.safetensors",
        "log",
        "report.html",
        "smoke.specnet",
    }
    assert {path.name for path in out.iterdir()} == made
    events = EventAccumulator(str(out / "log"))
    events.Reload()
    tags = events.Tags()
    assert {"training_loss", "validation_loss", "false_reject_rate"} <= {*tags["scalars"]}
    assert {"det", "scores", "confusions", "epochs"} <= {*tags["images"]}
    assert tags["audio"] and {*tags["audio"]} <= {*tags["images"]}
    model = Bundle.load(out / "smoke.specnet")
    assert model.card.data[0]["name"] == "fixtures"
    assert model.card.recipe["schedule"]["steps_per_epoch"] == 12
    found = specnet("detect", "--model", out / "smoke.specnet", "--format", "json", data / "dir-welcome.flac")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["model"]["labels"] == ["welcome"]

    arguments = ["train", str(RECIPE), "--data", str(folder), "--out", str(out)]
    assert run(arguments) == 2
    assert "holds a training already: --resume continues it, another --out leaves it alone" in capfd.readouterr().err
    assert run([*arguments, "--resume", "--set", "seed=7"]) == 2
    assert "last.safetensors is of another recipe: seed differs" in capfd.readouterr().err


WORDS = """
name = "tones"
labels = ["low", "high", "unknown"]
threads = 1
[data]
words = ["mine/words"]
unknown = "unknown"
noise = false
impulse_responses = false
validation_share = 0.4
validation_scenes = 20
[scenes]
length = 1.2
after = [0.1, 0.4]
turned_share = 0.2
[network]
preset = "mlp-scan"
overrides = { window = 60, dropout = 0.0 }
[head]
boundaries = false
[optimiser]
learning_rate = 1e-2
[schedule]
epochs = 1
steps_per_epoch = 40
batch_size = 16
warmup_steps = 4
average_decay = 0.8
[calibration]
validation_batches = 1
"""


def test_a_folder_of_single_words_becomes_a_model_that_tells_them_apart(specnet: Run, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(WORDS)
    random = np.random.default_rng(0)
    for word, hertz in {"low": 400, "high": 3000, "cat": 1200}.items():
        (folder := tmp_path / "mine" / "words" / word).mkdir(parents=True)
        for i in range(8):
            sound = np.zeros(16000) + random.normal(0, 0.001, 16000)
            sound[6000:12000] += 0.3 * np.sin(2 * np.pi * hertz * random.uniform(0.95, 1.05) * np.arange(6000) / 16000)
            soundfile.write(folder / f"s{i}_{word}.wav", sound, 16000)
    (tmp_path / "licences.json").write_text('{"mine/words": {"name": "tones", "licence": "CC0"}}')
    done = specnet("train", "recipe.toml", "--data", ".", "--out", "run", timeout=300)
    assert done.returncode == 0, done.stderr
    model = Bundle.load(tmp_path / "run" / "tones.specnet")
    assert model.card.unknown == "unknown" and model.card.data == ({"name": "tones", "licence": "CC0"},)
    (tmp_path / "mine" / "words" / "cat").rename(tmp_path / "mine" / "words" / "unknown")
    heard = specnet("evaluate", "run/tones.specnet", "--clips", "mine/words", "--format", "json")
    assert json.loads(heard.stdout)["clips"]["accuracy"] >= 0.9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.toml"], "nowhere.toml: cannot be read: No such file or directory"),
        ([RECIPE, "--set", "loss.hard_fracton=1"], "unknown key loss.hard_fracton; did you mean loss.hard_fraction?"),
        ([RECIPE, "--set", "schedule.epochs=0"], "schedule.epochs = 0 should be greater than or equal to 1"),
        ([RECIPE, "--set", "seed"], "--set seed: write it as section.key=value"),
        (["--data", "nowhere", RECIPE], "nowhere/speech/index.tsv: not there; the recipe's [data] needs it"),
        ([RECIPE, "--set", "network.preset=resnet"], "network preset 'resnet' is unknown"),
        ([RECIPE, "--set", "scenes.length=1.0"], "scenes.length = 1 should be at least 1.442, what the network sees"),
        ([RECIPE, "--resume"], "runs/smoke holds no training to resume"),
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
