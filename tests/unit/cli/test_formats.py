"""Every format, read back where something can read it."""

import csv
import io
import json
import re
import tracemalloc
from dataclasses import asdict

import pytest

from specnet.app.results import FileResult, Header
from specnet.cli.formats import FORMATS, timestamp
from specnet.cli.table import as_table
from specnet.timeline import Segment

HEADER = Header("0.1.0", "duo", "ab" * 32, ("welcome", 'say "no"'), 0.5)
PARTY = FileResult(
    "my party.wav",
    10.0,
    44_100,
    (Segment("welcome", 1.0, 1.5, 1.6, 0.93), Segment('say "no"', 3661.25, 3662.0, 3662.1, 0.6)),
)
SILENT = FileResult("quiet.wav", 2.0, 8000)
BAD = FileResult("bad.wav", error="bad.wav: not audio")
DAY = FileResult("day.wav", 86_400.0, 16_000, tuple(Segment("welcome", t, t + 0.5, t + 0.6, 0.9) for t in range(9000)))
RESULTS = (PARTY, SILENT, BAD)


def render(name: str, *results: FileResult) -> str:
    return "".join(FORMATS[name](HEADER, iter(results)))


@pytest.mark.parametrize("name", [*FORMATS, "table"])
def test_no_format_holds_the_text_of_a_whole_day(name: str) -> None:
    render = (FORMATS | {"table": as_table})[name]
    tracemalloc.start()
    try:
        for _ in render(HEADER, iter([DAY])):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak / len(DAY.segments) < 200  # bytes; the text in JSON alone is 160


def test_json_written_in_pieces_is_the_json_of_the_whole() -> None:
    whole = json.loads(render("json", *RESULTS, DAY))
    assert render("json", *RESULTS, DAY) == json.dumps(whole, indent=2) + "\n"
    assert whole["files"][-1]["segments"][-1] == asdict(DAY.segments[-1])


def test_json_is_the_documented_contract() -> None:
    document = json.loads(render("json", *RESULTS))
    assert list(document) == ["specnet", "model", "threshold", "files"]
    assert document["model"] == {"name": "duo", "sha256": "ab" * 32, "labels": ["welcome", 'say "no"']}
    party, silent, bad = document["files"]
    assert list(party) == ["file", "duration", "sample_rate", "segments"]
    assert party["segments"][0] == {"label": "welcome", "start": 1.0, "end": 1.5, "peak": 1.6, "score": 0.93}
    assert silent["segments"] == []
    assert bad == {"file": "bad.wav", "error": "bad.wav: not audio"}


def test_jsonl_gives_each_file_before_it_asks_for_the_next() -> None:
    asked = []

    def results():
        for result in RESULTS:
            asked.append(result.file)
            yield result

    lines = FORMATS["jsonl"](HEADER, results())
    first = json.loads(next(lines))
    assert first["file"] == "my party.wav" and first["label"] == "welcome" and asked == ["my party.wav"]
    assert [json.loads(line).get("error") for line in lines] == [None, "bad.wav: not audio"]


def test_csv_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(render("csv", *RESULTS))))
    assert [(row["file"], row["label"], float(row["start"])) for row in rows] == [
        ("my party.wav", "welcome", 1.0),
        ("my party.wav", 'say "no"', 3661.25),
    ]


def test_audacity_has_three_fields_between_tabs() -> None:
    assert render("audacity", PARTY).splitlines()[0] == "1.000000\t1.500000\twelcome"


def test_rttm_has_ten_fields_whatever_the_names() -> None:
    first, second = render("rttm", PARTY).splitlines()
    assert first.split() == ["SPEAKER", "my_party", "1", "1.000", "0.500", "<NA>", "<NA>", "welcome", "0.93", "<NA>"]
    assert len(second.split()) == 10


@pytest.mark.parametrize("name", ["srt", "vtt"])
def test_subtitles_carry_time_and_label(name: str) -> None:
    mark = "," if name == "srt" else "."
    cues = re.findall(r"(\S+) --> (\S+)\n(.+)\n\n", render(name, PARTY))
    assert cues[0] == (f"00:00:01{mark}000", f"00:00:01{mark}500", "welcome")
    assert cues[1] == (f"01:01:01{mark}250", f"01:01:02{mark}000", 'say "no"')


def test_srt_numbers_from_one_and_vtt_starts_with_its_name() -> None:
    assert render("srt", PARTY).startswith("1\n")
    assert render("vtt", PARTY).startswith("WEBVTT\n\n")


def test_vtt_escapes_markup() -> None:
    odd = FileResult("a.wav", 2.0, 8000, (Segment("<b>&", 0.0, 1.0, 1.0, 1.0),))
    assert "&lt;b&gt;&amp;\n" in render("vtt", odd)


def test_textgrid_tiers_cover_the_recording_without_gaps() -> None:
    text = render("textgrid", FileResult("a.wav", 3.0, 8000, (Segment("welcome", 1.0, 1.5, 1.6, 0.9),)))
    intervals = re.findall(r"intervals \[\d+\]:\s+xmin = (\S+)\s+xmax = (\S+)\s+text = \"(.*)\"", text)
    assert intervals == [("0.0", "1.0", ""), ("1.0", "1.5", "welcome"), ("1.5", "3.0", ""), ("0.0", "3.0", "")]
    assert 'name = "say ""no"""' in text
    assert re.findall(r"size = (\d+)", text) == ["2", "3", "1"]
    assert text.startswith('File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 3.0\n')


def test_timestamp_carries_rounding_into_the_minutes() -> None:
    assert timestamp(59.9996) == "00:01:00.000"
