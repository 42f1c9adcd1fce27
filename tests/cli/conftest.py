"""The command line as a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
import soundfile

from tests.conftest import beeps

DATA = Path(__file__).parents[2] / "data"

ENVIRONMENT = os.environ | {"PYTHONPATH": str(DATA.parent), "PYTHONUTF8": "1"}

SPEECH = {
    "tt-weasels": ("asterisk", "weasels have eaten our phone system"),
    "librispeech-26-495-0030": ("26", "but this was all knavery and collusion"),
    "common-voice-18328639": ("cv-18328639", "driving tests are nerve-racking"),
    "vm-newuser": ("asterisk", "welcome to comedian mail"),  # says the word, so it must be left out
}

ESPEAK = """#!/bin/sh
case "$6" in *welcome*) exec cat '{0}/welcome.wav' ;; *) exec cat '{0}/other.wav' ;; esac
"""

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture
def specnet(tmp_path: Path) -> Run:
    """Call with arguments (paths, numbers, strings): the finished process, run in the directory `tmp_path`."""

    def run(
        *arguments: object, python: tuple[str, ...] = ("-m", "specnet"), **options: object
    ) -> CompletedProcess[str]:
        command = [sys.executable, *python, *(a if isinstance(a, Path) else str(a) for a in arguments)]
        defaults = {"capture_output": True, "text": True, "cwd": tmp_path, "env": ENVIRONMENT, "timeout": 120}
        return subprocess.run(command, check=False, **(defaults | options))  # type: ignore[call-overload]

    return run


@pytest.fixture
def party(tmp_path: Path) -> Path:
    """Three seconds at 44.1 kHz in stereo: the tiny model's "low" at 0.8 s and its "high" at 1.8 s, 0.2 s each."""
    sound = beeps(3.0, ("low", 0.8), ("high", 1.8), rate=44_100)
    soundfile.write(path := tmp_path / "party.wav", np.stack([sound, sound], axis=1), 44_100)
    return path


@pytest.fixture
def folder(tmp_path: Path, data: Path) -> Path:
    """A data folder made of the fixtures."""
    folder = tmp_path / "material"
    (folder / "speech" / "fixtures").mkdir(parents=True)
    (folder / "noise" / "noise").mkdir(parents=True)
    rows = ["file\tspeaker\tduration\tcontains_welcome\ttranscript\tlicence\torigin"]
    for name, (speaker, transcript) in SPEECH.items():
        shutil.copy(data / f"{name}.flac", folder / "speech" / "fixtures")
        rows.append(f"fixtures/{name}.flac\t{speaker}\t\t\t{transcript}\tCC\t")
    (folder / "speech" / "index.tsv").write_text("\n".join(rows) + "\n")
    for name in ("dog-1", "dog-2", "dog-3", "dog-4"):
        shutil.copy(data / "esc10-dog-1-30226-A.flac", folder / "noise" / "noise" / f"{name}.flac")
    return folder


@pytest.fixture
def weasels(tmp_path: Path, data: Path) -> dict[str, str]:
    """Where `espeak-ng` says a real "welcome", and else something about weasels."""
    tools = tmp_path / "bin"
    tools.mkdir()
    welcome, rate = soundfile.read(data / "dir-welcome.flac")
    soundfile.write(tools / "welcome.wav", welcome[round(0.08 * rate) : round(0.68 * rate)], rate)
    other, rate = soundfile.read(data / "tt-weasels.flac")
    soundfile.write(tools / "other.wav", other[rate // 2 : rate], rate)
    (tools / "espeak-ng").write_text(ESPEAK.format(tools))
    (tools / "espeak-ng").chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PYTHONPATH": str(data.parent), "PATH": path, "XDG_CACHE_HOME": str(tmp_path / "cache")}
