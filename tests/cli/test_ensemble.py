"""Several models together, from outside: `specnet detect --model A --model B`, `specnet evaluate A B`."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
import soundfile

from specnet.cli.main import run
from tests.cli.conftest import Run
from tests.cli.test_light import RUN
from tests.conftest import beeps, write_tiny


@pytest.fixture
def models(tmp_path: Path) -> tuple[Path, Path]:
    """Two that hear the same tones in windows of 20 and of 26 frames."""
    return write_tiny(tmp_path / "a.specnet"), write_tiny(tmp_path / "b.specnet", frames=26)


def test_detect_needs_no_extra_and_says_which_models(specnet: Run, models: tuple[Path, Path], party: Path) -> None:
    options = ("--model", models[0], "--ensemble", models[1], "--threshold", 0.3, "--format", "json", "--jobs", 2)
    done = specnet("detect", *options, party, party, python=("-c", RUN))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["model"] == {
        "name": "tiny+tiny",
        "sha256": "+".join(sha256(model.read_bytes()).hexdigest() for model in models),
        "labels": ["low", "high"],
    }
    assert len(document["files"]) == 2
    for entry in document["files"]:
        for segment, (label, start) in zip(entry["segments"], (("low", 0.8), ("high", 1.8)), strict=True):
            assert segment["label"] == label and segment["start"] == pytest.approx(start, abs=0.05)


def test_scores_are_the_mean(specnet: Run, models: tuple[Path, Path], party: Path, tmp_path: Path) -> None:
    columns = []
    for name, chosen in (("a", models[:1]), ("b", models[1:]), ("both", models)):
        options = [text for model in chosen for text in ("--model", str(model))]
        arguments = ["detect", *options, "--threshold", "0.3", "--scores", str(tmp_path / f"{name}.csv"), str(party)]
        assert run(arguments) == 0
        rows = (tmp_path / f"{name}.csv").read_text().splitlines()[1:]
        columns.append([tuple(map(float, row.split(","))) for row in rows])
    for (time, low, high), one, other in zip(columns[2], columns[0], columns[1], strict=True):
        assert time == one[0] == other[0]
        assert (low, high) == pytest.approx(((one[1] + other[1]) / 2, (one[2] + other[2]) / 2), abs=2e-5)


def test_evaluate_calibrates_the_mean(specnet: Run, models: tuple[Path, Path], tmp_path: Path) -> None:
    for name, tone, seconds in (("said/x", "low", 2.0), ("said/y", "low", 2.0), ("silent/tv/z", "high", 5.0)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(tmp_path / f"{name}.wav", beeps(seconds, (tone, 1.0)), 16_000)
    (tmp_path / "said" / "index.tsv").write_text("file\tlabel\nx.wav\tlow\ny.wav\tlow\n")
    arguments = ("evaluate", *models, "--positives", "said", "--negatives", "silent")
    done = specnet(*arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    [report] = json.loads(done.stdout)["labels"]
    assert report["own"]["calibrated"] is False and 0 < report["own"]["threshold"] != 0.6
    table = specnet(*arguments).stdout
    threshold = f"{report['own']['threshold']:.3f}"
    assert f"at the threshold calibrated on these recordings for 0.5 false alarms per hour, {threshold}:" in table
    alone = specnet("evaluate", models[0], *arguments[3:], "--format", "json")
    own = json.loads(alone.stdout)["labels"][0]["own"]
    assert (own["calibrated"], own["threshold"]) == (True, 0.6)


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (["a.specnet"], "tiny+tiny: the mean of several models is not calibrated: give a threshold"),
        (["a.specnet", "--false-alarms-per-hour", "0.5"], "the mean of several models is not calibrated"),
        (["slow.specnet", "--threshold", "0.5"], "models tiny and tiny: stride 160 samples and 480 samples"),
        (["shapes.specnet", "--threshold", "0.5"], "shapes.specnet is a model for images"),
        (
            ["welcome", "--threshold", "0.5"],
            "models tiny and welcome: labels low, high and welcome: should be the same",
        ),
        (["gone.specnet", "--threshold", "0.5"], "gone.specnet: cannot read the model"),
    ],
)
def test_models_without_a_mean_are_one_line(
    others: list[str],
    message: str,
    models: tuple[Path, Path],
    shapes_model: Path,
    party: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path / "slow.specnet", stride=3)
    assert run(["detect", "--model", "b.specnet", "--model", *others, str(party)]) == 2
    [line] = capfd.readouterr().err.splitlines()
    assert message in line


def test_a_model_for_images_is_alone(
    models: tuple[Path, Path], shapes_model: Path, party: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["detect", "--model", str(shapes_model), "--model", str(models[0]), str(party)]) == 2
    assert "is a model for images: give it alone." in capfd.readouterr().err
