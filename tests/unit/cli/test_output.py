"""Files appear whole or not at all."""

import os
from pathlib import Path

import pytest

from specnet.cli.output import is_stream, real, replacing, write
from specnet.errors import SpecnetError


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "words.csv"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as name:
        name.write_text("half")
        assert target.read_text() == "old"
        raise RuntimeError
    assert contents(tmp_path) == {"words.csv": "old"}


def test_a_finished_write_replaces(tmp_path: Path) -> None:
    target = tmp_path / "words.csv"
    target.write_text("old")
    with replacing(target) as name:
        name.write_text("new")
    assert contents(tmp_path) == {"words.csv": "new"}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (link := tmp_path / "words.csv").symlink_to(Path("real", "words.csv"))
    write(["new"], link)
    assert link.is_symlink() and contents(tmp_path / "real") == {"words.csv": "new"}


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(["file", ",label"], pipe)
    assert os.read(reading, 100) == b"file,label" and is_stream(pipe)
    os.close(reading)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"^/dev/full: cannot be written: No space left on device$"):
        write(["new"], Path("/dev/full"))
    with pytest.raises(SpecnetError, match=r"a{250}: cannot be written: File name too long$"):
        write(["new"], tmp_path / ("a" * 250))
    assert contents(tmp_path) == {}


def test_a_link_to_itself_is_no_crash(tmp_path: Path) -> None:
    (link := tmp_path / "loop").symlink_to("loop")
    assert real(link) == link
