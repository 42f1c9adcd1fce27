"""`specnet evaluate` from outside: what it prints, writes, refuses, and its exit code."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.runtime.bundle import Bundle
from tests.cli.conftest import Run


def sound(path: Path, seconds: float = 2.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.random.default_rng(len(path.name)).normal(0, 0.1, round(16_000 * seconds))
    soundfile.write(path, samples, 16_000)
    return path


@pytest.fixture
def label(tiny_model: Path) -> str:
    return Bundle.load(tiny_model).labels[0]


@pytest.fixture
def positives(tmp_path: Path, label: str) -> Path:
    for name in ("a.wav", "b.flac"):
        sound(tmp_path / "said" / name)
    rows = ["file\tlabel\tstart\tend\tsnr", f"a.wav\t{label}\t0.5\t1.0\t20", f"b.flac\t{label}\t1.0\t1.5\t5"]
    (tmp_path / "said/index.tsv").write_text("\n".join(rows) + "\n")
    return tmp_path / "said"


@pytest.fixture
def negatives(tmp_path: Path) -> Path:
    sound(tmp_path / "silent/tv/c.wav", 5.0)
    return tmp_path / "silent"


def test_json_document(specnet: Run, tiny_model: Path, positives: Path, negatives: Path, label: str) -> None:
    done = specnet("evaluate", tiny_model, "--positives", positives, "--negatives", negatives, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert list(document) == ["specnet", "model", "positives", "negatives", "labels"]
    assert len(document["model"]["sha256"]) == 64 and label in document["model"]["labels"]
    assert document["positives"] == {"recordings": 2, "hours": pytest.approx(4 / 3600)}
    assert document["negatives"] == {"recordings": 1, "hours": pytest.approx(5 / 3600)}
    [report] = document["labels"]
    assert (report["label"], report["words"]) == (label, 2)
    assert report["hours"] == pytest.approx((5 + 2 * 0.9) / 3600)
    assert [(rate["rate"], rate["supported"]) for rate in report["rates"]] == [
        (0.1, False),
        (0.5, False),
        (1.0, False),
        (2.0, False),
    ]
    assert [group["value"] for group in report["false_rejects"]["snr"]] == ["5 dB", "20 dB"]
    assert report["segments"]["words"] == 2


def test_the_table_says_when_negatives_are_too_short(
    specnet: Run, tiny_model: Path, positives: Path, negatives: Path
) -> None:
    done = specnet("evaluate", tiny_model, "--positives", positives, "--negatives", negatives)
    assert (done.returncode, done.stderr) == (0, "")
    assert "needs 10 h of negatives, 0.00 h given" in done.stdout
    assert "by snr" in done.stdout and "by source" in done.stdout and "segments (0.2 s)" in done.stdout


def test_the_trade_off_is_written_as_a_table_and_a_picture(
    specnet: Run, tiny_model: Path, positives: Path, negatives: Path, tmp_path: Path
) -> None:
    options = ("--negatives", negatives, "--det", "det.csv", "--plot", "det.png", "--output", "table.txt")
    done = specnet("evaluate", tiny_model, "--positives", positives, *options)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    rows = list(csv.DictReader((tmp_path / "det.csv").read_text().splitlines()))
    assert rows[0]["threshold"] == "" and rows[0]["misses"] == "2"
    assert (tmp_path / "det.png").read_bytes().startswith(b"\x89PNG")
    assert "false alarms per hour" in (tmp_path / "table.txt").read_text()


def test_clips_give_accuracy_and_confusions(specnet: Run, tiny_model: Path, tmp_path: Path, label: str) -> None:
    folder = label.replace(" ", "_")
    for name in ("x.wav", "y.wav"):
        sound(tmp_path / "clips" / folder / name)
    done = specnet("evaluate", tiny_model, "--clips", "clips/*/*.wav", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    clips = json.loads(done.stdout)["clips"]
    assert clips["clips"] == 2 and np.sum(clips["confusion"]) == 2
    row = clips["confusion"][clips["labels"].index(label)]
    assert clips["accuracy"] == row[clips["labels"].index(label)] / 2
    table = specnet("evaluate", tiny_model, "--clips", "clips")
    assert table.stdout.startswith(f"top-1 accuracy: {clips['accuracy']:.1%}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to measure: give --positives and --negatives, or --clips."),
        (["--positives", "said"], "--positives and --negatives go together: give both."),
        (["--negatives", "silent"], "nothing to measure"),
        (["--clips", "clips", "--det", "det.csv"], "--det and --plot need --positives and --negatives."),
        (["--positives", "gone", "--negatives", "silent"], "gone: no such file or folder"),
        (["--positives", "said", "--negatives", "gone"], "gone: no such file or folder"),
        (["--positives", "said", "--negatives", "empty"], "empty: no audio there"),
        (["--positives", "said", "--negatives", "silent", "--label", "hullo"], "the model has no label 'hullo'"),
        (["--positives", "said", "--negatives", "silent", "--plot", "det.doc"], "the name must end in .png"),
        (
            ["--positives", "said", "--negatives", "silent", "--det", "gone/det.csv"],
            "the directory gone does not exist",
        ),
        (["--positives", "said", "--negatives", "text"], "notes.wav"),
        (["--clips", "other"], "the folder 'other' is no label of the model"),
    ],
)
def test_wrong_input_is_refused_in_one_line(
    specnet: Run, tiny_model: Path, positives: Path, negatives: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").mkdir()
    (tmp_path / "text/notes.wav").write_text("not a sound")
    sound(tmp_path / "other/x.wav")
    done = specnet("evaluate", tiny_model, *arguments)
    [line] = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert line.startswith("specnet: ") and message in line


def test_a_wrong_index_is_refused_in_one_line(
    specnet: Run, tiny_model: Path, positives: Path, negatives: Path, label: str
) -> None:
    (positives / "index.tsv").write_text(f"file\tlabel\tstart\tend\na.wav\t{label}\t1\t1\n")
    done = specnet("evaluate", tiny_model, "--positives", positives, "--negatives", negatives)
    [line] = done.stderr.splitlines()
    assert done.returncode == 2
    assert line == f"specnet: {positives}/index.tsv:2: start 1 must be at least 0 and before end 1"
