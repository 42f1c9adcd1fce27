"""The sound around words."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.app.keyword.improve import improvement
from specnet.app.listen.clips import AFTER, BEFORE, REMEMBERED, Clips
from specnet.data.clips import decoded
from specnet.errors import SpecnetError
from specnet.timeline import Segment

RATE = 1_000
SOUND = (np.arange(30 * RATE) / (32 * RATE)).astype(np.float32)  # every sample tells when it is


def kept(folder: Path, *words: Segment, block: int = 70, seconds: float = 30.0) -> list[np.ndarray]:
    """The sounds in the folder, after each word has come 0.6 s after its end."""
    clips = Clips(folder, RATE, print)
    waiting = list(words)
    for begin in range(0, round(seconds * RATE), block):
        end = min(begin + block, round(seconds * RATE))
        now = [word for word in waiting if (word.end + 0.6) * RATE <= end]
        waiting = [word for word in waiting if word not in now]
        clips.hear(SOUND[begin:end], now)
    clips.hear(SOUND[:0], waiting)
    clips.finish()
    return [soundfile.read(path, dtype="float32")[0] for path in sorted(folder.iterdir())]


def word(start: float, end: float, label: str = "hey kitchen") -> Segment:
    return Segment(label, start, end, end + 0.1, 0.98)


@pytest.mark.parametrize("block", [1, 70, 20_000])
def test_seconds_before_and_after(tmp_path: Path, block: int) -> None:
    first, second = kept(tmp_path, word(8.0, 8.5), word(9.0, 9.5), block=block)
    for sound, start, end in ((first, 8.0, 8.5), (second, 9.0, 9.5)):
        expected = SOUND[round((start - BEFORE) * RATE) : round((end + AFTER) * RATE)]
        np.testing.assert_allclose(sound, expected, atol=1e-4)


def test_as_much_as_there_is(tmp_path: Path) -> None:
    first, last = kept(tmp_path, word(0.5, 1.0), word(9.0, 9.5), seconds=10.0)
    np.testing.assert_allclose(first, SOUND[: 2 * RATE], atol=1e-4)
    np.testing.assert_allclose(last, SOUND[6 * RATE : 10 * RATE], atol=1e-4)


def test_memory_is_bounded(tmp_path: Path) -> None:
    clips = Clips(tmp_path, RATE, print)
    for _ in range(3_000):
        clips.hear(SOUND[:70], [])
    assert clips.remembered <= REMEMBERED + 0.07


def test_names_say_when_and_what_and_are_no_paths(tmp_path: Path) -> None:
    kept(tmp_path, word(8.0, 8.5, "../etc/hey"), word(20.0, 20.5))
    first, second = sorted(path.name for path in tmp_path.iterdir())
    assert first.endswith("-etc-hey-0.98.wav") and second.endswith("-hey-kitchen-0.98.wav")
    assert len(first.split("-")[0]) == 8 and len(first.split("-")[1]) == len("120000.000")


def test_improve_takes_the_folder(tmp_path: Path) -> None:
    kept(folder := tmp_path / "heard", word(8.0, 8.5), word(20.0, 20.5))
    (folder / ".20250101-a.wav.part").write_bytes(b"RIFF")  # what a full disk or a power cut leaves
    assert [clip.duration for clip in decoded(folder, tmp_path / "cache")] == [pytest.approx(4.5, abs=0.01)] * 2
    assert improvement("welcome", (), [folder]).to_dict()["data"]["background"][-1] == str(folder)


def test_what_cannot_be_written_is_a_line_and_no_half_file(tmp_path: Path) -> None:
    said: list[str] = []
    clips = Clips(folder := tmp_path / "heard", RATE, said.append)
    folder.rmdir()
    clips.hear(SOUND[: 3 * RATE], [word(0.5, 1.0)])
    clips.hear(SOUND[: 3 * RATE], [])
    [line] = said
    assert line.startswith(f"--save: {folder}/") and "cannot be written" in line and "\n" not in line


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "heard").touch()
    with pytest.raises(SpecnetError, match=r"--save .*/heard: File exists: give a folder for the sound"):
        Clips(tmp_path / "heard", RATE, print)
