"""The table for people."""

from specnet.app.results import FileResult, Header
from specnet.cli.table import as_rich_table, as_table
from specnet.timeline import Segment

HEADER = Header("0.1.0", "welcome", "ab" * 32, ("welcome",), 0.99418)
RESULTS = (
    FileResult("a-long-name.wav", 10.0, 16_000, (Segment("welcome", 1.0, 1.5, 1.6, 0.934),)),
    FileResult("[b].wav", 2.0, 16_000),
    FileResult("c.wav", error="c.wav: not audio"),
)


def test_plain_table_is_aligned_and_names_every_file() -> None:
    head, first, second, third = "".join(as_table(HEADER, RESULTS)).splitlines()
    assert first.split() == ["a-long-name.wav", "welcome", "00:00:01.000", "00:00:01.500", "0.93"]
    assert head.index("label") == first.index("welcome") == second.index("(none)") == third.index("(unreadable)")


def test_terminal_table_shows_brackets_in_names_as_they_are() -> None:
    text = "".join(as_rich_table(HEADER, RESULTS))
    assert "[b].wav" in text and "welcome, score 0.9942 or more" in text
