"""Pages that need nothing beside themselves: templates of jinja2, filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

STYLE = Path(__file__).parent / "page.css"
"""The style that all pages share."""


def render(template: Path, values: Mapping[str, Any], filters: Mapping[str, Callable[..., str]]) -> str:
    """The text of a page; `template` has the shared style as `style`, and escapes all values that are not marked safe.

    Templates of the same folder can be included.
    """
    pages = Environment(
        loader=FileSystemLoader(template.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= filters
    return pages.get_template(template.name).render(values, style=STYLE.read_text(encoding="utf-8"))
