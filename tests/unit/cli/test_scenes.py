from pathlib import Path

import numpy as np
import pytest

from specnet.cli.scenes import write_scene
from specnet.data.interval import Interval
from specnet.data.utterance import Utterance
from specnet.errors import SpecnetError

SCENE = Utterance(np.zeros(16000, np.float32), (Interval("hey", 0.2, 0.4),), (Interval("HH", 0.2, 0.3),))


def test_phones_have_a_track_of_their_own(tmp_path: Path) -> None:
    write_scene(SCENE, tmp_path / "a.wav")
    assert (tmp_path / "a.txt").read_text() == "0.200000\t0.400000\they\n"
    assert (tmp_path / "a.phones.txt").read_text() == "0.200000\t0.300000\tHH\n"


def test_a_scene_without_words_has_an_empty_track_and_none_of_phones(tmp_path: Path) -> None:
    write_scene(Utterance(SCENE.waveform), tmp_path / "a.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "a.wav"]
    assert (tmp_path / "a.txt").read_text() == ""


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"gone/a[.]wav: cannot be written"):
        write_scene(SCENE, tmp_path / "gone" / "a.wav")
