"""Label files of every kind, written by what writes them here, and broken ones: one line that says where."""

from pathlib import Path

import pytest

from specnet.app.results import FileResult, Header
from specnet.cli.formats import FORMATS
from specnet.data.interval import Interval
from specnet.data.labels import read_labels
from specnet.errors import SpecnetError
from specnet.timeline import Segment

HEADER = Header("0.1.0", "duo", "ab" * 32, ("welcome", 'say "no"'), 0.5)
PARTY = FileResult(
    "some/party.wav",
    10.0,
    44_100,
    (Segment("welcome", 1.0, 1.5, 1.6, 0.93), Segment('say "no"', 3.25, 4.0, 4.1, 0.6)),
)
OTHER = FileResult("other.wav", 2.0, 8000, (Segment("welcome", 0.5, 1.0, 1.1, 0.8),))
WORDS = (Interval("welcome", 1.0, 1.5), Interval('say "no"', 3.25, 4.0))

LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 2.5
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = ""
        intervals [2]:
            xmin = 0.5
            xmax = 1e0
            text = "a ""b"" 7"
    item [2]:
        class = "TextTier"
        name = "points"
        xmin = 0
        xmax = 2.5
        points: size = 1
        points [1]:
            number = 2.25
            mark = "click"
"""


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("audacity", ".txt"), ("textgrid", ".TextGrid"), ("csv", ".csv"), ("json", ".json"), ("jsonl", ".jsonl")],
)
def test_what_detect_writes_is_read(kind: str, suffix: str, tmp_path: Path) -> None:
    path = written(tmp_path / f"words{suffix}", "".join(FORMATS[kind](HEADER, iter([PARTY]))))
    assert read_labels(path, "some/party.wav", 10.0) == WORDS


@pytest.mark.parametrize(("kind", "suffix"), [("csv", ".csv"), ("json", ".json"), ("jsonl", ".jsonl")])
def test_of_several_recordings_the_right_one(kind: str, suffix: str, tmp_path: Path) -> None:
    bad = FileResult("bad.wav", error="bad.wav: not audio")
    path = written(tmp_path / f"words{suffix}", "".join(FORMATS[kind](HEADER, iter([OTHER, bad, PARTY]))))
    for name in ("some/party.wav", "elsewhere/party.wav", "party.flac"):
        assert read_labels(path, name) == WORDS
    with pytest.raises(SpecnetError, match=r"it is about other.wav, some/party.wav, and third.wav is none"):
        read_labels(path, "third.wav")
    with pytest.raises(SpecnetError, match=r"and - is none, or several, of them"):
        read_labels(path, "-")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_praats_long_text(encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path / "words.TextGrid", LONG.replace("click", "klick\u00e9").encode(encoding))
    assert read_labels(path, "x.wav") == (Interval('a "b" 7', 0.5, 1.0), Interval("klick\u00e9", 2.25, 2.25))


def test_audacitys_frequencies_and_points_and_empty_labels(tmp_path: Path) -> None:
    text = "1.5\t2.0\thello\tyou\n\\\t100.0\t4000.0\n\n0.5\t0.5\tclick\n3\t4\n"
    found = read_labels(written(tmp_path / "a.txt", text), "x.wav")
    assert found == (Interval("click", 0.5, 0.5), Interval("hello\tyou", 1.5, 2.0), Interval("", 3.0, 4.0))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.txt", "0.5\t1\tx\n2\t1.5\ty\n", ", line 2: 'y' ends at 1.5 s, before it starts at 2 s"),
        ("a.txt", "0,5\t1\tx\n", ", line 1: from '0,5' to '1': must be two numbers of seconds"),
        ("a.txt", "hello\n", ", line 1: from 'hello' to '': must be two numbers of seconds"),
        ("a.txt", "-1\t1\tx\n", ", line 1: from '-1' to '1'"),
        ("a.txt", "0\tnan\tx\n", ", line 1: from '0' to 'nan'"),
        ("a.txt", "0\t1\tx\n20\t21\tlate\n", ", line 2: 'late' starts at 20 s, but the recording ends at 10.000 s"),
        ("a.csv", "label,begin,end\nx,0,1\n", ", line 1: no column start: must have label, start and end"),
        ("a.csv", "label,start,end\nx,0,1\ny,0\n", ", line 3: from '0' to None"),
        ("a.json", '{\n"files": [\n{]}', ", line 3: no JSON"),
        ("a.json", "[]", ': no "files": must be what specnet detect --format json writes'),
        (
            "a.json",
            '{"files": [{"segments": [{"label": "x"}]}]}',
            r", files\[0\].segments\[0\]: must have label, start",
        ),
        ("a.json", '{"files": [7]}', r", files\[0\]: must have a list of segments"),
        ("a.jsonl", '{"label": "x", "start": 0, "end": 1}\nnope\n', ", line 2: no JSON"),
        ("a.jsonl", "[1]\n", ", line 1: must have label, start and end"),
        ("a.TextGrid", "hello", ", line 1: ends where"),
        ("a.TextGrid", LONG.replace('"TextGrid"', '"Sound"'), ", line 1: no TextGrid"),
        ("a.TextGrid", LONG.replace("xmin = 0.5", "xmin = half"), ", line 22: 'a .*': must be a number, where"),
        ("a.TextGrid", LONG.replace("<exists>", "yes"), ", line 7: must say <exists>"),
        ("a.TextGrid", LONG.replace("xmin = 0.5", "xmin = 1.5"), ", line 20: 'a \"b\" 7' ends at 1 s, before"),
        ("a.TextGrid", LONG[: LONG.index("            number")], ", line 28: ends where a time should be"),
        ("a.rttm", "", ": a label file must end in .txt"),
        ("a.txt", b"\xff\x00\x80", ": no text in UTF-8"),
        (".", "", ": a label file must end in"),
    ],
)
def test_what_cannot_be_read_is_one_line_that_says_where(
    name: str, text: str | bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name if name == "." else written(tmp_path / name, text)
    with pytest.raises(SpecnetError, match=message) as problem:
        read_labels(path, "x.wav", 10.0)
    assert str(problem.value).startswith(str(path)) and "\n" not in str(problem.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"no.txt: cannot be read: No such file or directory"):
        read_labels(tmp_path / "no.txt", "x.wav")
