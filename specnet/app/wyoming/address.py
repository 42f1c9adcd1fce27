"""Where a server listens."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from specnet.errors import SpecnetError


@dataclass(frozen=True, slots=True)
class Address:
    """A host, by name or number, and a port; port 0 is any that is free.

    >>> str(Address.parse("tcp://[::1]:10400")), Address.parse("tcp://0.0.0.0:10400").port
    ('tcp://[::1]:10400', 10400)
    """

    host: str
    port: int

    @classmethod
    def parse(cls, uri: str) -> "Address":
        """Read ``tcp://HOST:PORT``; raises `SpecnetError` for anything else."""
        wrong = SpecnetError(f"--uri {uri!r}: must be tcp://HOST:PORT, as in tcp://0.0.0.0:10400")
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise wrong from None
        if parts.scheme != "tcp" or not host or port is None or parts.username is not None:
            raise wrong
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise wrong
        return cls(host, port)

    def __str__(self) -> str:
        return f"tcp://[{self.host}]:{self.port}" if ":" in self.host else f"tcp://{self.host}:{self.port}"
