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
    made = {f"modules/{name}.md": page(name) for name in layers}
    rows = (f"- [`specnet.{name}`]({name}.md): {summary(name)}" for name in layers)
    return {"modules/index.md": "\n".join((HEAD, *rows))} | made


def summary(layer: str) -> str:
    """The first line of its docstring."""
    source = _source(layer)
    return source.read_text(encoding="utf-8").partition('"""')[2].partition("\n")[0].strip('"')


def page(layer: str) -> str:
    modules = [path for path in sorted((ROOT / "specnet" / layer).rglob("*.py")) if path.name != "__init__.py"]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules]
    return "\n\n".join([f"# specnet.{layer}", *(f"::: {name}" for name in [f"specnet.{layer}", *names])])


def _source(layer: str) -> Path:
    module = ROOT / "specnet" / f"{layer}.py"
    return module if module.exists() else ROOT / "specnet" / layer / "__init__.py"
