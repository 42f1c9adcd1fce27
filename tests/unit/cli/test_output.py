"""Files appear whole or not at all."""

from pathlib import Path

import pytest

from specnet.cli.output import replacing


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "words.csv"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as name:
        name.write_text("half")
        assert target.read_text() == "old"
        raise RuntimeError
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("words.csv", "old")]


def test_a_finished_write_replaces(tmp_path: Path) -> None:
    target = tmp_path / "words.csv"
    target.write_text("old")
    with replacing(target) as name:
        name.write_text("new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("words.csv", "new")]
