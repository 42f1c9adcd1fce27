"""A network as data: a TOML file with parameters and a list of layers, read into a frozen `NetworkSpec`."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from specnet.core.block import Block, Shape
from specnet.core.stack import Stack
from specnet.errors import SpecnetError
from specnet.models.layers import LAYERS, LayerSpec

_TERM = re.compile(r"(?:(\d+) *\* *)?([a-z_]+)")


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """Layers with every parameter filled in; `build` makes the network for an input shape.

    >>> name, layer = read_spec("phonetic", {"width": 48}).layers[2]
    >>> layer.channels
    48
    """

    name: str
    parameters: Mapping[str, float]
    layers: tuple[tuple[str, LayerSpec], ...]

    def build(self, input: Shape) -> Stack:
        """The network for `input` (channels and space, without time), He-initialised.

        Raises `SpecnetError` with the layer, the numbers and the rule where a layer cannot follow the one before.
        """
        blocks: list[tuple[str, Block]] = []
        shape = input
        for name, layer in self.layers:
            try:
                block = layer.build(shape)
            except SpecnetError as error:
                raise SpecnetError(f"{self.name}: layer {name} ({layer.kind}) on input {shape}: {error}") from None
            blocks.append((name, block))
            shape = block.output
        try:
            return Stack(input, blocks)
        except SpecnetError as error:
            raise SpecnetError(f"{self.name}: {error}") from None


def presets() -> list[str]:
    """The names of the networks that come with the package.

    >>> presets()
    ['bcresnet', 'mlp-scan', 'phonetic', 'phonetic2d', 'tcresnet']
    """
    folder = resources.files("specnet.models") / "presets"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_spec(preset_or_path: str | Path, overrides: Mapping[str, float] | None = None) -> NetworkSpec:
    """The network of a shipped preset's name or of a TOML file, with some of its parameters changed.

    Raises `SpecnetError` for an unknown preset, parameter, layer kind or key (naming the nearest known one), a file
    that cannot be read, and a value of the wrong kind.
    """
    name = str(preset_or_path)
    if name.endswith(".toml"):
        source, name = Path(name), Path(name).stem
    else:
        require_known(name, presets(), "network preset")
        source = resources.files("specnet.models") / "presets" / f"{name}.toml"  # type: ignore[assignment]
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecnetError(f"{preset_or_path}: not a readable TOML file: {error}") from None
    for key in table:
        require_known(key, ("parameters", "layers"), f"{name}: key")
    parameters, layers = table.get("parameters", {}), table.get("layers", [])
    if not isinstance(parameters, dict):
        raise SpecnetError(f"{name}: parameters must be a table of numbers")
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise SpecnetError(f"{name}: layers must be a list of tables")
    for key in overrides or {}:
        require_known(key, parameters, f"{name}: parameter")
    parameters = {**parameters, **(overrides or {})}
    for key, value in parameters.items():
        if not isinstance(value, int | float):
            raise SpecnetError(f"{name}: parameter {key} = {value!r} is no number")
    return NetworkSpec(name, MappingProxyType(parameters), _layers(name, layers, parameters))


def require_known(name: str, known: Iterable[str], what: str) -> None:
    """Refuse a name that is not known, with the nearest that is."""
    known = list(known)
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(known) or 'none'}"
        raise SpecnetError(f"{what} {name!r} is unknown; {hint}")


def _layers(
    network: str, tables: list[dict[str, object]], parameters: Mapping[str, float]
) -> tuple[tuple[str, LayerSpec], ...]:
    layers: list[tuple[str, LayerSpec]] = []
    count: Counter[str] = Counter()
    for number, table in enumerate(tables, start=1):
        where = f"{network}: layer {table.get('name', number)}"
        kind = str(table.get("kind", ""))
        require_known(kind, LAYERS, f"{where}: kind")
        fields = {key: _resolved(value, parameters, where) for key, value in table.items() if key != "kind"}
        for key in fields:
            require_known(key, LAYERS[kind].model_fields, f"{where} ({kind}): key")
        try:
            layer = LAYERS[kind].model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"][:1])
            raise SpecnetError(f"{where} ({kind}): {key} = {fields.get(key)!r}: {first['msg']}") from None
        for turn in range(1, layer.repeat + 1):
            count[kind] += 1
            given = layer.name if layer.repeat == 1 or not layer.name else f"{layer.name}{turn}"
            layers.append((given or f"{kind}{count[kind]}", layer))
    return tuple(layers)


def _resolved(value: object, parameters: Mapping[str, float], where: str) -> object:
    """The value with `"name"` and `"3 * name"` replaced by the numbers of the parameters."""
    if isinstance(value, list):
        return [_resolved(item, parameters, where) for item in value]
    match = _TERM.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[2] not in parameters and not match[1]):
        return value
    require_known(match[2], parameters, f"{where}: parameter")
    number = int(match[1] or 1) * parameters[match[2]]
    return int(number) if float(number).is_integer() else number
