import tarfile
from pathlib import Path

from specnet.evaluate.index import read_index
from specnet.evaluate.sounds import list_sounds


def pack(archive: Path, *names: str) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w") as tar:
        for name in names:
            tar.addfile(tarfile.TarInfo(name))


def rows_of(root: Path) -> dict[str, list[str]]:
    index = read_index(root, list_sounds(root))
    return {name: [row.cells["mark"] for row in rows] for name, rows in (index or {}).items()}


def test_parts_of_archives_go_by_their_name_with_or_without_the_archive(tmp_path: Path) -> None:
    pack(tmp_path / "talks.tar", "a.wav", "both.wav")
    pack(tmp_path / "words.tar", "b.wav", "both.wav")
    table = "file\tmark\ntalks/a.wav\t1\nb.wav\t2\nwords/both.wav\t3\n"
    (tmp_path / "index.tsv").write_text(table)
    assert rows_of(tmp_path) == {"talks/a.wav": ["1"], "words/b.wav": ["2"], "words/both.wav": ["3"]}
    assert rows_of(tmp_path / "talks.tar") == {"talks/a.wav": ["1"]}


def test_an_index_speaks_of_its_own_folder(tmp_path: Path) -> None:
    for folder, mark in (("one", "1"), ("two", "2")):
        pack(tmp_path / folder / "talks.tar", "a.wav")
        (tmp_path / folder / "index.tsv").write_text(f"file\tmark\na.wav\t{mark}\n")
    assert rows_of(tmp_path) == {"one/talks/a.wav": ["1"], "two/talks/a.wav": ["2"]}


def test_a_quote_in_a_cell_is_just_a_quote(tmp_path: Path) -> None:
    pack(tmp_path / "talks.tar", "a.wav")
    (tmp_path / "index.tsv").write_text('file\tmark\na.wav\t"he said\n')
    assert rows_of(tmp_path) == {"talks/a.wav": ['"he said']}


def test_the_mark_of_a_spreadsheet_is_not_part_of_the_header(tmp_path: Path) -> None:
    pack(tmp_path / "talks.tar", "a.wav")
    (tmp_path / "index.tsv").write_text("file\tmark\na.wav\t1\n", encoding="utf-8-sig")
    assert rows_of(tmp_path) == {"talks/a.wav": ["1"]}
