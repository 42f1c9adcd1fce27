"""Many clients of one server, over TCP; what one does wrong harms no other."""

import asyncio
import socket
import tracemalloc
from contextlib import suppress

import pytest
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.wake import Detect

from specnet.app.wyoming import events
from specnet.app.wyoming import server as module
from specnet.app.wyoming.address import Address
from specnet.app.wyoming.server import serve, serving
from specnet.app.wyoming.words import WakeWords
from specnet.errors import SpecnetError
from tests.unit.app.wyoming.conftest import LOCAL, SOUND, STOP, Client, Serve, chunk, chunks, logged, start


async def listens(address: Address) -> None:
    """A client that is served well."""
    async with Client(address) as client:
        await client.say(Detect(["high"]).event(), start(), *chunks(SOUND), STOP)
        assert (await client.answer()).data["name"] == "high"
        await client.say(start(), *chunks(SOUND[:8_000]), STOP)
        assert (await client.answer()).type == "not-detected"


def test_it_describes_itself(server: Serve) -> None:
    async def main() -> Info:
        async with server() as address, Client(address) as client:
            await client.say(Describe().event())
            return Info.from_event(await client.answer())

    assert [model.name for model in asyncio.run(main()).wake[0].models] == ["low", "high"]


def test_fifty_at_once(server: Serve) -> None:
    async def main() -> None:
        async with server() as address:
            await asyncio.gather(*(listens(address) for _ in range(50)))

    asyncio.run(main())


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (b"\x16\x03\x01\x02\x00\x01 what TLS begins with\n", "must be a JSON object"),
        (b'{"type": "audio-chunk", "payload_length": 10000000000}\n', "payload_length is 10000000000"),
        (b"x" * 70_000, "longer than 65536 bytes"),
        (b'{"type": "audio-start", "data": {"rate": 0, "width": 2, "channels": 1}}\n', "a sample rate of 0 Hz"),
        (
            b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 1}, "payload_length": 3}\nabc',
            "3 bytes of sound",
        ),
    ],
)
def test_what_is_wrong_is_said_to_both_sides(wrong: bytes, reason: str, server: Serve, log: list[str]) -> None:
    async def main() -> None:
        async with server() as address, Client(address) as client:
            await client.raw(wrong)
            if len(wrong) < 1_000:  # else the connection is reset under what is still unread
                assert reason in await client.is_dropped()
            assert "dropped: " in await logged(log, reason)
            await listens(address)

    asyncio.run(main())
    assert len([line for line in log if "dropped" in line]) == 1


@pytest.mark.parametrize(
    ("begin", "reason"),
    [(b"", "said nothing for 0.2 s"), (b'{"type": "audio-st', "an event was not complete after 0.2 s")],
)
def test_whoever_stalls_is_dropped(
    begin: bytes, reason: str, server: Serve, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_EVENT", 0.2)
    monkeypatch.setattr(events, "WHOLE_EVENT", 0.2)

    async def main() -> None:
        async with server() as address, Client(address) as client:
            await client.raw(begin)
            assert reason in await client.is_dropped()

    asyncio.run(main())
    assert [line.partition(": ")[2] for line in log] == [f"dropped: {reason}"]


def test_whoever_does_not_read_costs_no_memory(server: Serve, log: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNREAD", 0.3)
    monkeypatch.setattr(module, "FAREWELL", 0.1)
    many = b'{"type": "describe"}\n' * 200

    async def main() -> int:
        async with server() as address:
            with socket.socket() as deaf:
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                deaf.connect((address.host, address.port))
                deaf.setblocking(False)
                tracemalloc.start()
                loop = asyncio.get_running_loop()
                with pytest.raises(ConnectionError):
                    async with asyncio.timeout(30):
                        while True:
                            await loop.sock_sendall(deaf, many)
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
            await listens(address)
            return peak

    peak = asyncio.run(main())
    assert peak < 4 << 20
    assert "dropped: did not read its answers for 0.3 s" in log[0]


def test_whoever_just_goes_is_not_worth_a_line(server: Serve, log: list[str]) -> None:
    async def main() -> None:
        async with server() as address:
            for last in (chunk(SOUND[:640]), Describe().event()):
                client = Client(address)
                await client.connect()
                await client.say(start(), last)
                assert client._writer is not None
                client._writer.transport.abort()
            await listens(address)

    asyncio.run(main())
    assert [line for line in log if "dropped" in line] == []


def test_too_many_are_turned_away(server: Serve, log: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CLIENTS", 1)

    async def is_served(client: Client) -> bool:
        await client.say(Event("ping"))
        return (await client.answer()).type == "pong"

    async def main() -> None:
        async with server() as address:
            async with Client(address) as first:
                assert await is_served(first)
                async with Client(address) as second:
                    assert await second.is_dropped() == "1 clients are here already"
                assert await is_served(first)
            served = False
            while not served:  # as soon as the server has seen the first one go
                with suppress(OSError, AssertionError):
                    async with Client(address) as third:
                        served = await is_served(third)

    asyncio.run(main())


def test_clients_are_hung_up_at_the_end(server: Serve, log: list[str]) -> None:
    async def main() -> None:
        async with server() as address:
            client = Client(address)
            await client.connect()
            await client.say(start(), Event("ping"))
            await client.answer()
        assert await client.read_event() is None

    asyncio.run(main())
    assert log == []


def test_an_address_that_is_not_to_be_had(words: WakeWords, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def knows_nobody(host: str, *arguments: object, **options: object) -> object:
        if host == "nowhere":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", knows_nobody)

    async def attempt(address: Address) -> None:
        async with serving(words, address, print):
            pass

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for address, reason in (
            (Address("127.0.0.1", port), f"--uri tcp://127.0.0.1:{port}: another program listens there"),
            (Address("198.51.100.1", 0), "--uri tcp://198.51.100.1:0: no address of this machine"),
            (Address("a" * 70, 1), "--uri tcp://a"),
            (Address("nowhere", 1), "--uri tcp://nowhere:1: no such host"),
        ):
            with pytest.raises(SpecnetError, match=reason):
                asyncio.run(attempt(address))


def test_it_says_when_it_listens(words: WakeWords, log: list[str]) -> None:
    async def main() -> None:
        task = asyncio.create_task(serve(words, LOCAL, log.append))
        line = await logged(log, "listening for 'low' from a score of 0.600, 'high' from")
        await listens(Address.parse(line.partition(": ")[0]))
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(main())
