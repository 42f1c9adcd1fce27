"""Nested settings: read from and written as TOML, overridden, compared, and their mistakes put into one line."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from specnet.errors import SpecnetError


def read_toml(path: Path) -> dict[str, Any]:
    """The values of a TOML file; `SpecnetError` with its name where it is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecnetError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecnetError(f"{path}: not TOML: {error}") from error


def to_toml(values: Mapping[str, Any], section: str = "") -> str:
    """Nested plain values as TOML; what is None is left out, as TOML has no word for it.

    >>> print(to_toml({"name": "hey", "data": {"speech": ["talks"]}, "casts": [{"engine": "espeak", "mixtures": 0.5}]}))
    name = "hey"
    <BLANKLINE>
    [data]
    speech = ["talks"]
    <BLANKLINE>
    [[casts]]
    engine = "espeak"
    mixtures = 0.5
    """
    lines, sections = [], []
    for key, value in values.items():
        name = key if re.fullmatch(r"[\w-]+", key, re.ASCII) else _text(key)
        path = f"{section}.{name}" if section else name
        if isinstance(value, Mapping):
            sections.append(f"\n[{path}]\n{to_toml(value, path)}")
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            sections += [f"\n[[{path}]]\n{to_toml(item, path)}" for item in value]
        elif value is not None:
            lines.append(f"{name} = {toml_list(value) if isinstance(value, list) else _plain(value)}")
    return "\n".join([*lines, *sections])


def toml_list(items: Iterable[Any]) -> str:
    """Plain items as a list of TOML, in lines of a hundred letters.

    >>> toml_list(["a", "b"])
    '["a", "b"]'
    """
    lines = [""]
    for item in items:
        text = toml_list(item) if isinstance(item, list) else _plain(item)
        if len(lines[-1]) + len(text) > 100:
            lines.append("")
        lines[-1] += f"{', ' if lines[-1] else ''}{text}"
    return f"[{lines[0]}]" if len(lines) == 1 else "[\n" + "".join(f"  {line},\n" for line in lines) + "]"


def _plain(value: str | float) -> str:
    return _text(value) if isinstance(value, str) else str(value).lower()


def _text(value: str) -> str:
    """A text of several lines, such as the file of a network, as it is if it can be.

    >>> print(_text("width = 3\\n"))
    '''
    width = 3
    '''
    """
    if "\n" in value and "'" * 3 not in value and re.sub(r"[\n\t]", "", value).isprintable():
        return f"'''\n{value}'''"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def override(values: dict[str, Any], text: str) -> None:
    """Set the value of one `section.key=value` in nested `values`."""
    path, equals, value = text.partition("=")
    *sections, key = [part.strip() for part in path.split(".")]
    if not equals or not key or not all(sections):
        raise SpecnetError(f"--set {text}: write it as section.key=value, for example schedule.epochs=3")
    for section in sections:
        values = values.setdefault(section, {})
        if not isinstance(values, dict):
            raise SpecnetError(f"--set {text}: {section} is a value, not a section")
    try:
        values[key] = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        values[key] = value.strip()


def explain(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One line for one validation error of `model`: the key, its value and what would be right."""
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        plain = ".".join(part for part in error["loc"] if isinstance(part, str))
        return f"unknown key {where}; did you mean {nearest_key(plain, model)}?"
    if error["type"] in ("missing", "missing_argument"):
        return f"{where} is missing"
    should = re.sub(r"^(Input|Tuple|String|Value error,) | after validation, not \d+$", "", error["msg"])
    should = re.sub(r"valid dictionary.*", "section", should).replace("valid tuple", "list")
    if isinstance(error["input"], Mapping):
        return f"{where}: {should}" if where else should
    return f"{where} = {error['input']!r} {should}"


def nearest_key(key: str, model: type[BaseModel]) -> str:
    """The dotted name in `model` that looks most like `key`, if there are any among those that hold its last part."""
    keys = _keys(model)
    alike = [known for known in keys if key.rpartition(".")[2] in known.rpartition(".")[2]]
    return difflib.get_close_matches(key, alike or keys, n=1, cutoff=0)[0]


def _keys(section: Any, prefix: str = "") -> list[str]:
    """Dotted names of everything that can be set in a model, a data class or a tuple of them."""
    found = []
    for name, kind in get_type_hints(section).items():
        inner = next((arg for arg in (kind, *get_args(kind)) if is_dataclass(arg) or _is_model(arg)), None)
        if not name.startswith(("_", "model_")):
            found.append(prefix + name)
            found += _keys(inner, f"{prefix}{name}.") if inner else []
    return found


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def first_difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """The dotted name of the first value in which two resolved recipes differ, or None."""
    return next(iter(differences(one, other)), None)


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `other`, by dotted name, in which two resolved recipes differ.

    >>> differences({"seed": 1, "loss": {"q": 0.7, "kind": "clip"}}, {"seed": 1, "loss": {"q": 0, "kind": "clip"}})
    {'loss.q': 0}
    """
    found: dict[str, Any] = {}
    for key in sorted(one.keys() | other.keys()):
        a, b = _by_name(one.get(key)), _by_name(other.get(key))
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            found |= {f"{key}.{inner}": value for inner, value in differences(a, b).items()}
        elif a != b:
            found[key] = other.get(key)
    return found


def _by_name(value: Any) -> Any:
    """Sections in a row by their number."""
    rows = isinstance(value, list) and all(isinstance(row, Mapping) for row in value)
    return {str(number): row for number, row in enumerate(value)} if rows else value
