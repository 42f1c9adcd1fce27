"""Where somebody says a word in recordings of their own."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.data.clips import decoded
from specnet.data.recorded import AROUND, read_recorded, without_recorded
from specnet.errors import SpecnetError

SAID = {"welcome": ("W EH L K AH M",)}
RATE = 16000


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def spoken(recordings: Path, name: str = "dir-welcome.flac") -> np.ndarray:
    return soundfile.read(recordings / name, dtype="float32")[0]


def test_a_word_is_found_with_what_is_around_it(recordings: Path, mine: Path, tmp_path: Path) -> None:
    word = spoken(recordings)[: int(0.75 * RATE)]  # "welcome" alone, from 0.10 to 0.68
    quiet = np.random.default_rng(0).normal(0, 1e-3, 2 * RATE).astype(np.float32)
    soundfile.write(mine / "late.wav", np.concatenate([quiet, word, quiet]), RATE)
    told: list[str] = []
    [clip] = read_recorded(mine, SAID, tmp_path / "cache", told.append)
    [found] = clip.words
    assert found.label == "welcome" and found.start == pytest.approx(AROUND, abs=0.01)
    assert found.end - found.start == pytest.approx(0.58, abs=0.1)
    assert clip.duration == pytest.approx(found.end + AROUND, abs=0.01)
    heard = clip.load()
    assert heard.words == clip.words
    inside = heard.waveform[int(found.start * RATE) : int(found.end * RATE)]
    assert np.square(inside).sum() > 0.8 * np.square(heard.waveform).sum() and not told


def test_recordings_without_the_word_are_told_and_left_out(recordings: Path, mine: Path, tmp_path: Path) -> None:
    shutil.copy(recordings / "dir-welcome.flac", mine / "yes.flac")
    shutil.copy(recordings / "tt-weasels.flac", mine / "other.flac")
    told: list[str] = []
    assert [clip.name for clip in read_recorded(mine, SAID, tmp_path / "cache", told.append)] == ["yes.flac"]
    assert told == [f"{mine}: the word is not found in 1 of 2 recordings: other.flac"]
    (mine / "yes.flac").unlink()
    with pytest.raises(SpecnetError, match=r"mine: welcome is found in no recording; each should hold the word, once"):
        read_recorded(mine, SAID, tmp_path / "cache", told.append)


def test_of_several_words_each_has_a_folder(recordings: Path, mine: Path, tmp_path: Path) -> None:
    both = {**SAID, "the directory": ("DH AH D ER EH K T ER IY",)}
    for folder in ("Welcome", "the_directory"):
        (mine / folder).mkdir()
        shutil.copy(recordings / "dir-welcome.flac", mine / folder / "a.flac")
    found = {clip.name: clip.words[0] for clip in read_recorded(mine, both, tmp_path / "cache", print)}
    assert {name: word.label for name, word in found.items()} == {
        "Welcome/a.flac": "welcome",
        "the_directory/a.flac": "the directory",
    }
    (mine / "a.flac").write_bytes((mine / "Welcome" / "a.flac").read_bytes())
    with pytest.raises(
        SpecnetError, match=r"a\.flac: should lie in a folder named by its word: welcome, the directory"
    ):
        read_recorded(mine, both, tmp_path / "cache", print)


def test_an_empty_folder_is_one_line(mine: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"mine: no sound files"):
        read_recorded(mine, SAID, tmp_path / "cache", print)


def test_background_that_is_a_recording_of_the_word_is_told_and_left_out(
    recordings: Path, mine: Path, tmp_path: Path
) -> None:
    television = tmp_path / "television"
    television.mkdir()
    shutil.copy(recordings / "dir-welcome.flac", mine / "yes.flac")
    shutil.copy(recordings / "dir-welcome.flac", television / "evening.flac")
    shutil.copy(recordings / "tt-weasels.flac", television / "yes.flac")
    told: list[str] = []
    background = decoded(television, tmp_path / "cache")
    kept = without_recorded(background, [mine], tmp_path / "cache", told.append)
    assert [clip.name for clip in kept] == ["yes.flac"]
    assert told == [
        "left out of the background, for they are among the recordings of the word: television/evening.flac"
    ]
    assert without_recorded(background, [], tmp_path / "cache", told.append) == background and len(told) == 1
