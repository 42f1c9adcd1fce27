"""Being found: the server tells the network that it is there (zeroconf, or mDNS), and Home Assistant offers it."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

from zeroconf import InterfaceChoice, IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from specnet.app.wyoming.address import Address
from specnet.errors import SpecnetError

SERVICE = "_wyoming._tcp.local."

LONGEST_HOST = 50
"""A name may have 63 bytes, and is more than that of the host."""

MULTICAST = "224.0.0.251"
"""Where mDNS speaks: the way there tells which of its addresses the network knows this machine by."""


@asynccontextmanager
async def announced(
    address: Address, interfaces: InterfaceChoice | list[str] = InterfaceChoice.All
) -> AsyncIterator[None]:
    """Announce a server at `address`, on these interfaces, for as long as the block lasts.

    Raises `SpecnetError` where nobody could reach it, or there is no network.
    """
    service = service_at(address)
    try:
        zeroconf = AsyncZeroconf(interfaces, ip_version=IPVersion.V4Only)
    except OSError as problem:
        raise SpecnetError(f"--zeroconf: no network to be announced on: {problem.strerror}") from None
    try:
        await zeroconf.async_register_service(service, allow_name_change=True)
        yield
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


def service_at(address: Address) -> AsyncServiceInfo:
    """What is announced: a name that stays the same from one start to the next, and a number that others can call.

    >>> service_at(Address("192.0.2.7", 10400)).parsed_addresses()
    ['192.0.2.7']
    """
    host = socket.gethostname().partition(".")[0][:LONGEST_HOST]
    number = _number(address)
    return AsyncServiceInfo(
        SERVICE, f"specnet-{host}.{SERVICE}", port=address.port, parsed_addresses=[number], server=f"{host}.local."
    )


def _number(address: Address) -> str:
    try:
        number = socket.gethostbyname(address.host) if ":" not in address.host else address.host
        if ip_address(number).is_unspecified:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
                way.connect((MULTICAST, 1))  # sends nothing
                number = str(way.getsockname()[0])
    except OSError as problem:
        raise SpecnetError(f"--zeroconf: no network to be announced on: {problem.strerror}") from None
    if ip_address(number).is_loopback:
        raise SpecnetError(f"--zeroconf: {address} is reached from this machine only: give --uri with 0.0.0.0")
    return number
