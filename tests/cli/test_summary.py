"""`specnet summary` as a process."""

import json
import zipfile
from pathlib import Path

import pytest
from safetensors.torch import load

import specnet as package
from specnet.cli.main import run
from tests.cli.conftest import Run

RECIPE = Path(__file__).parents[2] / "recipes" / "smoke" / "recipe.toml"


def test_json_of_a_preset(specnet: Run) -> None:
    done = specnet("summary", "lenet5", "--input", "1,32,32", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["input"] == [1, 32, 32]
    assert document["total"]["parameters"] == sum(layer["parameters"] for layer in document["layers"])


def test_a_recipe_and_a_model_have_a_head(capfd: pytest.CaptureFixture[str]) -> None:
    for network, frames in ((str(RECIPE), 142), ("welcome", 232)):
        assert run(["summary", network, "--format", "json"]) == 0
        document = json.loads(capfd.readouterr().out)
        assert document["input"] == [40, frames]
        assert document["layers"][-1]["name"] == "head"
    with zipfile.ZipFile(Path(package.__file__).parent / "pretrained" / "welcome.specnet") as model:
        tensors = load(model.read("weights.safetensors"))
    learnt = [tensor.numel() for name, tensor in tensors.items() if name.endswith(("weight", "bias"))]
    assert document["total"]["parameters"] == sum(learnt)


def test_help_needs_no_torch(specnet: Run) -> None:
    check = "sys.exit(str('torch' in sys.modules))"
    code = f"import sys; from specnet.cli.main import run; run(['summary', '--help']); {check}"
    done = specnet(python=("-c", code))
    assert "specnet summary welcome --format json" in done.stdout and done.stderr == "False\n"


@pytest.mark.parametrize("preset", ["lenet5", "resnet50", "bcresnet"])
def test_a_table_fits_120_columns(preset: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["summary", preset]) == 0
    out = capfd.readouterr().out
    assert max(map(len, out.splitlines())) <= 120 and "…" not in out
    if preset == "resnet50":
        assert "25,557,032 parameters (97.5 MiB), 4,089,184,256 multiply-adds" in out


def test_markdown_is_one_table_with_exact_figures(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["summary", "lenet5", "--format", "markdown"]) == 0
    title, _, *lines = capfd.readouterr().out.splitlines()
    assert title == "lenet5: input 1 x 28 x 28 (channels x height x width)"
    assert {line.count("|") for line in lines} == {16}
    assert lines[2].startswith("| conv1 | conv, tanh | 5x5 | 1 | 2 | 1 | 6x28x28 | 5x5 | 1 | 150 | 6 | 0 | 117,600 |")
    assert lines[-1].endswith("| 61,470 | 236 | 0 | 416,520 | 100.0% | 32,376 |")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["resnet5"], "preset, model or recipe 'resnet5' is unknown; did you mean resnet50?"),
        (["lenet5", "--input", "3,224"], "--input 3,224: lenet5 takes channels, height and width, for example 1,28,28"),
        (["lenet5", "--input", "3,x"], "'3,x': write whole numbers from 1 to 100000 with commas between"),
        (["lenet5", "--input", "1,0,28"], "write whole numbers from 1"),
        (["lenet5", "--input", "1,28,9"], "lenet5: layer conv2 (conv) on input (6, 14, 4): a kernel that spans 5"),
        (["phonetic", "--input", "3,224,224"], "phonetic takes bands and frames, for example 40,100"),
        (["phonetic", "--input", "40,149"], "phonetic: layer level1 on input (40, 149): a kernel that spans 150"),
        (["welcome", "--input", "64,300"], "--input 64,300: welcome takes bands and frames: 40,FRAMES"),
        (["nowhere.toml"], "nowhere.toml: cannot be read"),
        (["damaged.specnet"], "damaged.specnet: damaged, or not a specnet model"),
    ],
)
def test_what_cannot_be_counted_is_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("damaged.specnet").write_bytes(b"PK not a zip")
    assert run(["summary", *arguments]) == 2
    out, err = capfd.readouterr()
    assert message in err and err.count("\n") == 1 and not out
