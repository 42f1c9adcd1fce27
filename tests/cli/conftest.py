"""The command line as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
import soundfile

DATA = Path(__file__).parents[2] / "data"

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture
def specnet(tmp_path: Path) -> Run:
    """Call with arguments (paths, numbers, strings): the finished process, run in the empty directory `tmp_path`."""

    def run(
        *arguments: object, python: tuple[str, ...] = ("-m", "specnet"), **options: object
    ) -> CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(DATA.parent), "PYTHONUTF8": "1"}
        command = [sys.executable, *python, *map(os.fspath, map(plain, arguments))]
        defaults = {"capture_output": True, "text": True, "cwd": tmp_path, "env": environment, "timeout": 120}
        return subprocess.run(command, check=False, **(defaults | options))  # type: ignore[call-overload]

    return run


def plain(argument: object) -> str | Path:
    return argument if isinstance(argument, Path) else str(argument)


@pytest.fixture
def party(tmp_path: Path) -> Path:
    """Two seconds of something at 44.1 kHz in stereo."""
    path = tmp_path / "party.wav"
    sound = np.random.default_rng(0).normal(0, 0.1, (88_200, 2))
    soundfile.write(path, sound, 44_100)
    return path
