from hypothesis import example, given
from hypothesis import strategies as st

from specnet.data.interval import Interval, overlapping, within

times = st.floats(0, 10)
intervals = st.lists(
    st.tuples(times, times).map(lambda pair: Interval("AH", min(pair), max(pair))).filter(lambda i: i.end > i.start)
)


def test_a_slower_recording_has_later_times() -> None:
    assert Interval("hey", 0.5, 1.0).scaled(2.0) == ("hey", 1.0, 2.0)


def test_only_what_lies_wholly_inside_is_within() -> None:
    words = [Interval("a", 0.0, 1.0), Interval("b", 1.0, 2.0), Interval("c", 2.0, 3.5)]
    assert within(words, 1.0, 3.0) == (("b", 0.0, 1.0),)


@example([Interval("AH", 0.0, 2.0)], 1.0, 1.0)
@given(intervals, times, times)
def test_overlapping_keeps_what_can_be_heard(known: list[Interval], one: float, other: float) -> None:
    start, end = min(one, other), max(one, other)
    heard = overlapping(known, start, end)
    assert all(0 <= i.start < i.end <= end - start for i in heard)
    total = sum(max(0.0, min(i.end, end) - max(i.start, start)) for i in known)
    assert abs(sum(i.end - i.start for i in heard) - total) < 1e-9
    assert {(i.start, i.end) for i in within(known, start, end)} <= {(i.start, i.end) for i in heard}
