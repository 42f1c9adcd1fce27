import tarfile
from pathlib import Path

import pytest

from specnet.errors import SpecnetError
from specnet.evaluate.sounds import list_sounds


def touch(path: Path, content: bytes = b"sound") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def pack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive, "w") as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder).as_posix(), recursive=False)


def test_an_archive_counts_as_a_folder_of_its_name(tmp_path: Path) -> None:
    for name in ("speech/talks/a.opus", "speech/talks/deep/b.wav", "speech/talks/notes.txt", "top.flac"):
        touch(tmp_path / "plain" / name, name.encode())
    touch(tmp_path / "packed/top.flac", b"top.flac")
    (tmp_path / "packed/speech").mkdir()
    pack(tmp_path / "packed/speech/talks.tar", tmp_path / "plain/speech/talks")
    plain, packed = list_sounds(tmp_path / "plain"), list_sounds(tmp_path / "packed")
    assert [sound.name for sound in packed] == [sound.name for sound in plain]
    assert [sound.folder for sound in packed] == ["talks", "deep", "packed"]
    for sound in packed:
        with sound.on_disk() as path:
            assert path.read_bytes() == sound.name.encode()
            assert path.suffix == Path(sound.name).suffix


def test_a_file_and_an_archive_can_be_given_themselves(tmp_path: Path) -> None:
    file = touch(tmp_path / "one/a.wav")
    pack(tmp_path / "two.tar", tmp_path / "one")
    assert [sound.name for sound in list_sounds(file)] == ["a.wav"]
    assert [sound.name for sound in list_sounds(tmp_path / "two.tar")] == ["two/a.wav"]


def test_an_error_about_a_part_of_an_archive_calls_it_by_its_name(tmp_path: Path) -> None:
    touch(tmp_path / "one/a.wav")
    pack(tmp_path / "two.tar", tmp_path / "one")
    [sound] = list_sounds(tmp_path / "two.tar")
    with pytest.raises(SpecnetError, match=r"^two/a\.wav: no audio$"), sound.on_disk() as path:
        raise SpecnetError(f"{path}: no audio")


def test_nothing_to_listen_to_is_refused(tmp_path: Path) -> None:
    touch(tmp_path / "notes.txt")
    with pytest.raises(SpecnetError, match="no audio there"):
        list_sounds(tmp_path)
    with pytest.raises(SpecnetError, match="no such file or folder"):
        list_sounds(tmp_path / "missing")
    touch(tmp_path / "broken.tar", b"not an archive" * 100)
    with pytest.raises(SpecnetError, match=r"broken\.tar: not a readable tar archive"):
        list_sounds(tmp_path)
