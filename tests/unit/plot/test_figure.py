"""The picture's spectrogram, and that drawing writes what it is asked for."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from specnet.plots import COLUMNS, plot_detection, spectrogram, thin

from specnet.features.logmel import LogMel
from specnet.timeline import Segment


def tone(path: Path, seconds: float, at: float) -> str:
    """Silence at 16 kHz with a 0.1 s tone of 1 kHz that starts at second `at`."""
    sound = np.zeros(int(seconds * 16_000), np.float32)
    begin = int(at * 16_000)
    sound[begin : begin + 1600] = 0.5 * np.sin(2 * np.pi * 1000 / 16_000 * np.arange(1600))
    soundfile.write(path, sound, 16_000)
    return str(path)


@pytest.mark.parametrize(("seconds", "at"), [(3.0, 2.0), (60.0, 41.0)])
def test_sound_stands_where_it_is(seconds: float, at: float, tmp_path: Path) -> None:
    logmel = LogMel()
    picture, end = spectrogram(tone(tmp_path / "tone.wav", seconds, at), logmel, seconds)
    assert picture.shape[0] == logmel.bands and picture.shape[1] <= 1.5 * COLUMNS
    assert end == pytest.approx(seconds, abs=0.1)
    loud = np.flatnonzero(picture.max(axis=0) > 0) * end / picture.shape[1]
    assert loud.min() == pytest.approx(at, abs=0.06) and loud.max() == pytest.approx(at + 0.1, abs=0.06)


@pytest.mark.parametrize(("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".PDF", b"%PDF")])
def test_the_suffix_chooses_the_kind_of_picture(suffix: str, magic: bytes, tmp_path: Path) -> None:
    audio = tone(tmp_path / "tone.wav", 3.0, 1.0)
    times = np.linspace(0, 3, 300)
    segments = [Segment("beep", 1.0, 1.1, 1.2, 0.9)]
    target = tmp_path / "unfinished.tmp"
    plot_detection(audio, 3.0, LogMel(), times, {"beep": times / 3}, 0.5, segments, target, suffix)
    assert target.read_bytes().startswith(magic)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["a$b_{$.wav", "\u97f3\u58f0.wav", "caf\udce9.wav"])
def test_any_name_and_any_length_can_be_drawn(name: str, tmp_path: Path) -> None:
    audio, target = tmp_path / name, tmp_path / "out.png"
    soundfile.write(file := io.BytesIO(), np.zeros(1), 16_000, format="WAV")
    audio.write_bytes(file.getvalue())
    plot_detection(str(audio), 1 / 16_000, LogMel(), np.zeros(1), {"$_{": np.zeros(1)}, 0.5, [], target)
    assert target.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("cuts", [[], [1, 5, 6], [4, 4, 9]])
def test_thinning_does_not_see_the_blocks(cuts: list[int]) -> None:
    rows = np.random.default_rng(0).random((11, 2))
    thinned, factor = thin(np.split(rows, cuts), rows=3 * COLUMNS)
    np.testing.assert_array_equal(thinned, rows[:9].reshape(3, 3, 2).max(axis=1))
    assert factor == 3
