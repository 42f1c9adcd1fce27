import math
from pathlib import Path

import pytest

from specnet.errors import SpecnetError
from specnet.evaluate.references import Word, choose_labels, read_all, read_clips, read_negatives, read_positives

ONE = ("welcome",)
TWO = ("alexa", "smart mirror")


def touch(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def index(root: Path, *rows: str) -> Path:
    lines = ("\t".join(cell.strip() for cell in row.split("|")) for row in rows)
    (root / "index.tsv").write_text("\n".join(lines) + "\n")
    return root


def test_each_recording_holds_the_only_label(tmp_path: Path) -> None:
    [a, b] = read_positives(touch(tmp_path, "a.wav", "b.wav"), ONE)
    assert a.words == (Word("welcome", -math.inf, math.inf),) and not a.annotated
    assert b.sound.name == "b.wav"


def test_folders_name_the_labels(tmp_path: Path) -> None:
    found = read_positives(touch(tmp_path, "alexa/a.wav", "smart_mirror/b.wav"), TWO)
    assert [(one.sound.name, one.words[0].label) for one in found] == [
        ("alexa/a.wav", "alexa"),
        ("smart_mirror/b.wav", "smart mirror"),
    ]
    assert [one.sound.name for one in read_positives(tmp_path, TWO, ["alexa"])] == ["alexa/a.wav"]


def test_an_index_says_where_and_when(tmp_path: Path) -> None:
    touch(tmp_path, "a.wav", "b.wav", "unlisted.wav")
    index(tmp_path, "file | start | end | snr", "a.wav | 1 | 1.5 | 10", "a.wav | 2 | 2.5 | 10", "b.wav | | | 5")
    [a, b] = read_positives(tmp_path, ONE)
    assert a.words == (Word("welcome", 1, 1.5), Word("welcome", 2, 2.5)) and a.annotated
    assert a.words[0].columns["snr"] == "10"
    assert not b.annotated


def test_an_index_names_labels_and_what_recordings_contain(tmp_path: Path) -> None:
    touch(tmp_path, "a.wav", "b.wav", "c.wav")
    index(tmp_path, "file | label", "a.wav | alexa", "b.wav | Smart_Mirror", "c.wav | alexa")
    assert [one.words[0].label for one in read_positives(tmp_path, TWO)] == ["alexa", "smart mirror", "alexa"]
    assert [one.sound.name for one in read_positives(tmp_path, TWO, ["smart mirror"])] == ["b.wav"]
    index(tmp_path, "file | contains_welcome", "a.wav | yes", "b.wav | no", "c.wav | unknown")
    assert [one.sound.name for one in read_positives(tmp_path, ONE)] == ["a.wav"]
    assert [sorted(one.contains) for one in read_negatives(tmp_path, ONE)] == [["welcome"], [], ["welcome"]]


def test_an_index_beside_a_file_may_speak_of_others(tmp_path: Path) -> None:
    touch(tmp_path, "a.wav")
    index(tmp_path, "file | start | end", "a.wav | 1 | 2", "elsewhere/b.wav | 1 | 2")
    [a] = read_positives(tmp_path / "a.wav", ONE)
    assert a.words == (Word("welcome", 1, 2),)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["file", "gone.wav"], r"index\.tsv:2: no such file: 'gone\.wav' \(1 missing in all\)"),
        (["name", "a.wav"], "no column 'file'"),
        (["file | start | end", "a.wav | 2 | 2"], r"index\.tsv:2: start 2 must be at least 0 and before end 2"),
        (["file | start | end", "a.wav | -1 | 2"], "start -1 must be"),
        (["file | start | end", "a.wav | 1 | inf"], "before end inf"),
        (["file | start | end", "a.wav | nan | 2"], "start nan must be"),
        (["file | start | end", "a.wav | one | 2"], "start 'one' and end '2' must be seconds"),
        (["file | start | end", "a.wav | 1 |"], "start '1' and end '' must be seconds"),
        (["file | label", "a.wav | hello"], "the model has no label 'hello'; it has welcome"),
        (["file | contains_welcome", "a.wav | perhaps"], "contains_welcome must be yes, no or unknown, not 'perhaps'"),
        (["file | contains_welcome", "a.wav | no"], "no recording of welcome"),
    ],
)
def test_a_wrong_index_is_refused_in_one_line(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(SpecnetError, match=message) as refusal:
        read_positives(index(touch(tmp_path, "a.wav"), *rows), ONE)
    assert "\n" not in str(refusal.value)


def test_labels_that_cannot_be_told_are_refused(tmp_path: Path) -> None:
    touch(tmp_path, "some/a.wav")
    with pytest.raises(SpecnetError, match="which of alexa, smart mirror is said"):
        read_positives(tmp_path, TWO)
    touch(tmp_path, "alexa/a.wav")
    assert read_positives(tmp_path / "alexa", TWO)[0].words[0].label == "alexa"
    with pytest.raises(SpecnetError, match="the folder 'some' is no label of the model"):
        read_positives(tmp_path, TWO)
    with pytest.raises(SpecnetError, match="the model has no label 'hello'; it has alexa, smart mirror"):
        choose_labels(["hello"], TWO)
    assert choose_labels([], TWO) == TWO


def test_clips_are_named_by_their_folder(tmp_path: Path) -> None:
    touch(tmp_path, "alexa/a.wav", "smart_mirror/b.wav", "background/c.wav")
    for pattern in (str(tmp_path), f"{tmp_path}/*/*.wav", f"{tmp_path}/label/*.wav"):
        assert [clip.words[0].label for clip in read_clips(pattern, TWO)] == ["alexa", "background", "smart mirror"]
    with pytest.raises(SpecnetError, match="no clips there"):
        read_clips(f"{tmp_path}/*/*.flac", TWO)
    touch(tmp_path, "other/d.wav")
    with pytest.raises(SpecnetError, match="the folder 'other' is no label of the model"):
        read_clips(str(tmp_path), TWO)


def test_all_recordings_with_their_words_and_without(tmp_path: Path) -> None:
    touch(tmp_path, "a.wav", "b.wav", "c.wav", "d.wav")
    rows = ("a.wav | 1 | 1.5 | yes", "b.wav | | | no", "c.wav | | | unknown")
    index(tmp_path, "file | start | end | contains_welcome", *rows)
    found = {one.sound.name: one.words for one in read_all(tmp_path, ONE)}
    assert found == {"a.wav": (Word("welcome", 1, 1.5),), "b.wav": (), "d.wav": ()}


def test_all_recordings_of_folders_that_are_named_by_labels_or_not(tmp_path: Path) -> None:
    touch(tmp_path, "alexa/a.wav", "television/b.wav")
    assert [(one.sound.name, [word.label for word in one.words]) for one in read_all(tmp_path, TWO)] == [
        ("alexa/a.wav", ["alexa"]),
        ("television/b.wav", []),
    ]
    with pytest.raises(SpecnetError, match="which of alexa, smart mirror is said"):
        read_all(touch(tmp_path / "flat", "a.wav"), TWO)
