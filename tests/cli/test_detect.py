"""`specnet detect` from outside: what it prints, writes, refuses, and its exit code."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet import __version__
from tests.cli.conftest import ENVIRONMENT, Run


def files_beside(party: Path) -> list[str]:
    return sorted(path.name for path in party.parent.iterdir() if path.suffix != ".specnet")


RUN = "from specnet.cli.main import main; main()"


def only_line(text: str) -> str:
    [line] = text.splitlines()
    return line


def test_json_document(specnet: Run, tiny_model: Path, party: Path) -> None:
    done = specnet("detect", "--model", tiny_model, "--format", "json", party)
    document = json.loads(done.stdout)
    assert done.returncode == 0 and done.stderr == ""
    assert document["specnet"] == __version__
    assert document["model"] == {
        "name": "tiny",
        "sha256": sha256(tiny_model.read_bytes()).hexdigest(),
        "labels": ["low", "high"],
    }
    assert document["threshold"] == 0.6  # calibrated for 0.5 false alarms per hour
    [entry] = document["files"]
    assert (entry["file"], entry["duration"], entry["sample_rate"]) == (str(party), 3.0, 44_100)
    assert [segment["label"] for segment in entry["segments"]] == ["low", "high"]
    for segment, start in zip(entry["segments"], (0.8, 1.8), strict=True):
        assert list(segment) == ["label", "start", "end", "peak", "score"]
        assert segment["start"] == pytest.approx(start, abs=0.05) and segment["score"] >= 0.6
        assert segment["end"] == pytest.approx(start + 0.2, abs=0.05)


def test_standard_input_gives_the_same_as_the_file(specnet: Run, tiny_model: Path, party: Path) -> None:
    options = ("detect", "--model", tiny_model, "--format", "json")
    [from_file] = json.loads(specnet(*options, party).stdout)["files"]
    [from_pipe] = json.loads(specnet(*options, "-", stdin=party.open("rb")).stdout)["files"]
    assert from_pipe == from_file | {"file": "-"}


def test_an_unreadable_file_does_not_stop_the_others(specnet: Run, tiny_model: Path, party: Path) -> None:
    (text := party.with_name("text.wav")).write_text("no audio at all")
    done = specnet("detect", "--model", tiny_model, "--format", "json", text, party, "missing.wav")
    bad, good, missing = json.loads(done.stdout)["files"]
    assert done.returncode == 2
    assert set(bad) == set(missing) == {"file", "error"} and len(good["segments"]) == 2
    assert [line.startswith("specnet: ") for line in done.stderr.splitlines()] == [True, True]
    assert "missing.wav" in done.stderr.splitlines()[1]


@pytest.mark.parametrize("name", ["audacity", "textgrid", "srt", "vtt"])
def test_a_format_for_one_recording_writes_nothing_about_an_unreadable_one(
    name: str, specnet: Run, tiny_model: Path, party: Path
) -> None:
    party.write_text("no audio at all")
    options = ("detect", "--model", tiny_model, "--format", name, party)
    printed, written = specnet(*options), specnet(*options, "--output", "out.txt")
    for done in (printed, written):
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{party}: not audio that can be read" in only_line(done.stderr)
    assert files_beside(party) == ["party.wav"]


def test_an_error_is_one_line_whatever_the_name(specnet: Run, tiny_model: Path) -> None:
    done = specnet("detect", "--model", tiny_model, "two\nlines.wav")
    assert done.returncode == 2 and only_line(done.stderr) == "specnet: two lines.wav: no such file"


def test_worker_processes_change_nothing_but_the_time(specnet: Run, tiny_model: Path, party: Path) -> None:
    files = []
    for seconds in (3.0, 0.5, 1.5, 1.0):  # the first takes longest
        sound, rate = soundfile.read(party)
        soundfile.write(path := party.with_name(f"{seconds}.wav"), sound[: int(seconds * rate)], rate)
        files.append(path)
    files.insert(2, party.with_name("missing.wav"))
    options = ("detect", "--model", tiny_model, "--threshold", 0, "--format", "json", *files)
    alone, shared = specnet(*options), specnet(*options, "--jobs", 2)
    assert shared.stdout == alone.stdout and shared.returncode == alone.returncode == 2
    assert shared.stderr == alone.stderr


def test_the_table_is_plain_when_piped(specnet: Run, tiny_model: Path, party: Path) -> None:
    found = specnet("detect", "--model", tiny_model, party).stdout.splitlines()
    assert [line.split()[:2] for line in found] == [["file", "label"], [str(party), "low"], [str(party), "high"]]
    nothing = specnet("detect", "--model", tiny_model, "--threshold", 1, party).stdout.splitlines()
    assert nothing[1].split() == [str(party), "(none)"]


@pytest.mark.parametrize("name", ["table", "json", "jsonl", "csv", "audacity", "textgrid", "rttm", "srt", "vtt"])
def test_output_holds_what_would_be_printed(name: str, specnet: Run, tiny_model: Path, party: Path) -> None:
    options = ("detect", "--model", tiny_model, "--format", name, party)
    printed = specnet(*options)
    written = specnet(*options, "--output", "out.txt")
    assert printed.stdout and written.stdout == ""
    assert party.with_name("out.txt").read_text(encoding="utf-8") == printed.stdout
    assert files_beside(party) == ["out.txt", "party.wav"]


def test_label_keeps_only_that_label(specnet: Run, tiny_model: Path, party: Path) -> None:
    done = json.loads(specnet("detect", "--model", tiny_model, "--format", "json", party, "--label", "high").stdout)
    assert [segment["label"] for segment in done["files"][0]["segments"]] == ["high"]


def test_a_rate_of_false_alarms_chooses_the_threshold(specnet: Run, tiny_model: Path, party: Path) -> None:
    done = specnet("detect", "--model", tiny_model, "--format", "json", party, "--false-alarms-per-hour", 10)
    assert json.loads(done.stdout)["threshold"] == 0.2
    refused = specnet("detect", "--model", tiny_model, party, "--false-alarms-per-hour", 1000)
    assert refused.returncode == 2 and "from 0.1 to 10" in only_line(refused.stderr)


def test_scores_have_a_row_per_frame(specnet: Run, tiny_model: Path, party: Path) -> None:
    done = specnet("detect", "--model", tiny_model, party, "--scores", "scores.csv")
    assert done.returncode == 0
    with party.with_name("scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    times = [float(row["time"]) for row in rows]
    assert times == sorted(times) and times[-1] >= 3.0
    assert [float(max(rows, key=lambda row: float(row[label]))["time"]) for label in ("low", "high")] == [
        pytest.approx(1.0, abs=0.05),
        pytest.approx(2.0, abs=0.05),
    ]


def test_plot_is_a_picture(specnet: Run, tiny_model: Path, party: Path) -> None:
    done = specnet("detect", "--model", tiny_model, party, "--plot", "out.png")
    assert done.returncode == 0, done.stderr
    assert party.with_name("out.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--threshold", "1.5"], "0<=x<=1"),
        (["--threshold", "nan"], "not a number"),
        (["--threshold", "much"], "float"),
        (["--false-alarms-per-hour", "0"], "x>0"),
        (["--threshold", "0.5", "--false-alarms-per-hour", "1"], "exclude each other"),
        (["--format", "xml"], "textgrid"),
        (["--jobs", "0"], "x>=1"),
        (["--output", "nowhere/out.json"], "nowhere does not exist"),
        (["--output", "."], "is a directory"),
        (["--output", "party.wav"], "overwrite"),
        (["--output", "a.png", "--plot", "a.png"], "overwrite"),
        (["--plot", "out.txt"], ".png"),
        (["--plot", "out.png", "other.wav"], "exactly one FILE"),
        (["--scores", "out.csv", "other.wav"], "exactly one FILE"),
        (["--format", "srt", "other.wav"], "one recording"),
        (["--label", "lov"], "did you mean 'low'?"),
        (["--label", "unheard"], "'low', 'high'"),
        (["--model", "nosuchmodel"], "nosuchmodel"),
        (["--thresold", "0.5"], "--threshold"),
        (["-", "-"], "only once"),
        (["-", "--jobs", "2"], "--jobs"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(
    options: list[str], hint: str, specnet: Run, tiny_model: Path, party: Path
) -> None:
    model = [] if "--model" in options else ["--model", tiny_model]
    done = specnet("detect", *model, party, *options, stdin=subprocess.DEVNULL)
    assert done.returncode == 2 and done.stdout == ""
    line = only_line(done.stderr)
    assert line.startswith("specnet: ") and hint in line
    assert files_beside(party) == ["party.wav"]


def test_what_may_not_be_written_is_refused_before_the_work(specnet: Run, tiny_model: Path, party: Path) -> None:
    (folder := party.with_name("locked")).mkdir(mode=0o555)
    (target := folder / "out.json").symlink_to("elsewhere")
    unprivileged = ("-c", f"import os; os.access = lambda path, _: not os.path.samefile(path, 'locked'); {RUN}")
    done = specnet("detect", "--model", tiny_model, party, "--output", target, python=unprivileged)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"no permission to write {target}" in only_line(done.stderr)


def test_no_file_at_all(specnet: Run) -> None:
    done = specnet("detect")
    assert done.returncode == 2 and "FILE" in only_line(done.stderr)


def test_a_closed_pipe_is_quiet(specnet: Run, tiny_model: Path, party: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    options = ("detect", "--model", tiny_model, "--format", "jsonl", party)
    done = specnet(*options, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.stderr == ""


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_exits_130_and_leaves_no_half_file(jobs: int, tiny_model: Path, party: Path) -> None:
    long = party.with_name("long.flac")
    with soundfile.SoundFile(long, "w", 16_000, 1) as file:
        for _ in range(60):
            file.write(np.zeros(60 * 16_000, np.int16))
    command = [
        sys.executable,
        "-m",
        "specnet",
        "detect",
        "--model",
        tiny_model,
        "--format",
        "csv",
        "--output",
        "out.csv",
    ]
    process = subprocess.Popen(
        [*command, "--jobs", str(jobs), *[long] * 20],
        cwd=party.parent,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell hands on "ignore"
    )
    deadline = time.monotonic() + 60
    while not list(party.parent.glob(".out.csv.*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "")
    assert files_beside(party) == ["long.flac", "party.wav"]


def test_a_full_disk_is_one_line(specnet: Run, tiny_model: Path, party: Path) -> None:
    options = ("detect", "--model", tiny_model, party)
    with Path("/dev/full").open("w") as full:
        done = specnet(*options, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert only_line(done.stderr) == "specnet: standard output: cannot be written: No space left on device"


def test_standard_output_by_name(specnet: Run, tiny_model: Path, party: Path) -> None:
    options = ("detect", "--model", tiny_model, party)
    assert specnet(*options, "--output", "/dev/stdout").stdout == specnet(*options).stdout


@pytest.mark.parametrize("closed", [1, 2])
def test_a_closed_stream_is_no_crash(closed: int, specnet: Run, tiny_model: Path, party: Path) -> None:
    options = ("detect", "--model", tiny_model, party, "--output", "out.txt")
    done = specnet(*options, preexec_fn=lambda: os.close(closed))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = specnet(*options[:-2], preexec_fn=lambda: os.close(closed))
    assert (done.returncode, done.stderr) == (0, "") and bool(done.stdout) == (closed == 2)


def test_file_names_need_not_be_unicode(specnet: Run, tiny_model: Path, party: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(party.parent) + b"/caf\xe9.wav"))
    party.rename(odd)
    for name in ("table", "csv"):
        done = specnet("detect", "--model", tiny_model, odd, "--format", name, text=False)
        assert done.returncode == 0 and b"caf" in done.stdout, done.stderr
