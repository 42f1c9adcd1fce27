"""Programs that are no Python packages: a test that needs one is skipped where it is missing, but never in CI."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

NODE_MODULES = Path(__file__).parents[1] / "examples" / "node" / "node_modules"


def program(name: str) -> str:
    """The path of a program."""
    found = shutil.which(name)
    if found is None:
        lacking(f"{name} is not installed")
    return found


def npm_package(name: str) -> Path:
    """The folder of a package that `npm ci` puts into examples/node/."""
    folder = NODE_MODULES / name
    if not folder.is_dir():
        lacking(f"{name} is not installed: npm ci --ignore-scripts --prefix examples/node")
    return folder


def lacking(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
