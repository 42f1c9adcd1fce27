"""Reading a JSON document field by field: nothing in it is taken on trust, and every error names the field."""

import math
from dataclasses import fields
from typing import Any, TypeVar

from specnet.errors import SpecnetError

T = TypeVar("T")


def typed(value: object, kind: type[T], where: str) -> T:
    """`value`, which must be of this kind (none of them is `bool`, which Python counts as `int`)."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise SpecnetError(f"{where}: {value!r:.80}: must be a {kind.__name__}")
    return value


def same_keys(found: dict[str, Any], expected: list[str], where: str) -> None:
    """Refuse a document that lacks a field, or has one of which nothing is known."""
    for name in expected:
        if name not in found:
            raise SpecnetError(f"{where}: {name} is missing")
    for name in found:
        if name not in expected:
            raise SpecnetError(f"{where}: unknown field {name!r:.80}")


def numbers(kind: type[T], value: object, where: str, leave_out: tuple[str, ...] = ()) -> T:
    """The dataclass `kind`, whose fields are numbers: `int` (and its aliases), `float`, or `float | None`."""
    found = typed(value, dict, where)
    kinds = {each.name: each.type for each in fields(kind) if each.name not in leave_out}  # type: ignore[arg-type]
    same_keys(found, list(kinds), where)
    for name, number in found.items():
        if number is None and kinds[name] == float | None:
            continue
        whole = kinds[name] is int
        if (
            isinstance(number, bool)
            or not isinstance(number, int if whole else int | float)
            or not math.isfinite(number)
        ):
            raise SpecnetError(f"{where}.{name}: {number!r:.80}: must be a {'whole ' if whole else ''}number")
    return kind(**found)
