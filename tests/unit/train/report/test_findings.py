from dataclasses import replace

import pytest
from scipy.stats import poisson

from specnet.data.clips import Clip
from specnet.data.held_out import Stream
from specnet.data.interval import Interval
from specnet.evaluate.references import Word
from specnet.timeline import Segment
from specnet.train.calibrate import Alarm, Measured, Spoken
from specnet.train.report.findings import (
    Counted,
    confusions,
    curves,
    heard_at,
    highest_alarms,
    missed_by,
    mistaken_by,
    worst_words,
)

TIMED = (Interval("well", 0.0, 1.0), Interval("come", 1.0, 2.0), Interval("in", 2.0, 3.0))
ANN = Clip("a.int16", "ann-1.wav", 0, 64000, "talks", "ann", phones=(Interval("W", 0.0, 0.1),), text=TIMED)
BOB = replace(ANN, name="bob-1.wav", length=160000, source="calls", text=(Interval("no way", 0.0, 10.0),), phones=())


def alarm(start: float, score: float, label: str = "hey", stream: int = 0) -> Alarm:
    return Alarm(Segment(label, start, start + 0.4, start + 0.5, score), stream)


def spoken(score: float, label: str = "hey", made: str = "kokoro") -> Spoken:
    return Spoken(Word(label, 1.0, 1.5, {"label": label, "made": made, "snr": "no noise"}), score, 0)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_the_interval_of_a_rate_is_exact(count: int) -> None:
    low, high = Counted(count, 2.0).interval
    assert poisson.cdf(count, high * 2.0) == pytest.approx(0.025)
    assert count == low == 0 or poisson.sf(count - 1, low * 2.0) == pytest.approx(0.025)


def test_where_a_false_alarm_is_heard() -> None:
    streams = [Stream((BOB,)), Stream((ANN, BOB))]
    place = heard_at(alarm(1.3, 0.9, stream=1), streams)
    assert (place.recording, place.source, place.speaker) == ("ann-1.wav", "talks", "ann")
    assert (place.second, place.text, place.exact, place.phones) == (pytest.approx(1.3), "come", True, "")
    later = heard_at(alarm(5.0, 0.9, stream=1), streams)
    assert (later.recording, later.second, later.text, later.exact) == (
        "bob-1.wav",
        pytest.approx(1.0),
        "no way",
        False,
    )


def test_false_alarms_are_counted_where_they_come_from() -> None:
    measured = Measured((spoken(0.9),), (alarm(1.0, 0.6), alarm(2.0, 0.8), alarm(6.0, 0.7)), 14 / 3600, None)
    [(title, table)] = mistaken_by(measured, [Stream((ANN, BOB))], ["hey"], 0.75, 0.5).items()
    assert title == "source of the recording" and list(table) == ["talks", "calls"]  # the one that fires most is first
    assert [each.count for each in table["talks"]] == [1, 2]
    assert [each.count for each in table["calls"]] == [0, 1]
    assert table["calls"][0].hours == pytest.approx(10 / 3600)
    assert list(mistaken_by(measured, [Stream((BOB,))], ["hey", "you"], 0.5)["label"]) == ["hey", "you"]


def test_missed_words_are_counted_by_what_is_known_of_them() -> None:
    words = (spoken(0.9), spoken(0.1), spoken(0.2, made="spliced"), spoken(0.3, made=""))
    tables = missed_by(Measured(words, (), 1.0, None), 0.5)
    assert {title: {name: (s.count, s.total) for name, s in rows.items()} for title, rows in tables.items()} == {
        "how the word was made": {"kokoro": (1, 2), "spliced": (1, 1)}
    }


def test_the_worst_come_first() -> None:
    scores = [0.4, -float("inf"), 0.6, 0.1, *[0.45] * 20]
    measured = Measured(tuple(map(spoken, scores)), tuple(alarm(i, i / 50) for i in range(50)), 1.0, None)
    assert [one.score for one in worst_words(measured, 0.5)] == [-float("inf"), 0.1, 0.4, *[0.45] * 9]
    assert [one.segment.score for one in highest_alarms(measured)] == [i / 50 for i in range(49, 37, -1)]


def test_labels_have_curves_of_their_own_where_there_are_several() -> None:
    measured = Measured((spoken(0.9), spoken(0.2, "you")), (alarm(0, 0.5, "you"),), 1.0, None)
    assert list(curves(measured, "both", ["hey"])) == ["both"]
    found = curves(measured, "both", ["hey", "you", "never"])
    assert list(found) == ["both", "hey", "you"]  # nobody says "never"
    assert (found["hey"].at(0).misses, found["you"].at(0).misses, found["both"].at(0).misses) == (0, 1, 1)


def test_a_word_is_taken_for_what_scored_highest_where_it_is_said() -> None:
    words = (
        spoken(0.9),
        spoken(0.9)._replace(others={"ho": 0.95}),  # found, but another label stands out
        spoken(0.2)._replace(others={"ho": 0.6}),
        spoken(0.5, "ho"),
        spoken(-float("inf"), "ho"),
    )
    alarms = (alarm(1.0, 0.8), alarm(2.0, 0.8, "ho"), alarm(3.0, 0.69, "ho"))
    counts = confusions(Measured(words, alarms, 2.0, None), ["hey", "ho"], 0.7)
    assert counts.tolist() == [[1, 1, 1], [0, 0, 2], [1, 1, 0]]
    assert confusions(Measured(words, alarms, 2.0, None), ["hey", "ho"], 0.4).tolist() == [
        [1, 2, 0],
        [0, 1, 1],
        [1, 2, 0],
    ]
