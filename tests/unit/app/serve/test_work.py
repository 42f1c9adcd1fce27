"""Uploads that are too large, too slow or too many, over real sockets."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest
import soundfile

from specnet.app.serve import server as server_module
from specnet.app.serve import work
from specnet.app.serve.models import Choice, Models
from specnet.app.serve.work import MOST_WAITING, Limits, Scanned
from tests.conftest import RATE, beeps
from tests.serving import PATIENCE, Client, serving
from tests.unit.app.serve.conftest import listens

DETECT = b"POST /detect HTTP/1.1\r\nHost: localhost\r\n"
CHUNK = b"10000\r\n" + bytes(1 << 16) + b"\r\n"


@pytest.fixture
def wave(tmp_path: Path) -> bytes:
    soundfile.write(path := tmp_path / "beeps.wav", beeps(2.0, ("low", 0.5)), RATE)
    return path.read_bytes()


def connect(client: Client) -> socket.socket:
    return socket.create_connection(("127.0.0.1", client.port), timeout=PATIENCE)


def answer(connection: socket.socket) -> str:
    """All that comes until the connection is closed, or nobody would expect more."""
    said = b""
    while (more := connection.recv(1 << 16)) and b'"}' not in said + more:
        said += more
    return (said + more).decode()


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_says_that_it_is_too_large_is_refused_before_any_of_it_has_come(client: Client) -> None:
    with connect(client) as connection:
        connection.sendall(DETECT + b"Content-Length: 10000000000\r\n\r\n")
        said = answer(connection)
    assert said.startswith("HTTP/1.1 413 ") and "more than 100 MB" in said and "connection: close" in said


def test_what_does_not_say_how_large_it_is_is_counted(models: Models, wave: bytes) -> None:
    with serving(models, Limits(bytes=200_000)) as client:
        with connect(client) as connection:
            connection.sendall(DETECT + b"Transfer-Encoding: chunked\r\n\r\n" + 4 * CHUNK)  # and no end
            said = answer(connection)
        assert said.startswith("HTTP/1.1 413 ") and "more than 0.2 MB" in said
        assert client.ask("/detect", wave).status == 200


def test_a_large_upload_is_told_why_although_it_still_sends(models: Models) -> None:
    with serving(models, Limits(bytes=200_000)) as client:
        assert client.ask("/detect", bytes(30_000_000)).status == 413


def test_what_comes_too_slowly_is_refused(models: Models, wave: bytes) -> None:
    with serving(models, Limits(seconds=0.3)) as client, connect(client) as connection:
        connection.sendall(DETECT + b"Content-Length: 1000\r\n\r\nhalf")
        said = answer(connection)
    assert said.startswith("HTTP/1.1 408 ") and "not complete after 0.3 s" in said


def test_one_too_many_is_told_to_come_later(client: Client, wave: bytes) -> None:
    header = DETECT + f"Content-Length: {len(wave)}\r\nExpect: 100-continue\r\n\r\n".encode()
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(client)) for _ in range(1 + MOST_WAITING)]
        for connection in slow:
            connection.sendall(header)
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 100 ")  # it has its place
        refused = client.ask("/detect", wave)
        assert (refused.status, refused.headers["retry-after"]) == (503, "2")
        assert client.ask("/healthz").status == 200
        for connection in slow:
            connection.sendall(wave)
        for connection in slow:
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
    assert client.ask("/detect", wave).status == 200


def test_a_scan_that_takes_too_long_is_ended(models: Models, wave: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Event()

    def endless(path: Path, name: str, choice: Choice, draw: bool, stop: Event) -> Scanned:
        assert stop.wait(PATIENCE)
        ended.set()
        raise work.Stopped

    monkeypatch.setattr(work, "scan", endless)
    with serving(models, Limits(seconds=0.3)) as client:
        refused = client.ask("/detect", wave)
        assert refused.status == 503 and "not scanned after 0.3 s" in refused.json["error"]
        assert ended.wait(PATIENCE)


def test_a_scan_ends_between_two_blocks(models: Models, tmp_path: Path) -> None:
    soundfile.write(path := tmp_path / "beeps.wav", beeps(2.0), RATE)
    (stop := Event()).set()
    with pytest.raises(work.Stopped):
        work.scan(path, "beeps.wav", models.choose(), False, stop)


def test_live_sound_goes_on_while_recordings_are_scanned(
    models: Models, wave: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Event()
    scan = work.scan

    def waits(*given: object) -> Scanned:
        assert release.wait(PATIENCE)
        return scan(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "scan", waits)
    with serving(models) as client:
        statuses: list[int] = []

        def send() -> None:
            statuses.append(client.ask("/detect", wave).status)

        uploads = [threading.Thread(target=send) for _ in range(3)]
        for upload in uploads:
            upload.start()
        listens(client)
        assert statuses == []
        release.set()
        for upload in uploads:
            upload.join(PATIENCE)
        assert statuses == [200, 200, 200]


def test_who_hangs_up_in_the_middle_leaves_his_place(client: Client, wave: bytes, log: list[str]) -> None:
    for _ in range(3 * MOST_WAITING):
        with connect(client) as connection:
            connection.sendall(DETECT + b"Content-Length: 1000000\r\n\r\n" + bytes(10_000))
    eventually(lambda: client.ask("/detect", wave).status == 200)
    assert not [line for line in log if "503" not in line]


def test_uploads_are_sent_home_when_the_service_ends(models: Models, log: list[str]) -> None:
    with ExitStack() as stack:
        with serving(models, log=log) as client:
            connection = stack.enter_context(connect(client))
            connection.sendall(DETECT + b"Content-Length: 1000\r\n\r\nhalf")
            for _ in range(1 + MOST_WAITING):  # until it has a place, or others have
                client.ask("/healthz")
        said = answer(connection)
    assert said.startswith("HTTP/1.1 503 ") and "the service is being stopped" in said


def test_half_a_header_is_not_waited_for(models: Models, monkeypatch: pytest.MonkeyPatch, wave: bytes) -> None:
    monkeypatch.setattr(server_module, "WHOLE_HEADER", 0.3)
    with serving(models) as client, connect(client) as silent, connect(client) as half, connect(client) as second:
        half.sendall(b"GET / HTTP/1.1\r\nHost:")
        second.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert answer(second).startswith("HTTP/1.1 200 ")
        second.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        for connection in (silent, half, second):
            assert connection.recv(100) == b""
        with client.connect() as socket:  # which may be silent for longer
            time.sleep(1.0)
            socket.send('{"rate": 16000}')
            assert '"ready"' in str(socket.recv(PATIENCE))
