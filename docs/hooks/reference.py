"""The pages of the modules, in the order of the layers, lowest first: each module imports only from those before it."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = "cli"
"""Documented by its commands."""
HEAD = """# Modules

What each module offers, from the lowest layer up: a module imports only from layers above it in this list.
What programs need is on [one page](../python.md); this is for whoever [changes](../extending.md) specnet.
"""


def page(layer: str) -> str:
    """The docstring of the layer, and below it its modules."""
    modules = [path for path in sorted((ROOT / "specnet" / layer).rglob("*.py")) if path.name != "__init__.py"]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules]
    own = f"::: specnet.{layer}\n    options: {{ show_root_heading: false, heading_level: 1 }}"
    return "\n\n".join(
        [f"# specnet.{layer}", own, *(f"::: {name}\n    options: {{ heading_level: 2 }}" for name in names)]
    )


def _source(layer: str) -> Path:
    module = ROOT / "specnet" / f"{layer}.py"
    return module if module.exists() else ROOT / "specnet" / layer / "__init__.py"
