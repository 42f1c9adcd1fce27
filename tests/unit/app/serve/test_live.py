"""Many clients that send live sound; what one does wrong harms no other."""

import json
import socket
import struct
import threading
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from specnet.app.serve import live
from specnet.app.serve import server as server_module
from specnet.app.serve.models import Models
from tests.conftest import RATE
from tests.serving import END, PATIENCE, Client, serving
from tests.unit.app.serve.conftest import SOUND, WISHES, listens
from tests.unit.app.serve.test_work import eventually


def is_dropped(connection: ClientConnection, code: int = live.REFUSED) -> str:
    """The last that is said, before the connection is closed with this code."""
    said: dict[str, Any] = {}
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            message = connection.recv(PATIENCE)
            said = json.loads(message) if isinstance(message, str) else {}
    assert closed.value.rcvd is not None and closed.value.rcvd.code == code
    return str(said.get("message"))


def streams(client: Client) -> int:
    [line] = [line for line in client.ask("/metrics").body.decode().splitlines() if line.startswith("specnet_streams ")]
    return int(float(line.split()[1]))


def test_twenty_at_once(client: Client) -> None:
    failed: list[BaseException] = []

    def one() -> None:
        try:
            listens(client)
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not failed and streams(client) == 0


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (["hello"], "the first message is 'hello': must be a JSON object"),
        ([b"\0\0"], "the first message is bytes: must be a JSON object that says what the sound is"),
        (['{"rate": 0}'], "a sample rate of 0 Hz"),
        (['{"rate": 16000, "channels": 65}'], "65 channels"),
        (['{"rate": 16000, "label": "low"}'], "'label' in the first message"),
        (['{"rate": 16000}', "more"], "a message 'more': must be sound, or"),
        (['{"rate": 16000}', "[" * 100_000], "must be sound, or"),
        (['{"rate": 16000}', b"odd", END], "the sound ends 1 bytes into a sample of 2"),
        (['{"rate": 16000, "format": "f32le"}', b"\x00\x00\xc0\x7f" * RATE], "a sample is nan"),
    ],
)
def test_what_is_wrong_is_said_to_both_sides(
    messages: list[str | bytes], reason: str, client: Client, log: list[str]
) -> None:
    with client.connect() as connection:
        for message in messages:
            connection.send(message)
        assert reason in is_dropped(connection)
    assert [line for line in log if reason in line] == log and len(log) == 1
    listens(client)


def test_too_large_a_message_ends_the_connection(client: Client) -> None:
    with client.connect() as connection:
        connection.send('{"rate": 16000}')
        connection.recv(PATIENCE)
        connection.send(bytes((1 << 20) + 1))
        is_dropped(connection, code=1009)
    listens(client)


@pytest.mark.parametrize("encoding", ["u8", "s24le", "f32le"])
def test_other_formats(encoding: str, client: Client) -> None:
    size = {"u8": 1, "s24le": 3, "f32le": 4}[encoding]
    silence = bytes([128]) if encoding == "u8" else bytes(size)
    said, _ = client.stream({**WISHES, "format": encoding}, RATE * silence)
    assert [each["type"] for each in said] == ["ready", "end"] and said[-1]["duration"] == 1.0


def test_ten_that_vanish_in_mid_stream(client: Client, log: list[str]) -> None:
    for _ in range(10):
        with client.connect() as connection:
            connection.send(json.dumps(WISHES | {"spectrogram": True}))
            connection.send(SOUND)
            connection.recv(PATIENCE)
            no_farewell = struct.pack("ii", 1, 0)
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_farewell)
            connection.socket.close()
    listens(client)
    eventually(lambda: streams(client) == 0)
    assert log == []


def frame(payload: bytes, opcode: int) -> bytes:
    """A masked frame of a client (RFC 6455, 5.2), with the mask 0."""
    return bytes([0x80 | opcode, 0x80 | 127]) + len(payload).to_bytes(8) + bytes(4) + payload


@pytest.mark.parametrize(("ours", "systems"), [(0.5, 600.0), (600.0, 0.5)], ids=["asked", "by the system"])
def test_one_that_does_not_read_is_not_waited_for(
    ours: float, systems: float, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "UNREAD", ours)
    monkeypatch.setattr(server_module, "STALLED", systems)
    with serving(models, unread=4_096) as client, socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.settimeout(2.0)
        deaf.connect(("127.0.0.1", client.port))
        deaf.sendall(
            b"GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert deaf.recv(1 << 10).startswith(b"HTTP/1.1 101 ")
        deaf.sendall(frame(b'{"rate": 8000, "format": "u8", "spectrogram": true}', 1))
        with suppress(OSError):  # its sound fills more than what a socket holds of its spectrogram
            for _ in range(100):
                deaf.sendall(frame(bytes(1 << 14), 2))
        listens(client)
        eventually(lambda: streams(client) == 0)


def test_the_token_comes_in_a_header_or_in_the_first_message(models: Models) -> None:
    with serving(models, token="secret") as client:
        for wishes in (WISHES, WISHES | {"token": "wrong"}):
            with client.connect() as connection:
                connection.send(json.dumps(wishes))
                assert is_dropped(connection) == "the token is missing or wrong: give the one of this service"
        said, _ = client.stream(WISHES | {"token": "secret"}, SOUND)
        assert said[-1]["type"] == "end"
        said, _ = client.stream(WISHES, SOUND, additional_headers={"Authorization": "Bearer secret"})
        assert said[-1]["type"] == "end"


def test_pages_of_other_hosts_are_refused(client: Client) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        client.connect(origin="https://elsewhere.example")
    said, _ = client.stream(WISHES, SOUND, origin=f"http://127.0.0.1:{client.port}")
    assert said[-1]["type"] == "end"


def test_who_says_nothing_is_dropped(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FIRST", 0.2)
    monkeypatch.setattr(live, "IDLE", 0.3)
    with serving(models) as client:
        with client.connect() as connection:
            assert is_dropped(connection) == "said nothing for 0.2 s"
        with client.connect() as connection:
            connection.send(json.dumps(WISHES))
            assert is_dropped(connection) == "said nothing for 0.3 s"


def test_one_too_many_is_told_to_come_later(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_STREAMS", 1)
    with serving(models) as client, client.connect() as first:
        first.send(json.dumps(WISHES))
        first.recv(PATIENCE)
        with client.connect() as second:
            assert is_dropped(second, live.TOO_MANY) == "1 clients are here already"
        first.send(END)
        assert '"end"' in str(first.recv(PATIENCE))
