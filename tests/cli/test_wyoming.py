"""`specnet wyoming` from outside: what it serves, says and refuses, and how it ends."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import soundfile
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe
from wyoming.wake import Detect

from specnet.cli.main import run
from tests.cli.conftest import ENVIRONMENT, Run
from tests.cli.test_light import RUN

LIGHT = RUN.replace("wyoming zeroconf", "")


@contextmanager
def serving(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    """The process, the port that it listens at, and the line that says so."""
    process = subprocess.Popen(
        [sys.executable, "-c", LIGHT, "wyoming", "--uri", "tcp://127.0.0.1:0", *map(str, arguments)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell hands on "ignore"
    )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        assert line.startswith("specnet: tcp://127.0.0.1:"), line + process.stderr.read()
        yield process, int(line.split(":")[3]), line
    finally:
        process.kill()
        process.communicate()


async def conversation(port: int, *events: Event) -> list[Event]:
    """The answers to `events`."""
    async with asyncio.timeout(60), AsyncTcpClient("127.0.0.1", port) as client:
        for event in (*events, Event("ping")):
            await client.write_event(event)
        answers: list[Event] = []
        while (answer := await client.read_event()) is not None and answer.type != "pong":
            answers.append(answer)
        return answers


def sound_of(path: Path) -> list[Event]:
    samples, rate = soundfile.read(path, dtype="int16")
    pieces = (samples[begin : begin + 1_024].tobytes() for begin in range(0, len(samples), 1_024))
    chunks = (AudioChunk(rate, 2, 1, piece).event() for piece in pieces)
    return [Detect(["welcome"]).event(), AudioStart(rate, 2, 1).event(), *chunks, AudioStop().event()]


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_serves_until_it_is_told_to_end(how: signal.Signals, code: int, specnet: Run, data: Path) -> None:
    path = data / "dir-welcome.flac"
    [entry] = json.loads(specnet("detect", path, "--format", "json").stdout)["files"]
    [expected] = entry["segments"]
    with serving() as (process, port, line):
        assert line.endswith(": listening for 'welcome' from a score of 0.966\n")
        idle = socket.create_connection(("127.0.0.1", port))
        described, detection = asyncio.run(conversation(port, Describe().event(), *sound_of(path)))
        assert described.data["wake"][0]["models"][0]["phrase"] == "welcome"
        assert detection.data["name"] == expected["label"]
        assert detection.data["timestamp"] == pytest.approx(1_000 * expected["end"], abs=100)
        assert [event.type for event in asyncio.run(conversation(port, *sound_of(data / "tt-weasels.flac")))] == [
            "not-detected"
        ]
        assert asyncio.run(conversation(port, Detect(["alexa"]).event()))[0].type == "error"
        process.send_signal(how)
        said, complained = process.communicate(timeout=60)
        idle.close()
    assert (process.returncode, said) == (code, "")
    heard, refused = complained.strip().splitlines()
    assert heard.startswith("specnet: 127.0.0.1:") and "'welcome' until 0.6" in heard
    assert refused.endswith("dropped: detect: no word 'alexa': here are welcome")


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--uri", "0.0.0.0:10400"], "--uri '0.0.0.0:10400': must be tcp://HOST:PORT, as in tcp://0.0.0.0:10400"),
        (["--model", "nosuchmodel"], "no model 'nosuchmodel': shipped models: digits, english, welcome; or"),
        (["--model", "away/a.specnet"], "away/a.specnet: cannot read the model: No such file"),
        (["--model", "digits"], "digits is a model for images"),
        (["--model", "welcome", "--model", "welcome"], "'welcome' is the word of welcome already"),
        (["--threshold", "1.5"], "0<=x<=1"),
        (["--threshold", "0.5", "--false-alarms-per-hour", "1"], "exclude each other"),
        (["--false-alarms-per-hour", "1000"], "calibrated from 0.1 to 10"),
        (["--zeroconf", "--uri", "tcp://127.0.0.1:0"], "is reached from this machine only: give --uri with 0.0.0.0"),
        (["--uri", "tcp://198.51.100.77:0"], "--uri tcp://198.51.100.77:0: no address of this machine"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(
    options: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["wyoming", *options]) == 2
    said = capsys.readouterr()
    [line] = said.err.splitlines()
    assert said.out == "" and line.startswith("specnet: ") and hint in line


def test_a_port_in_use_is_one_line(specnet: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        uri = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        done = specnet("wyoming", "--uri", uri)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"specnet: --uri {uri}: another program listens there: stop it, or give another port\n"


def test_help_has_examples(specnet: Run) -> None:
    done = specnet("wyoming", "--help")
    assert done.returncode == 0 and "--zeroconf" in done.stdout
    assert "specnet wyoming --uri tcp://0.0.0.0:10400 --model hey-kitchen.specnet --zeroconf" in done.stdout
