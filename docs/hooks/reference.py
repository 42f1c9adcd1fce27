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


def pages() -> dict[str, str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        [contract, *_] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = [name for line in reversed(contract["layers"]) for name in line.split(" | ") if name != LEFT_OUT]
    rows = (f"- [`specnet.{layer}`]({layer}.md): {summary(layer)}" for layer in layers)
    return {"modules/index.md": "\n".join((HEAD, *rows))} | {f"modules/{layer}.md": page(layer) for layer in layers}


def summary(layer: str) -> str:
    """The first line of its docstring."""
    module = ROOT / "specnet" / f"{layer}.py"
    source = module if module.exists() else module.with_suffix("") / "__init__.py"
    return source.read_text(encoding="utf-8").split('"""')[1].splitlines()[0]


def page(layer: str) -> str:
    """The docstring of the layer, and below it its modules."""
    modules = [path for path in sorted((ROOT / "specnet" / layer).rglob("*.py")) if path.name != "__init__.py"]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules]
    own = f"::: specnet.{layer}\n    options: {{ show_root_heading: false, heading_level: 1 }}"
    each = (f"::: {name}\n    options: {{ heading_level: 2 }}" for name in names)
    return "\n\n".join([f"# specnet.{layer}", own, *each])
