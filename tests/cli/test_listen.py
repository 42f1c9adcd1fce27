"""`specnet listen` and a live `specnet detect -` from outside: what they say, and how they end."""

import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from specnet.cli.main import run
from tests.cli.conftest import ENVIRONMENT, Run
from tests.cli.test_light import RUN as WITHOUT_EXTRAS
from tests.conftest import RATE, beeps

SOUND = beeps(3.0, ("low", 0.3), ("high", 1.0), ("low", 2.75))
ENDLESS = struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", 2**32 - 1, b"WAVEfmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16, b"data", 0)
"""The header of a WAV file whose writer does not know how long it will be."""

LISTEN = """
import sys
from pathlib import Path
import numpy as np
from specnet import Detector
from specnet.cli import main
from specnet.cli.listen import Wish, listen_to, table_line
from specnet.cli.live import JsonLines
from specnet.errors import SpecnetError

class Recording:
    "A device that hears this file, and then fails, or waits for somebody to end it."
    name = "recording"
    lost = 0

    def blocks(self):
        sound = np.load(sys.argv[2])
        for number, block in enumerate(np.split(sound, range(960, len(sound), 960))):
            self.lost = {"lost": number // 10}.get(sys.argv[3], 0)
            yield block
        if sys.argv[3] == "unplugged":
            raise SpecnetError("microphone 'recording': it gives no sound any more: was it unplugged?")
        while sys.argv[3] == "waits":
            yield np.zeros(960, np.float32)

detector = Detector.load(sys.argv[1])
lines = table_line if sys.argv[4] == "table" else JsonLines("recording", sys.argv[4] == "interim")
command, folder = (sys.argv[5:] + [None, None])[:2]
wish = Wish(detector, 0.6, detector.labels, lines, command or None, folder and Path(folder))
main.LazyGroup.get_command = lambda *_: __import__("click").command()(lambda: listen_to(Recording(), wish))
main.main(["listen"])
"""
"""`specnet listen` with a device of our own in the place of the microphone."""


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    np.save(path := tmp_path / "sound.npy", SOUND)
    return path


@pytest.fixture
def listened(specnet: Run, tiny_model: Path, sound: Path) -> Run:
    return lambda *options: specnet(tiny_model, sound, *options, python=("-c", LISTEN))


@contextmanager
def started(*arguments: object, python: tuple[str, ...] = ("-m", "specnet")) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, *python, *map(str, arguments)],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell hands on "ignore"
    )
    watch = threading.Timer(60, process.kill)  # rather than to wait for a line that does not come
    watch.start()
    try:
        yield process
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


SAYS = "specnet: recording: listening for 'low', 'high' from a score of 0.600\n"


def test_words_for_people(listened: Run) -> None:
    done = listened("ends", "table")
    assert (done.returncode, done.stderr) == (0, SAYS)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [row[0] for row in rows] == ["low", "high", "low"]
    assert (rows[1][1].startswith("00:00:0") and rows[1][3] == "0.98") or float(rows[1][3]) >= 0.6


def test_lines_of_json_are_those_of_detect(listened: Run, specnet: Run, tiny_model: Path, tmp_path: Path) -> None:
    raw = (SOUND * 2**31).clip(-(2**31), 2**31 - 128).astype("<i4").tobytes()
    (path := tmp_path / "sound.raw").write_bytes(raw)
    detect = ("detect", "--model", tiny_model, "--threshold", 0.6, "--raw", f"s32le@{RATE}", "--format")
    [entry] = json.loads(specnet(*detect, "json", path).stdout)["files"]
    expected = [{"file": "recording", **segment} for segment in entry["segments"]]
    assert [json.loads(line) for line in listened("ends", "jsonl").stdout.splitlines()] == expected
    lines = [json.loads(line) for line in listened("ends", "interim").stdout.splitlines()]
    assert [line for line in lines if line.pop("final")] == expected
    piped = specnet(*detect, "jsonl", "-", stdin=path.open("rb"))
    assert [json.loads(line) | {"file": "recording"} for line in piped.stdout.splitlines()] == expected
    assert (piped.returncode, piped.stderr) == (0, "")


def test_programs_run_and_sound_is_kept(listened: Run, tmp_path: Path) -> None:
    done = listened("ends", "jsonl", f"mkdir {tmp_path}/{{label}}", tmp_path / "heard")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 3
    assert (tmp_path / "low").is_dir() and (tmp_path / "high").is_dir()
    assert len(list((tmp_path / "heard").glob("*.wav"))) == 3
    again = done.stderr.splitlines()[1:]  # mkdir says it, and so does specnet
    assert again[-1] == "specnet: --exec: mkdir ended with status 1" and len(again) == 2


def test_an_unplugged_microphone_is_one_line_after_the_words(listened: Run) -> None:
    done = listened("unplugged", "jsonl")
    assert done.returncode == 2 and len(done.stdout.splitlines()) == 3
    assert done.stderr == SAYS + "specnet: microphone 'recording': it gives no sound any more: was it unplugged?\n"


