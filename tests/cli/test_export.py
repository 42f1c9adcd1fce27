"""`specnet export` as a process, and what it refuses."""

import json
import re
import resource
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import soundfile

from specnet.app.detect import Detector
from specnet.app.export.page import RUNTIME
from specnet.cli.main import run
from tests.cli.conftest import Run
from tests.conftest import write_tiny
from tests.programs import npm_package, program

EXAMPLE = Path(__file__).parents[2] / "examples" / "node" / "detect.mjs"
WITHOUT_SPECNET = """
import json, sys, torch
extra = {"specnet.json": ""}
model = torch.jit.load(sys.argv[1], _extra_files=extra)
said = json.loads(extra["specnet.json"])
state = torch.zeros(1, int(said["state_size"]))
for _ in range(2):
    scores, bounds, state = model(torch.zeros(1, 10 * int(said["stride"])), state)
print(said["labels"], list(scores.shape), list(bounds.shape), list(state.shape), "specnet" in sys.modules)
"""


def runtime(folder: Path) -> Path:
    """What stands for the files of onnxruntime-web."""
    (folder / "dist").mkdir(parents=True)
    for name in RUNTIME:
        (folder / "dist" / name).write_bytes(b"x" * 3_000_000)
    return folder


def test_onnx_says_what_it_is(specnet: Run, tmp_path: Path) -> None:
    done = specnet("export", "welcome", "--to", "onnx")
    assert (done.returncode, done.stdout, done.stderr) == (0, "welcome.onnx\n", "")
    session = onnxruntime.InferenceSession(tmp_path / "welcome.onnx")
    said, detector = session.get_modelmeta().custom_metadata_map, Detector.load("welcome")
    grid, card = detector.grid, detector.bundle.card
    assert (said["name"], said["sha256"]) == ("welcome", detector.sha256)
    assert json.loads(said["labels"]) == ["welcome"]
    assert float(said["first_centre"]) == grid.centre(0)
    frames = {key: int(said[key]) for key in ("sample_rate", "hop", "stride", "receptive_field", "offset")}
    assert frames == {
        "sample_rate": 16_000,
        "hop": 160,
        "stride": grid.stride,
        "receptive_field": grid.receptive_field,
        "offset": grid.offset,
    }
    points = {point["false_alarms_per_hour"]: point["threshold"] for point in json.loads(said["operating_points"])}
    assert points == {point.false_alarms_per_hour: point.threshold for point in card.operating_points}
    assert json.loads(said["licences"])[0] == {"name": card.data[0]["name"], "licence": card.data[0]["licence"]}
    shapes = {each.name: each.shape for each in session.get_inputs()}
    assert shapes == {"samples": [1, "n"], "state": [1, int(said["state_size"])]}


def test_torchscript_is_opened_without_specnet(specnet: Run) -> None:
    done = specnet("export", "welcome", "--to", "torchscript", "-o", "words.pt")
    assert (done.returncode, done.stdout, done.stderr) == (0, "words.pt\n", "")
    done = specnet("words.pt", python=("-W", "ignore", "-c", WITHOUT_SPECNET))
    assert done.stdout == '["welcome"] [1, 10, 1] [1, 10, 2] [1, 14673] False\n', done.stderr


def test_web_is_a_folder_with_all_it_needs(specnet: Run, tiny_model: Path, tmp_path: Path) -> None:
    done = specnet("export", tiny_model, "--to", "web", "--onnxruntime-web", runtime(tmp_path / "npm"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "tiny-web\n", "")
    names = {path.name for path in (tmp_path / "tiny-web").iterdir()}
    assert {"index.html", "main.js", "service.js", "detector.mjs", "style.css", "model.onnx", *RUNTIME} <= names
    page = (tmp_path / "tiny-web" / "index.html").read_text()
    assert "the sound stays in this browser" in page and not re.search("this service|docs", page)
    done = specnet("export", tiny_model, "--to", "web", "--onnxruntime-web", tmp_path / "npm" / "dist")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: tiny-web: exists already: name a folder that does not\n"


def test_the_example_for_node_finds_what_detect_finds(specnet: Run, data: Path, tmp_path: Path) -> None:
    node, _ = program("node"), npm_package("onnxruntime-node")
    assert specnet("export", "welcome", "--to", "onnx").returncode == 0
    for name in ("dir-intro", "tt-weasels"):
        sound, rate = soundfile.read(data / f"{name}.flac")
        soundfile.write(tmp_path / f"{name}.wav", np.stack([sound, sound], axis=1), rate)
        expected = specnet("detect", f"{name}.wav", "--threshold", 0.01, "--format", "jsonl")
        command = [node, EXAMPLE, "welcome.onnx", f"{name}.wav", "--threshold", "0.01"]
        found = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert found.returncode == 0, found.stderr
        ours, theirs = ([json.loads(line) for line in text.splitlines()] for text in (found.stdout, expected.stdout))
        assert ours == theirs and theirs


@pytest.mark.parametrize("format_name", ["onnx", "web"])
def test_a_full_disk_is_one_line_and_leaves_nothing(format_name: str, specnet: Run, tmp_path: Path) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    old, npm = tmp_path / "old", runtime(tmp_path / "npm")
    if format_name != "web":
        old.write_text("kept")
    done = specnet("export", "welcome", "--to", format_name, "-o", "old", "--onnxruntime-web", npm, preexec_fn=full)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: old: cannot be written: File too large\n"
    assert {path.name for path in tmp_path.iterdir()} == {"npm"} | ({"old"} if format_name != "web" else set())
    assert format_name == "web" or old.read_text() == "kept"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["welcome"], "Missing option '--to'"),
        (
            ["welcome", "--to", "coreml"],
            "Invalid value for '--to': 'coreml' is not one of 'onnx', 'torchscript', 'web'.",
        ),
        (["digits", "--to", "onnx"], "digits is a model for images"),
        (["wellcome", "--to", "onnx"], "no model 'wellcome': shipped models: digits, english, welcome"),
        (["notes.txt", "--to", "onnx"], "notes.txt: damaged, or not a specnet model"),
        (["welcome", "--to", "onnx", "-o", "."], ". is a directory: name a file in it."),
        (["welcome", "--to", "torchscript", "-o", "no/x.pt"], "the directory no does not exist."),
        (["welcome", "--to", "web"], "node_modules/onnxruntime-web: holds no ort.wasm.bundle.min.mjs and"),
        (["welcome", "--to", "web", "-o", "notes.txt", "--onnxruntime-web", "npm"], "notes.txt: exists already"),
        (["tiny.specnet", "--to", "torchscript"], "model tiny: "),
    ],
)
def test_what_cannot_be_exported_is_one_line_and_leaves_nothing(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("no model")
    write_tiny(Path("tiny.specnet"))
    runtime(Path("npm"))
    assert run(["export", *arguments]) == 2
    error = capfd.readouterr().err
    assert message in error and error.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "tiny.specnet", "npm"}


def test_help_needs_no_numpy(specnet: Run) -> None:
    check = "sys.exit(str({'numpy', 'onnx', 'torch'} & {*sys.modules}))"
    done = specnet(python=("-c", f"import sys; from specnet.cli.main import run; run(['export', '--help']); {check}"))
    assert "torchscript" in done.stdout and done.stderr == "set()\n"
