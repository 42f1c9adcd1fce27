"""`specnet classify` and `specnet scan-image` from outside: what they print, write, refuse, and their exit code."""

import csv
import io
import json
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from specnet import __version__
from specnet.app.scan_image import THRESHOLD
from specnet.cli.main import run
from specnet.images.files import write_png
from tests.shapes import shape, write_shapes

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, shapes_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ring, and a page with a ring and a bar, dark on light."""
    monkeypatch.chdir(tmp_path)
    page = np.zeros((1, 90, 140), np.float32)
    page[0, 4:32, 8:36], page[0, 50:78, 80:108] = shape("ring"), shape("bar")
    write_png("page.png", 1 - page)
    write_png("ring.png", 1 - shape("ring")[None])
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def document(printed: Printed) -> Any:
    return json.loads(printed.readouterr().out)


def test_the_json_document_of_classify(folder: Path, shapes_model: Path, capsys: Printed) -> None:
    assert run(["classify", "--model", "shapes.specnet", "ring.png", "--format", "json"]) == 0
    found = document(capsys)
    assert list(found) == ["specnet", "model", "files"] and found["specnet"] == __version__
    digest = sha256(shapes_model.read_bytes()).hexdigest()
    assert found["model"] == {"name": "shapes", "sha256": digest, "labels": ["bar", "ring"]}
    [entry] = found["files"]
    assert list(entry) == ["file", "width", "height", "guesses"]
    assert (entry["file"], entry["width"], entry["height"]) == ("ring.png", 28, 28)
    assert [list(guess) for guess in entry["guesses"]] == [["label", "probability"]] * 2
    assert entry["guesses"][0]["label"] == "ring" and entry["guesses"][0]["probability"] > 0.9


@pytest.mark.parametrize("command", ["scan-image", "detect"])
def test_the_json_document_of_a_scan(command: str, folder: Path, capsys: Printed) -> None:
    assert run([command, "--model", "shapes.specnet", "page.png", "--format", "json"]) == 0
    found = document(capsys)
    assert list(found) == ["specnet", "model", "threshold", "files"] and found["threshold"] == THRESHOLD
    [entry] = found["files"]
    assert list(entry) == ["file", "width", "height", "boxes"]
    assert (entry["file"], entry["width"], entry["height"]) == ("page.png", 140, 90)
    assert [box | {"score": 0} for box in entry["boxes"]] == [
        {"label": "ring", "score": 0, "left": 12, "top": 8, "width": 20, "height": 20},
        {"label": "bar", "score": 0, "left": 92, "top": 54, "width": 4, "height": 20},
    ]


def test_other_formats(folder: Path, capsys: Printed) -> None:
    classify = ["classify", "--model", "shapes.specnet", "ring.png", "--top", "1", "--format"]
    assert run([*classify, "csv"]) == 0
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["file"], row["label"]) == ("ring.png", "ring") and float(row["probability"]) > 0.9
    assert run([*classify, "jsonl"]) == 0
    assert list(document(capsys)) == ["file", "label", "probability"]
    assert run([*classify, "table"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["file", "label", "probability"] and line.split()[:2] == ["ring.png", "ring"]
    assert run(["scan-image", "--model", "shapes.specnet", "page.png", "--label", "bar", "-o", "out.txt"]) == 0
    assert Path("out.txt").read_text().splitlines()[1].split()[:6] == ["page.png", "bar", "92", "54", "4", "20"]


@pytest.mark.parametrize("command", ["classify", "scan-image", "detect"])
def test_a_picture_from_a_pipe(command: str, specnet: Any, folder: Path) -> None:
    options = [command, "--model", "shapes.specnet", "--format", "json"]
    [of_file] = json.loads(specnet(*options, "ring.png").stdout)["files"]
    pipe = subprocess.run(["cat", "ring.png"], cwd=folder, capture_output=True, check=True).stdout
    done = specnet(*options, "-", input=pipe, text=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] == [of_file | {"file": "-"}]


@pytest.mark.parametrize("command", ["classify", "scan-image", "detect"])
def test_what_a_pipe_cannot_do(command: str, specnet: Any, folder: Path, capsys: Printed) -> None:
    done = specnet(command, "--model", "shapes.specnet", "-", input="no picture")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "specnet: standard input: not an image that can be read" in done.stderr
    assert run([command, "--model", "shapes.specnet", "-", "-"]) == 2
    assert "standard input (-) can be read only once." in capsys.readouterr().err
    assert run([command, "--model", "shapes.specnet", "-", "ring.png", "--jobs", "2"]) == 2
    assert "standard input (-) cannot be shared out by --jobs" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["classify", "scan-image"])
def test_unreadable_pictures_do_not_stop_the_others(command: str, folder: Path, capsys: Printed) -> None:
    Path("empty.png").touch()
    Path("cut.png").write_bytes(Path("page.png").read_bytes()[:200])
    Image.new("1", (9000, 9000)).save("bomb.png")
    Path("folder.png").mkdir()
    bad = ["missing.png", "empty.png", "cut.png", "bomb.png", "folder.png"]
    assert run([command, "--model", "shapes.specnet", *bad, "ring.png", "--format", "json"]) == 2
    out, said = capsys.readouterr()
    *errors, good = json.loads(out)["files"]
    assert [list(entry) for entry in errors] == [["file", "error"]] * len(bad) and "error" not in good
    hints = ["no such file", "not an image that can be", "cut short or damaged", "at most 50,000,000", "a directory"]
    for line, name, hint in zip(said.splitlines(), bad, hints, strict=True):
        assert line.startswith(f"specnet: {name}: ") and hint in line


def test_worker_processes_change_nothing(folder: Path, capsys: Printed) -> None:
    options = ["classify", "--model", "shapes.specnet", "ring.png", "missing.png", "page.png", "--format", "json"]
    assert run(options) == 2
    alone = capsys.readouterr()
    assert run([*options, "--jobs", "2"]) == 2
    assert capsys.readouterr() == alone


def test_plot_draws_the_boxes_on_the_picture(folder: Path, capsys: Printed) -> None:
    assert run(["scan-image", "--model", "shapes.specnet", "page.png", "--plot", "out.png"]) == 0
    with Image.open("out.png") as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (140, 90))
        drawn = np.asarray(image).astype(int)
    with Image.open("page.png") as image:
        grey = np.asarray(image.convert("RGB")).astype(int)
    rows, columns = np.nonzero((drawn != grey).any(axis=2))
    assert (drawn[60, 91] == (220, 30, 30)).all() and (drawn[7, 20] == (220, 30, 30)).all()
    assert rows.min() == 7 and columns.min() == 11


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["classify", "ring.png", "--top", "0"], "x>=1"),
        (["classify", "ring.png", "--format", "srt"], "'jsonl', 'csv'"),
        (["classify", "ring.png", "--output", "ring.png"], "would overwrite ring.png"),
        (["classify", "ring.png", "--model", "welcome"], "welcome is a model for sound: use specnet detect"),
        (["scan-image", "ring.png", "--model", "welcome"], "welcome is a model for sound: use specnet detect"),
        (
            ["evaluate", "shapes.specnet", "--positives", ".", "--negatives", "."],
            "shapes.specnet is a model for images: use specnet classify",
        ),
        (["classify", "ring.png", "--model", "cut.specnet"], "cut.specnet: damaged, or not a specnet model"),
        (["scan-image", "ring.png", "--model", "padded.specnet"], "padded cannot scan, it sees 28 x 28 pixels only"),
        (["scan-image", "ring.png", "--label", "rong"], "did you mean 'ring'?"),
        (["scan-image", "ring.png", "--label", "none"], "it knows 'bar', 'ring'"),
        (["scan-image", "ring.png", "--threshold", "2"], "0<=x<=1"),
        (["scan-image", "ring.png", "--plot", "out.svg"], "out.svg: the name must end in .png"),
        (["scan-image", "ring.png", "page.png", "--plot", "out.png"], "exactly one FILE"),
        (["detect", "ring.png", "--format", "srt"], "shapes.specnet is a model for images: take json, jsonl, csv"),
        (["detect", "ring.png", "--scores", "out.csv"], "--scores: shapes.specnet is a model for images"),
        (["detect", "ring.png", "--false-alarms-per-hour", "1"], "--false-alarms-per-hour: shapes.specnet is a model"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_nothing(
    arguments: list[str], hint: str, folder: Path, shapes_model: Path, capsys: Printed
) -> None:
    Path("cut.specnet").write_bytes(shapes_model.read_bytes()[:300])
    write_shapes(Path("padded.specnet"), stride=None, name="padded")
    before = names(folder)
    model = [] if "--model" in arguments or arguments[0] == "evaluate" else ["--model", "shapes.specnet"]
    assert run([*arguments, *model]) == 2
    out, said = capsys.readouterr()
    [line] = said.splitlines()
    assert out == "" and line.startswith("specnet: ") and hint in line
    assert names(folder) == before
