"""Being found on the network."""

import asyncio
import socket

import pytest
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from specnet.app.wyoming.address import Address
from specnet.app.wyoming.discovery import SERVICE, announced, service_at
from specnet.errors import SpecnetError

HERE = ["127.0.0.1"]


def test_it_is_found_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "kitchen" * 9 + ".local")
    address = Address("192.0.2.7", 10400)
    name = service_at(address).name

    async def find() -> AsyncServiceInfo | None:
        other = AsyncZeroconf(HERE, ip_version=IPVersion.V4Only)
        try:
            return await other.async_get_service_info(SERVICE, name, timeout=1_000)
        finally:
            await other.async_close()

    async def main() -> tuple[AsyncServiceInfo | None, AsyncServiceInfo | None]:
        async with announced(address, HERE):
            found = await find()
        return found, await find()

    found, afterwards = asyncio.run(main())
    assert found is not None and (found.parsed_addresses(), found.port) == (["192.0.2.7"], 10400)
    assert found.name.startswith("specnet-kitchen") and afterwards is None


def test_what_nobody_else_can_reach_is_not_announced() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        with pytest.raises(SpecnetError, match=r"--zeroconf: tcp://.*:1 is reached from this machine only: give --uri"):
            service_at(Address(host, 1))


def test_without_a_network_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(SpecnetError, match="--zeroconf: no network to be announced on: Network is unreachable"):
        service_at(Address("0.0.0.0", 1))
