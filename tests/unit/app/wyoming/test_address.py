"""Where a server listens."""

import pytest

from specnet.app.wyoming.address import Address
from specnet.errors import SpecnetError


@pytest.mark.parametrize("uri", ["tcp://0.0.0.0:10400", "tcp://[::]:0", "tcp://home.local:65535"])
def test_it_says_what_it_was_read_from(uri: str) -> None:
    assert str(Address.parse(uri)) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "10400",
        "0.0.0.0:10400",
        "tcp://0.0.0.0",
        "tcp://:10400",
        "tcp://host:port",
        "tcp://host:65536",
        "tcp://host:-1",
        "tcp://[::1",
        "unix:///run/a",
        "stdio://",
        "http://host:80",
        "tcp://a@b:1",
        "tcp://host:1/path",
        "tcp://host:1?x",
    ],
)
def test_anything_else_is_refused_by_name(uri: str) -> None:
    with pytest.raises(SpecnetError) as refused:
        Address.parse(uri)
    assert str(refused.value) == f"--uri {uri!r}: must be tcp://HOST:PORT, as in tcp://0.0.0.0:10400"
