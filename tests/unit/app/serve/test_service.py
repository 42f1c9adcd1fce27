"""What is answered over HTTP."""

import json
import re
from pathlib import Path

import pytest
import soundfile

from specnet.app.serve.models import Models
from specnet.app.serve.service import PAGE
from tests.conftest import RATE, beeps
from tests.serving import Client, serving

DATA = Path(__file__).parents[4] / "data"


@pytest.fixture
def wave(tmp_path: Path) -> bytes:
    soundfile.write(path := tmp_path / "beeps.wav", beeps(2.0, ("low", 0.5), ("high", 1.2)), RATE)
    return path.read_bytes()


def test_a_recording_becomes_the_document(client: Client, wave: bytes) -> None:
    answer = client.ask("/detect", wave, file="beeps.wav", threshold=0.6, label=["low", "high"])
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    [entry] = answer.json["files"]
    assert (entry["file"], entry["duration"], entry["sample_rate"]) == ("beeps.wav", 2.0, RATE)
    assert [segment["label"] for segment in entry["segments"]] == ["low", "high"]
    [only] = client.ask("/detect", wave, label="high").json["files"]
    assert [segment["label"] for segment in only["segments"]] == ["high"]


@pytest.mark.parametrize(
    ("name", "body", "query", "complaint"),
    [
        ("empty.wav", b"", {}, "empty.wav: empty (0 bytes)"),
        ("words.txt", b"not a sound\n" * 100, {}, "words.txt: not audio that can be read"),
        ("list.m3u8", f"#EXTM3U\n#EXTINF:1,\nfile://{DATA}/dir-welcome.flac\n".encode(), {}, "list.m3u8: not audio"),
        ("cut.flac", (DATA / "dir-welcome.flac").read_bytes()[:9_000], {}, "cut.flac: the file is cut short"),
        ("a.wav", b"x", {"threshold": "high"}, "threshold: Input should be a valid number"),
        ("a.wav", b"x", {"threshold": 2}, "threshold 2.0: must be between 0 and 1"),
        ("a.wav", b"x", {"model": "other"}, "model 'other': here are tiny"),
    ],
)
def test_what_is_no_recording_is_named(
    name: str, body: bytes, query: dict[str, object], complaint: str, client: Client, log: list[str], wave: bytes
) -> None:
    answer = client.ask("/detect", body, file=name, **query)
    assert answer.status == 422 and complaint in answer.json["error"]
    assert [line for line in log if complaint in line] == log
    assert client.ask("/detect", wave).status == 200


def test_a_form_is_told_what_to_send(client: Client) -> None:
    answer = client.ask("/detect", b"--x--", {"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status == 415 and "curl --data-binary @FILE" in answer.json["error"]


def test_the_token_is_asked_for(models: Models, wave: bytes) -> None:
    with serving(models, token="secret") as client:
        for call, body in (("/detect", wave), ("/models", None), ("/metrics", None)):
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic secret"}):
                answer = client.ask(call, body, headers)
                assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
            assert client.ask(call, body, {"Authorization": "Bearer secret"}).status == 200
        for call in ("/", "/docs", "/openapi.json", "/healthz"):
            assert client.ask(call).status == 200


def test_pages_of_other_hosts_are_refused_and_get_no_permission(client: Client, wave: bytes) -> None:
    answer = client.ask("/detect", wave, {"Origin": "https://elsewhere.example"})
    assert answer.status == 403 and not any("access-control" in name for name in answer.headers)
    assert client.ask("/detect", wave, {"Origin": f"http://127.0.0.1:{client.port}"}).status == 200


def test_health_models_and_metrics(client: Client, wave: bytes) -> None:
    assert client.ask("/healthz").json == {"status": "ok"}
    client.ask("/detect", wave)
    client.ask("/nowhere")
    models = client.ask("/models").json
    assert models["largest_upload"] == 10**8 and [model["name"] for model in models["models"]] == ["tiny"]
    metrics = client.ask("/metrics").body.decode()
    for line in (
        'specnet_answers_total{call="/detect",status="200"} 1.0',
        'specnet_answers_total{call="page",status="404"} 1.0',
        'specnet_sound_seconds_total{way="upload"} 2.0',
        'specnet_detections_total{label="low",model="tiny"} 1.0',
        "specnet_scan_seconds_count 1.0",
    ):
        assert line in metrics.splitlines()


def test_the_page_and_its_parts_name_no_other_host(client: Client) -> None:
    page = client.ask("/")
    assert page.headers["content-type"].startswith("text/html") and b"microphone" in page.body
    assert "default-src 'none'; script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    for path in PAGE.iterdir():
        answer = client.ask(f"/{path.name}")
        assert answer.status == 200
        assert not re.search(rb"(?:src|href|import|url\(|fetch\(|from)\W{0,3}https?:", answer.body), path.name


def test_every_call_is_described(client: Client) -> None:
    described = client.ask("/openapi.json").json
    assert set(described["paths"]) == {"/detect", "/models", "/healthz", "/metrics"}
    assert {"401", "408", "413", "415", "422", "503"} <= set(described["paths"]["/detect"]["post"]["responses"])
    assert b"docs.js" in client.ask("/docs").body
    assert json.loads(client.ask("/nowhere").body) == {"error": "Not Found"}