def test_lost_sound_is_said_once_and_counted(listened: Run) -> None:
    done = listened("lost", "jsonl")
    said = "specnet: some sound was lost, for nobody had time for it: is the machine too busy?\n"
    assert (done.returncode, done.stderr) == (0, SAYS + said + "specnet: sound was lost 4 times\n")


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_told_to_end_it_ends_what_is_pending(
    how: signal.Signals, code: int, tiny_model: Path, sound: Path, tmp_path: Path
) -> None:
    arguments = (tiny_model, sound, "waits", "jsonl", "", tmp_path / "heard")
    with started(*arguments, python=("-c", LISTEN)) as process:
        assert process.stdout is not None
        assert [json.loads(process.stdout.readline())["label"] for _ in range(3)] == ["low", "high", "low"]
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err.decode()) == (code, b"", SAYS)
    assert len(list((tmp_path / "heard").glob("*.wav"))) == 3


@pytest.mark.parametrize(
    "header", [b"", b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\1\0\x80>\0\0\0}\0\0\2\0\x10\0data\xff\xff\xff\xff"]
)
def test_a_line_comes_while_the_sound_goes_on(header: bytes, tiny_model: Path) -> None:
    raw = [] if header else ["--raw", f"s16le@{RATE}"]
    with started("detect", "-", "--model", tiny_model, "--format", "jsonl", "--interim", *raw) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(header + (SOUND[: RATE // 2] * 32_767).astype("<i2").tobytes())
        interim = json.loads(process.stdout.readline())  # and the sound has not ended
        assert (interim["label"], interim["final"]) == ("low", False)
        process.stdin.write((SOUND[RATE // 2 : RATE] * 32_767).astype("<i2").tobytes())
        final = json.loads(process.stdout.readline())
        assert (final["label"], final["final"]) == ("low", True)
        assert [final[key] == pytest.approx(interim[key], abs=0.05) for key in ("start", "end")]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130


def test_half_a_sample_at_the_end_is_one_line_after_the_words(specnet: Run, tiny_model: Path) -> None:
    raw = (SOUND * 32_767).astype("<i2").tobytes() + b"\1"
    reading, writing = os.pipe()
    options = ("detect", "-", "--model", tiny_model, "--raw", f"s16le@{RATE}", "--format", "jsonl")
    with os.fdopen(writing, "wb") as pipe:
        process = subprocess.Popen(
            [sys.executable, "-m", "specnet", *map(str, options)],
            stdin=reading,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        os.close(reading)
        pipe.write(raw)
    out, err = process.communicate(timeout=60)
    *words, problem = map(json.loads, out.splitlines())
    assert [word["label"] for word in words] == ["low", "high", "low"]
    assert problem == {"file": "-", "error": "standard input: ends inside a sample: it has 1 of 2 bytes"}
    assert (process.returncode, err) == (2, f"specnet: {problem['error']}\n")


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["detect", "a.wav", "--interim", "--format", "jsonl"], "--interim: needs standard input (-) as the only FILE"),
        (["detect", "-", "--interim"], "and --format jsonl"),
        (["detect", "-", "--raw", "s16le@0"], "a sample rate of 0 Hz: must be between 1000 and 768000 Hz"),
        (["detect", "-", "--raw", "s16"], "must be FORMAT@RATExCHANNELS, as in s16le@16000x1"),
        (
            ["detect", "a.raw", "--raw", "s16le@16000", "--scores", "a.csv"],
            "--raw: --plot and --scores need a FILE",
        ),
        (["detect", "a.raw", "--raw", "s16le@16000", "--model", "digits"], "--raw: digits is a model for images"),
        (["listen", "--interim"], "--interim: a table has no place for what is not certain: take --format jsonl"),
        (["listen", "--threshold", "0.5", "--false-alarms-per-hour", "1"], "exclude each other"),
        (["listen", "--model", "digits"], "digits is a model for images"),
        (["listen", "--label", "welcom"], "did you mean 'welcome'?"),
        (["listen", "--format", "srt"], "'table', 'jsonl'"),
    ],
)
def test_a_wrong_option_is_one_line(options: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(options) == 2
    said = capsys.readouterr()
    [line] = said.err.splitlines()
    assert said.out == "" and line.startswith("specnet: ") and hint in line


def test_no_microphone_is_one_line(specnet: Run) -> None:
    try:
        import sounddevice
    except OSError:
        assert not os.environ.get("CI"), "CI installs libportaudio2"
        pytest.skip("this machine has no PortAudio library")
    if any(device["max_input_channels"] for device in sounddevice.query_devices()):
        pytest.skip("this machine has a microphone")
    for options in ([], ["--list-devices"], ["--device", "usb"]):
        done = specnet("listen", *options)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "specnet: no microphone: the system knows no device that records\n"


def test_no_library_is_one_line(specnet: Run) -> None:
    without = "import ctypes.util; ctypes.util.find_library = lambda _: None; from specnet.cli.main import main; main()"
    done = specnet("listen", python=("-c", without))
    assert (done.returncode, done.stdout) == (2, "")
    said = "no PortAudio library on this machine, by which microphones are heard: sudo apt install libportaudio2"
    assert done.stderr == f"specnet: {said}\n"


def test_without_the_extra_it_says_what_to_install_and_explains_itself(specnet: Run) -> None:
    done = specnet("listen", python=("-c", WITHOUT_EXTRAS))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: this command needs more packages: pip install 'specnet[mic]'\n"
    done = specnet("listen", "--help", python=("-c", WITHOUT_EXTRAS))
    assert done.returncode == 0 and "specnet listen --exec 'aplay -q chime.wav'" in done.stdout
