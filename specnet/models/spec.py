"""A network as data: a TOML file with parameters and a list of layers, read into a frozen `NetworkSpec`."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

import torch
from pydantic import ValidationError

from specnet.core.block import Block, Shape
from specnet.core.blocks import require_room
from specnet.core.stack import Stack
from specnet.errors import SpecnetError
from specnet.models.layer import LayerSpec
from specnet.models.source import NetworkFile
from specnet.models.table import LAYERS
from specnet.models.units import after

_TERM = re.compile(r"(?:(\d+) *\* *)?([a-z][a-z0-9_]*)")

Preset = str | Path | NetworkFile
Layers = tuple[tuple[str, LayerSpec], ...]
PresetKind = Literal["scanners", "images"]


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """Layers with every parameter filled in; `build` makes the network for an input shape.

    A network for images names its `input` (channels, height, width), and may have `auxiliary` heads: layers that
    branch off after a layer of that name and are only there to train what is below.

    >>> name, layer = read_spec("phonetic", {"width": 48}).layers[2]
    >>> layer.channels
    48
    """

    name: str
    parameters: Mapping[str, float]
    layers: Layers
    input: tuple[int, ...] = ()
    auxiliary: Mapping[str, Layers] = field(default_factory=lambda: MappingProxyType({}))

    def build(self, input: Shape, length: int | None = None) -> Stack:
        """The network for `input` (channels and space, without the scan axis), He-initialised.

        With a `length` of the scan axis, layers may pad it or span it; without, the network is a scanner.

        Raises `SpecnetError` with the layer, the numbers and the rule where a layer cannot follow the one before, and
        where there are too many weights, auxiliary heads included: before any takes memory.
        """
        with torch.device("meta"):
            trunk = _stack(self.name, self.layers, input, length)
            heads = self.build_auxiliary(trunk, length) if length else {}
        try:
            require_room(sum(weights.numel() for part in (trunk, *heads.values()) for weights in part.parameters()))
        except SpecnetError as error:
            raise SpecnetError(f"{self.name}: {error}") from None
        return _stack(self.name, self.layers, input, length)

    def build_auxiliary(self, trunk: Stack, length: int) -> dict[str, Stack]:
        """The auxiliary heads of `trunk`, which was built with `length`, by the name of the layer they branch off."""
        heads: dict[str, Stack] = {}
        for name, layers in self.auxiliary.items():
            lower, _ = trunk.split(name)
            where = f"{self.name}: auxiliary after {name}"
            heads[name] = _stack(where, layers, lower.output, after(lower, length))
        return heads


def _stack(network: str, layers: Layers, input: Shape, length: int | None) -> Stack:
    blocks: list[tuple[str, Block]] = []
    shape = input
    for name, layer in layers:
        try:
            block = layer.build(shape, length)
            if length is None and block.window.padded:
                raise SpecnetError(f"padding {block.window.padding} on the scan axis, which a scanner never has")
            left = after(block, length)
        except SpecnetError as error:
            where = shape if length is None else (*shape, length)
            raise SpecnetError(f"{network}: layer {name} ({layer.kind}) on input {where}: {error}") from None
        blocks.append((name, block))
        shape, length = block.output, left
    try:
        return Stack(input, blocks)
    except SpecnetError as error:
        raise SpecnetError(f"{network}: {error}") from None


def presets(kind: PresetKind = "scanners") -> list[str]:
    """The names of the networks that come with the package: scanners of sound, or classifiers of images.

    >>> presets()
    ['bcresnet', 'bcresnet20', 'mlp-scan', 'phonetic', 'phonetic2d', 'tcresnet']
    """
    names = (entry.name for entry in _shipped(kind).iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def _shipped(kind: str) -> Traversable:
    return resources.files("specnet.models") / "presets" / kind


def _source(preset: Preset) -> NetworkFile:
    if isinstance(preset, NetworkFile):
        return preset
    if str(preset).endswith(".toml"):
        return NetworkFile.read(Path(preset))
    kinds = {name: kind for kind in get_args(PresetKind) for name in presets(kind)}
    require_known(str(preset), kinds, "network preset")
    file = f"{preset}.toml"
    return NetworkFile(file, (_shipped(kinds[str(preset)]) / file).read_text(encoding="utf-8"))


def read_spec(preset: Preset, overrides: Mapping[str, float] | None = None) -> NetworkSpec:
    """The network of a shipped preset's name, or of a TOML file or its path, with some of its parameters changed.

    A layer has what the file's `defaults` say for its kind, unless it says otherwise.

    Raises `SpecnetError` for an unknown preset, parameter, layer kind or key (naming the nearest known one), a file
    that cannot be read, and a value of the wrong kind.
    """
    source = _source(preset)
    name = source.network
    try:
        table = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise SpecnetError(f"{preset}: not a readable TOML file: {error}") from None
    for key in table:
        require_known(key, ("input", "parameters", "defaults", "layers", "auxiliary"), f"{name}: key")
    parameters = _table(name, table, "parameters", "numbers")
    for key in overrides or {}:
        require_known(key, parameters, f"{name}: parameter")
    parameters = {**parameters, **(overrides or {})}
    for key, value in parameters.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SpecnetError(f"{name}: parameter {key} = {value!r} is no number")
    defaults = _table(name, table, "defaults", "tables, one per layer kind")
    for kind in defaults:
        require_known(kind, LAYERS, f"{name}: defaults: kind")
        for key in _table(f"{name}: defaults", defaults, kind, "keys and values"):
            require_known(key, LAYERS[kind].model_fields, f"{name}: defaults of {kind}: key")
    layers = _layers(name, table.get("layers", []), defaults, parameters)
    heads = {}
    for layer, head in _table(name, table, "auxiliary", "lists of layers").items():
        require_known(layer, (known for known, _ in layers), f"{name}: auxiliary: layer")
        heads[layer] = _layers(f"{name}: auxiliary after {layer}", head, defaults, parameters)
    return NetworkSpec(name, MappingProxyType(parameters), layers, _input(name, table), MappingProxyType(heads))


def _table(name: str, table: Mapping[str, object], key: str, of: str) -> dict[str, Any]:
    given = table.get(key, {})
    if not isinstance(given, dict):
        raise SpecnetError(f"{name}: {key} must be a table of {of}")
    return given


def _input(name: str, table: Mapping[str, object]) -> tuple[int, ...]:
    given = table.get("input", [])
    if not isinstance(given, list) or len(given) == 1 or not all(type(n) is int and n > 0 for n in given):
        raise SpecnetError(f"{name}: input = {given!r} should be [channels, height, width]")
    return tuple(given)


def require_known(name: str, known: Iterable[str], what: str) -> None:
    """Refuse a name that is not known, with the nearest that is: of those that it begins with, or that begin with it,
    if there are any.

    >>> require_known("convolution", ["activation", "conv"], "kind")
    Traceback (most recent call last):
    specnet.errors.SpecnetError: kind 'convolution' is unknown; did you mean conv?
    """
    known = list(known)
    if name not in known:
        akin = [each for each in known if _begins(each, name)]
        nearest = difflib.get_close_matches(name, akin or known, n=1, cutoff=0.0 if akin else 0.5)
        hint = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(known) or 'none'}"
        raise SpecnetError(f"{what} {name!r} is unknown; {hint}")


def _begins(one: str, other: str) -> bool:
    """Whether one name of three letters or more is the beginning of the other."""
    short, long = sorted((one, other), key=len)
    return len(short) > 2 and long.startswith(short)


def _layers(network: str, tables: object, defaults: Mapping[str, Any], parameters: Mapping[str, float]) -> Layers:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SpecnetError(f"{network}: layers must be a list of tables")
    layers: list[tuple[str, LayerSpec]] = []
    count: Counter[str] = Counter()
    for number, table in enumerate(tables, start=1):
        where = f"{network}: layer {table.get('name', number)}"
        kind = str(table.get("kind", ""))
        require_known(kind, LAYERS, f"{where}: kind")
        given = {**defaults.get(kind, {}), **table}
        fields = {key: _resolved(value, parameters, where) for key, value in given.items() if key != "kind"}
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
            chosen = layer.name if layer.repeat == 1 or not layer.name else f"{layer.name}{turn}"
            layers.append((chosen or f"{kind}{count[kind]}", layer))
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
