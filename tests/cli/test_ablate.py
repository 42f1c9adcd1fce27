"""`specnet ablate` and `specnet train --folds` as processes."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from specnet.cli.main import run
from specnet.runtime.bundle import Bundle

Run = Callable[..., CompletedProcess[str]]
RECIPES = Path(__file__).parents[2] / "recipes"
DIGITS, SMOKE = RECIPES / "digits" / "recipe.toml", RECIPES / "smoke" / "recipe.toml"
SHORT = ("--set", "schedule.epochs=1", "--set", "schedule.steps_per_epoch=10", "--cache", "cache")


def test_choices_are_compared_in_a_table(specnet: Run, tmp_path: Path) -> None:
    arguments = ("ablate", DIGITS, "--drop", "augment", "--out", "out", *SHORT)
    done = specnet(*arguments, "--seeds", 2)
    assert done.returncode == 0, done.stderr
    head, base, row = done.stdout.splitlines()
    assert "error rate" in head and "worse by (points)" in head and "95 % interval" in head
    assert base.split()[:4] == ["as", "it", "is", "2"] and base.count("%") == 2
    assert row.split()[:3] == ["without", "augment", "2"] and " to " in row and row.count("%") == 2
    assert (
        "training 1 of 4: as it is, seed 1\n" in done.stderr
        and "training 4 of 4: without augment, seed 2\n" in done.stderr
    )
    page = (tmp_path / "out" / "ablation.md").read_text()
    assert "| without augment | 2 |" in page and "| without augment | augment.shift = 0 | `runs/" in page

    more = specnet(*arguments, "--seeds", 1, "--try", "optimiser.learning_rate=1e-3")
    assert more.returncode == 0, more.stderr
    assert [line for line in more.stderr.splitlines() if line.startswith("training")] == [
        "training 3 of 3: optimiser.learning_rate=1e-3, seed 1"
    ]
    assert more.stdout.splitlines()[-1].startswith("optimiser.learning_rate=1e-3  1      ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to compare with: give --drop or --try."),
        (["--drop", "augment.noise"], "--drop augment.noise: unknown key; did you mean "),
        (["--drop", "schedule.epochs"], "--drop schedule.epochs: no value turns it off ("),
        (["--try", "augment.shfit=1"], "unknown key augment.shfit; did you mean augment.shift?"),
        (["--try", "data.per_class=9"], "--try data.per_class=9: data.per_class should be the same in every row"),
        (["--drop", "augment", "--seeds", "0"], "'--seeds': 0 is not in the range x>=1"),
        (["--try", "network.preset=lenet6"], "network preset 'lenet6' is unknown"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["ablate", str(DIGITS), *arguments]) == 2
    [line] = capfd.readouterr().err.splitlines()
    assert message in line and not list(tmp_path.iterdir())


def test_folds_of_pictures(specnet: Run, tmp_path: Path) -> None:
    arguments = ("train", DIGITS, "--folds", 3, "--out", "out", *SHORT)
    done = specnet(*arguments)
    assert done.returncode == 0, done.stderr
    head, *rows = (line.split() for line in done.stdout.splitlines())
    assert head == ["fold", "error", "rate"]
    assert [row[0] for row in rows] == ["1", "2", "3", "mean", "standard"]
    figures = [float(row[-1].removesuffix("%")) for row in rows]
    assert figures[3] == pytest.approx(sum(figures[:3]) / 3, abs=0.02) and figures[4] > 0
    assert "fold 1 of 3\n" in done.stderr and "fold 3 of 3\n" in done.stderr
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {"fold-1", "fold-2", "fold-3", "folds.md"}
    assert f"| mean | {rows[3][-1]} |" in (out / "folds.md").read_text()
    assert (out / "fold-2" / "tiny-digits.specnet").is_file()

    again = specnet(*arguments)
    assert (again.returncode, again.stdout) == (2, "") and "fold-1 holds a training already" in again.stderr
    resumed = specnet(*arguments, "--resume")
    assert (resumed.stdout, resumed.stderr) == (done.stdout, "")


def test_folds_of_speakers(specnet: Run, folder: Path, weasels: dict[str, str], tmp_path: Path) -> None:
    done = specnet("train", SMOKE, "--data", folder, "--folds", 2, "--out", "out", *SHORT, env=weasels, timeout=600)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split(maxsplit=1) == ["fold", "false rejects at 0.5 false alarms per hour"]
    for number in (1, 2):
        card = Bundle.load(tmp_path / "out" / f"fold-{number}" / "smoke.specnet").card
        assert card.recipe["data"]["fold"] == {"number": number, "of": 2}
    many = specnet("train", SMOKE, "--data", folder, "--folds", 4, "--out", "many", *SHORT, env=weasels)
    assert many.returncode == 2 and not (tmp_path / "many").exists()
    assert "data.speech: 3 speakers are too few for 4 folds: add sources or take fewer" in many.stderr.splitlines()[-1]
