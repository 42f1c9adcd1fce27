"""`specnet serve` from outside: what it serves, says and refuses, and how it ends."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import soundfile

from specnet.cli.main import run
from specnet.cli.serve import TOKEN
from tests.cli.conftest import ENVIRONMENT, Run
from tests.cli.test_light import RUN
from tests.serving import Client

LIGHT = RUN.replace("fastapi h11 prometheus_client starlette uvicorn websockets", "").replace(" pydantic", "")


@contextmanager
def serving(
    *arguments: object, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], Client, str]]:
    """The process, a client of it, and what it says before it listens."""
    process = subprocess.Popen(
        [sys.executable, "-c", LIGHT, "serve", "--port", "0", *map(str, arguments)],
        env=ENVIRONMENT | dict(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell hands on "ignore"
    )
    assert process.stderr is not None
    try:
        said = ""
        while ": serving " not in said:
            line = process.stderr.readline()
            assert line.startswith("specnet: "), said + line + process.stderr.read()
            said += line
        yield process, Client(int(said.rpartition(": serving ")[0].rpartition(":")[2])), said
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_serves_until_it_is_told_to_end(how: signal.Signals, code: int, specnet: Run, data: Path) -> None:
    path = data / "dir-welcome.flac"
    expected = specnet("detect", path, "--format", "json").stdout
    [segment] = json.loads(expected)["files"][0]["segments"]
    samples, rate = soundfile.read(path, dtype="int16")
    with serving() as (process, client, said):
        assert said == f"specnet: http://127.0.0.1:{client.port}: serving welcome\n"
        assert client.ask("/healthz").json == {"status": "ok"}
        assert client.ask("/detect", path.read_bytes(), file=path).body.decode() == expected
        [ready, found, end], _ = client.stream({"rate": rate}, samples.tobytes(), range(0, 60_000, 1_001))
        assert (ready["model"], ready["threshold"]) == ("welcome", json.loads(expected)["threshold"])
        assert found["label"] == segment["label"] and found["end"] == pytest.approx(segment["end"], abs=2e-3)
        assert end["duration"] == 1.797
        assert client.ask("/detect", (data / "README.md").read_bytes(), file="README.md").status == 422
        idle = socket.create_connection(("127.0.0.1", client.port))
        with client.connect() as live, pytest.raises(Exception, match="1012"):
            live.send('{"rate": 16000}')
            live.recv(60)
            process.send_signal(how)
            live.recv(60)
        out, complained = process.communicate(timeout=60)
        idle.close()
    assert (process.returncode, out) == (code, "")
    [refused] = complained.strip().splitlines()
    assert refused.startswith("specnet: 127.0.0.1: POST /detect: 422: README.md: not audio that can be read")


def test_models_and_operating_points_are_chosen(tiny_model: Path, party: Path, data: Path) -> None:
    with serving("--model", tiny_model, "--model", "welcome", "--threshold", 0.3) as (_, client, _):
        models = {model["name"]: model for model in client.ask("/models").json["models"]}
        assert list(models) == ["tiny", "welcome"] and models["welcome"]["threshold"] == 0.3
        document = client.ask("/detect", party.read_bytes()).json
        assert (document["model"]["name"], document["threshold"]) == ("tiny", 0.3)
        assert [segment["label"] for segment in document["files"][0]["segments"]] == ["low", "high"]
        sound = (data / "dir-welcome.flac").read_bytes()
        document = client.ask("/detect", sound, model="welcome", false_alarms_per_hour=0.5).json
        assert document["threshold"] == pytest.approx(0.966, abs=0.001) and document["files"][0]["segments"]


def test_the_token_is_in_a_file_or_in_the_environment(tmp_path: Path) -> None:
    (file := tmp_path / "token.txt").write_text("from-file\n")
    environment = {TOKEN: "from-environment"}
    for options, token in ((["--token-file", file], "from-file"), ([], "from-environment")):
        with serving(*options, environment=environment) as (_, client, said):
            assert token not in said
            assert client.ask("/models").status == 401
            assert client.ask("/models", None, {"Authorization": f"Bearer {token}"}).status == 200


def test_an_open_door_is_said(tmp_path: Path) -> None:
    with serving("--host", "0.0.0.0") as (_, _, said):
        assert "may ask: --token-file lets in only those who know a token\n" in said
    with serving("--host", "0.0.0.0", environment={TOKEN: "secret"}) as (_, _, said):
        assert "may ask" not in said


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--port", "70000"], "70000 is not in the range"),
        (["--host", "198.51.100.77", "--port", "0"], "http://198.51.100.77:0: no address of this machine"),
        (["--host", "no such host"], "http://no such host:8080: no such host"),
        (["--model", "nosuchmodel"], "no model 'nosuchmodel': shipped models: digits, english, welcome; or"),
        (["--model", "digits"], "digits is a model for images"),
        (["--model", "welcome", "--model", "welcome"], "there is a model welcome already"),
        (["--threshold", "0.5", "--false-alarms-per-hour", "1"], "exclude each other"),
        (["--false-alarms-per-hour", "1000"], "calibrated from 0.1 to 10"),
        (["--token-file", "nowhere.txt"], "--token-file nowhere.txt: cannot be read: No such file or directory"),
        (["--token-file", __file__], "must hold a token of one line"),
        (["--upload-limit", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(
    options: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", *options]) == 2
    said = capsys.readouterr()
    [line] = said.err.splitlines()
    assert said.out == "" and line.startswith("specnet: ") and hint in line


def test_an_empty_token_is_no_token(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "  ")
    assert run(["serve"]) == 2
    assert capsys.readouterr().err.startswith(f"specnet: {TOKEN}: must hold a token of one line")


def test_a_port_in_use_is_one_line(specnet: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = specnet("serve", "--port", port)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"specnet: http://127.0.0.1:{port}: another program listens there: stop it, or give another port\n"
    )


def test_help_has_examples(specnet: Run) -> None:
    done = specnet("serve", "--help")
    assert done.returncode == 0 and "--token-file" in done.stdout
    assert "curl --data-binary @party.wav http://127.0.0.1:8080/detect" in done.stdout
