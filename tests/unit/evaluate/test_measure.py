from pathlib import Path

import pytest

from specnet.errors import SpecnetError
from specnet.evaluate.measure import Heard, confuse, measure
from specnet.evaluate.rates import calibrate
from specnet.evaluate.references import Recording, Word
from specnet.evaluate.sounds import Sound
from specnet.timeline import Segment


def segment(start: float, score: float, label: str = "welcome") -> Segment:
    return Segment(label, start, start + 0.5, start + 0.6, score)


def heard(
    name: str, *candidates: Segment, words: tuple[Word, ...] = (), hours: float = 1.0, contains: str = ""
) -> Heard:
    recording = Recording(Sound(name, Path(name)), words, frozenset(contains.split()))
    return Heard(recording, candidates, hours * 3600)


def word(start: float, **columns: str) -> Word:
    return Word("welcome", start, start + 0.5, columns)


def test_false_alarms_are_counted_in_negatives_and_off_the_words() -> None:
    spoken = [
        heard("a.wav", segment(10, 0.9), segment(100, 0.8), segment(50, 0.7, "alexa"), words=(word(10),)),
        heard("b.wav", segment(5, 0.6), segment(90, 0.95), words=(Word("welcome"),)),
    ]
    silent = [
        heard("tv/c.wav", segment(1, 0.85), segment(2, 0.1)),
        heard("tv/d.wav", segment(1, 0.99), contains="welcome"),
    ]
    report = measure("welcome", 0.5, (), spoken, silent)
    assert report.curve.hours == pytest.approx(2 - 1.1 / 3600)
    assert report.own.false_alarms == 2
    assert report.own.misses == 0 and report.own.words == 2
    assert report.curve.at_threshold(0.92).misses == 1
    assert report.false_alarms == {"tv": (1, 1.0)}


def test_without_a_threshold_of_its_own_the_recordings_give_one() -> None:
    spoken = [heard("a.wav", segment(10, 0.99), segment(20, 0.9), words=(word(10), word(20)))]
    silent = [heard("tv/c.wav", *(segment(at, at / 100) for at in range(1, 98)), hours=40.0)]
    report = measure("welcome", None, (), spoken, silent)
    assert not report.calibrated and measure("welcome", 0.5, (), spoken, silent).calibrated
    [expected] = calibrate([0.99, 0.9], [at / 100 for at in range(1, 98)], report.curve.hours, [0.5])
    assert report.own.threshold == expected.threshold
    assert report.own.false_alarms == report.false_alarms["tv"][0] == pytest.approx(20, abs=1)
    assert report.own.misses == 0


def test_words_of_other_labels_leave_their_false_alarms() -> None:
    spoken = [heard("a.wav", segment(10, 0.9), segment(10, 0.8, "alexa"), words=(word(10),))]
    report = measure("welcome", 0.5, (), spoken, [heard("c.wav")])
    assert report.own.false_alarms == 0
    spoken.append(heard("b.wav", segment(3, 0.7, "alexa"), words=(Word("alexa", 3, 3.5),)))
    report = measure("alexa", 0.5, (), spoken, [heard("c.wav")])
    assert (report.own.false_alarms, report.own.misses, report.own.words) == (1, 0, 1)


def test_misses_are_grouped_by_columns() -> None:
    words = (word(10, snr="9.2", source="car"), word(20, snr="11", source="home"), word(30, snr="-4", source="car"))
    found = (segment(10, 0.9), segment(20, 0.2))
    report = measure("welcome", 0.5, ("snr", "source", "age"), [heard("a.wav", *found, words=words)], [heard("n.wav")])
    groups = {column: {v: (s.count, s.total) for v, s in shares.items()} for column, shares in report.misses.items()}
    assert groups == {"snr": {"-5 dB": (1, 1), "10 dB": (1, 2)}, "source": {"car": (1, 2), "home": (1, 1)}}
    assert list(report.misses["snr"]) == ["-5 dB", "10 dB"]


def test_segments_and_boundaries_need_boundaries() -> None:
    plain = measure("welcome", 0.5, (), [heard("a.wav", segment(1, 0.9), words=(Word("welcome"),))], [heard("n.wav")])
    assert plain.segments is None and plain.boundaries is None
    found = (segment(10.1, 0.9), segment(40, 0.8), segment(60, 0.3))
    report = measure("welcome", 0.5, (), [heard("a.wav", *found, words=(word(10), word(60)))], [heard("n.wav")])
    assert report.segments is not None and report.boundaries is not None
    assert (report.segments.correct, report.segments.found, report.segments.words) == (1, 2, 2)
    assert report.boundaries.mean == pytest.approx(0.1)


def test_segments_are_those_that_detection_reports() -> None:
    twice = (segment(10, 0.9), segment(10.1, 0.8))
    report = measure("welcome", 0.5, (), [heard("a.wav", *twice, words=(word(10),))], [heard("n.wav")])
    assert report.segments is not None and report.segments.precision == 1


def test_without_any_negative_there_is_nothing_to_measure() -> None:
    with pytest.raises(SpecnetError, match="nothing to count false alarms of 'welcome' in"):
        measure("welcome", 0.5, (), [heard("a.wav", words=(Word("welcome"),))], [heard("n.wav", contains="welcome")])


def test_clips_go_to_the_label_that_scores_highest() -> None:
    def clip(label: str, *candidates: Segment) -> Heard:
        return heard(f"{label}.wav", *candidates, words=(Word(label),))

    clips = [
        clip("alexa", segment(0, 0.4, "alexa"), segment(1, 0.3)),
        clip("welcome", segment(0, 0.2, "alexa"), segment(1, 0.1)),
    ]
    confusion = confuse(["alexa", "welcome"], clips)
    assert confusion.labels == ("alexa", "welcome") and confusion.counts.tolist() == [[1, 0], [1, 0]]
    assert confusion.accuracy.rate == 0.5
    confusion = confuse(["alexa", "welcome"], [*clips, clip("background", segment(0, 0.45))])
    assert confusion.labels[-1] == "background"
    assert confusion.counts.tolist() == [[0, 0, 1], [0, 0, 1], [0, 0, 1]]
    assert confuse(["alexa"], [clip("alexa")]).accuracy.count == 0
