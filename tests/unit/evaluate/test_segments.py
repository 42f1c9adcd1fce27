import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sed_eval.sound_event import EventBasedMetrics

from specnet.evaluate.references import Word
from specnet.evaluate.segments import SegmentScores, boundary_errors, segment_scores
from specnet.timeline import Segment

events = st.lists(
    st.tuples(st.floats(0, 6).map(lambda t: round(t, 3)), st.integers(50, 900).map(lambda ms: ms / 1000)), max_size=8
)


def as_found(spans: list[tuple[float, float]]) -> list[Segment]:
    return [Segment("welcome", a, a + d, a + d, 1 - i / 100) for i, (a, d) in enumerate(spans)]


@settings(deadline=None)
@given(st.lists(st.tuples(events, events), min_size=1, max_size=4))
def test_counts_are_those_of_sed_eval(
    recordings: list[tuple[list[tuple[float, float]], list[tuple[float, float]]]],
) -> None:
    theirs = EventBasedMetrics(["welcome"], t_collar=0.2, percentage_of_length=0.0, event_matching_type="optimal")
    ours = SegmentScores()
    for number, (spoken, found) in enumerate(recordings):
        tables = [
            [{"filename": f"{number}.wav", "onset": a, "offset": a + d, "event_label": "welcome"} for a, d in spans]
            for spans in (spoken, found)
        ]
        theirs.evaluate(*tables)
        ours += segment_scores(as_found(found), [Word("welcome", a, a + d) for a, d in spoken])
    counts = theirs.overall
    assert (ours.correct, ours.found, ours.words) == (counts["Ntp"], counts["Nsys"], counts["Nref"])
    figures = theirs.results_overall_metrics()["f_measure"]
    for name, value in (("precision", ours.precision), ("recall", ours.recall)):
        if value is not None:
            assert value == pytest.approx(figures[name], abs=1e-9)
    if ours.correct:
        assert ours.f1 == pytest.approx(figures["f_measure"], abs=1e-9)


def test_both_boundaries_must_lie_within_the_collar() -> None:
    word = Word("welcome", 1.0, 1.5)
    for start, end, correct in ((0.85, 1.65, 1), (0.75, 1.5, 0), (1.0, 1.75, 0)):
        assert segment_scores([Segment("welcome", start, end, end, 0.9)], [word]).correct == correct


def test_boundary_errors_of_found_words_only() -> None:
    word, missed = Word("welcome", 1.0, 1.5), Word("welcome", 5.0, 5.5)
    errors = boundary_errors([([Segment("welcome", 0.9, 1.6, 1.6, 0.9)], [word, missed])])
    assert errors is not None and errors.count == 1
    assert (errors.start, errors.end, errors.start_bias) == pytest.approx((0.1, 0.1, -0.1))
    assert math.isclose(errors.end_bias, 0.1) and math.isclose(errors.mean, 0.1)
    assert boundary_errors([([], [word])]) is None
