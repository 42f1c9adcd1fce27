"""What a network is read from: the text of its TOML file, which recipes and models keep, for the file may change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from specnet.errors import SpecnetError


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """A TOML file as it was read: what it is called, without its folder, and what it says.

    >>> file = NetworkFile("net.toml", 'layers = [{ kind = "norm" }]')
    >>> str(file), file.network
    ('net.toml', 'net')
    """

    name: str
    text: str

    @classmethod
    def read(cls, path: Path) -> NetworkFile:
        """The file at `path`; `SpecnetError` that names it where it cannot be read."""
        try:
            return cls(path.name, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise SpecnetError(f"{path}: not a readable TOML file: {error}") from None

    @property
    def network(self) -> str:
        """What the network is called."""
        return Path(self.name).stem

    def __str__(self) -> str:
        return self.name
