"""Nested settings: read from TOML, overridden one by one, compared, and their mistakes put into one line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
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
