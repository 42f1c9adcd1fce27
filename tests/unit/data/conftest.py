"""Small recordings: waveforms as clips, the real ones in data/, and a stand-in for espeak-ng that plays them back."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from specnet.data.clips import Clip, store, stored
from specnet.data.interval import Interval

ESPEAK = """#!/bin/sh
echo "$@" >> '{0}/espeak.log'
case "$6" in
    *unspeakable*) echo no such word >&2; exit 1 ;;
    *welcome*) cat '{0}/welcome.wav' ;;
    *) cat '{0}/other.wav' ;;
esac
"""
Record = Callable[..., Clip]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """A clip of a waveform, with what is known about it."""

    def record(
        wave: np.ndarray,
        name: str = "clip",
        speaker: str = "",
        words: Sequence[Interval] = (),
        phones: Sequence[Interval] = (),
        tone: Sequence[float] = (),
    ) -> Clip:
        index = tmp_path / "clips" / f"{name}.json"
        store([(name, wave)], index)
        clip = stored(index)[0]
        return Clip(
            clip.path, name, clip.offset, clip.length, "test", speaker, tuple(words), tuple(phones), tuple(tone)
        )

    return record


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The real recordings of the repository."""
    return Path(__file__).parents[3] / "data"


@pytest.fixture
def espeak(tmp_path: Path, recordings: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `espeak-ng` was asked, a line a call: "welcome" is a real one at 22.05 kHz, the rest something else."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, (file, start, end) in {"welcome": ("dir-welcome", 0.08, 0.68), "other": ("tt-weasels", 0.5, 1.0)}.items():
        wave, rate = soundfile.read(recordings / f"{file}.flac")
        silence = np.zeros(rate // 4)
        said = np.r_[silence, wave[round(start * rate) : round(end * rate)], silence]
        soundfile.write(tools / f"{name}.wav", soxr.resample(said, rate, 22050), 22050)
    (tools / "espeak-ng").write_text(ESPEAK.format(tools))
    (tools / "espeak-ng").chmod(0o755)
    (tools / "espeak.log").touch()
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return tools / "espeak.log"
