"""`specnet evaluate` from outside: what it prints, writes, refuses, and its exit code."""

import csv
import json
from pathlib import Path

import pytest
import soundfile

from tests.cli.conftest import Run
from tests.conftest import beeps


def sound(path: Path, *tones: tuple[str, float], seconds: float = 2.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, beeps(seconds, *tones), 16_000)
    return path


@pytest.fixture
def positives(tmp_path: Path) -> Path:
    """Two recordings of "low", one of them really of "high"."""
    sound(tmp_path / "said/a.wav", ("low", 0.5))
    sound(tmp_path / "said/b.flac", ("high", 1.0))
    rows = ["file\tlabel\tstart\tend\tsnr", "a.wav\tlow\t0.5\t0.7\t20", "b.flac\tlow\t1.0\t1.2\t5"]
    (tmp_path / "said/index.tsv").write_text("\n".join(rows) + "\n")
    return tmp_path / "said"


@pytest.fixture
def negatives(tmp_path: Path) -> Path:
    """One false alarm of "low"."""
    sound(tmp_path / "silent/tv/c.wav", ("high", 1.0), ("low", 3.0), seconds=5.0)
    return tmp_path / "silent"


def test_json_document(specnet: Run, tiny_model: Path, positives: Path, negatives: Path) -> None:
    done = specnet("evaluate", tiny_model, "--positives", positives, "--negatives", negatives, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert list(document) == ["specnet", "model", "positives", "negatives", "labels"]
    assert len(document["model"]["sha256"]) == 64 and document["model"]["labels"] == ["low", "high"]
    assert document["positives"] == {"recordings": 2, "hours": pytest.approx(4 / 3600)}
    assert document["negatives"] == {"recordings": 1, "hours": pytest.approx(5 / 3600)}
    [report] = document["labels"]
    assert (report["label"], report["words"]) == ("low", 2)
    assert report["hours"] == pytest.approx((5 + 2 * (2 - 0.8)) / 3600)
    assert [(rate["rate"], rate["supported"]) for rate in report["rates"]] == [
        (0.1, False),
        (0.5, False),
        (1.0, False),
        (2.0, False),
    ]
    assert [group["value"] for group in report["false_rejects"]["snr"]] == ["5 dB", "20 dB"]
    assert [group["misses"] for group in report["false_rejects"]["snr"]] == [1, 0]
    assert (report["own"]["threshold"], report["own"]["misses"], report["own"]["false_alarms"]) == (0.6, 1, 1)
    assert (report["segments"]["precision"], report["segments"]["recall"]) == (1, 0.5)
    assert report["boundaries"]["mean"] < 0.03


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


def test_clips_give_accuracy_and_confusions(specnet: Run, tiny_model: Path, tmp_path: Path) -> None:
    for name, tone in (("low/x.wav", "low"), ("low/y.wav", "low"), ("high/z.wav", "low"), ("high/w.wav", "high")):
        sound(tmp_path / "clips" / name, (tone, 1.0))
    done = specnet("evaluate", tiny_model, "--clips", "clips/*/*.wav", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    clips = json.loads(done.stdout)["clips"]
    assert (clips["clips"], clips["accuracy"]) == (4, 0.75)
    assert (clips["labels"], clips["confusion"]) == (["low", "high"], [[2, 0], [1, 1]])
    table = specnet("evaluate", tiny_model, "--clips", "clips").stdout.splitlines()
    assert table[0].startswith("top-1 accuracy: 75.0%") and table[0].endswith("3 of 4 clips")
    assert [line.split() for line in table[-2:]] == [["low", "2", "0"], ["high", "1", "1"]]


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
        (
            ["--positives", "said", "--negatives", "silent", "--by", "speakr"],
            "--by speakr: no such column; the positives have end, file, label, snr, source, start.",
        ),
        (["--positives", "said", "--negatives", "silent", "--det", "a", "-o", "./a"], "would write the same file"),
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


def test_a_wrong_index_is_refused_in_one_line(specnet: Run, tiny_model: Path, positives: Path, negatives: Path) -> None:
    (positives / "index.tsv").write_text("file\tlabel\tstart\tend\na.wav\tlow\t1\t1\n")
    done = specnet("evaluate", tiny_model, "--positives", positives, "--negatives", negatives)
    [line] = done.stderr.splitlines()
    assert done.returncode == 2
    assert line == f"specnet: {positives}/index.tsv:2: start 1 must be at least 0 and before end 1"
