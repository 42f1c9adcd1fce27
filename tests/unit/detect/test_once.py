"""Every word once."""

from specnet.detect.once import Once
from specnet.timeline import Segment

FIRST = Segment("hi", 1.0, 1.5, 1.6, 0.9)
SECOND = Segment("hi", 1.4, 2.0, 2.1, 0.8)
"""It begins inside the first."""


def test_a_word_inside_the_one_before_waits_for_its_segment() -> None:
    once = Once()
    told, state = once.step([FIRST], [], once.start())
    assert told == [FIRST]
    told, state = once.step([SECOND], [FIRST], state)
    assert told == []
    assert once.step([], [SECOND], state)[0] == [SECOND]
    assert once.step([], [], state)[0] == [], "the gate dropped it"


def test_a_word_that_the_gate_dropped_stands_in_for_no_later_one() -> None:
    once, third = Once(), Segment("hi", 1.9, 2.6, 2.7, 0.9)
    _, state = once.step([FIRST], [FIRST], once.start())
    told, state = once.step([Segment("hi", 1.5, 2.0, 2.1, 0.8)], [], state)
    assert len(told) == 1  # its final bounds lie in the first: it has no segment
    told, state = once.step([Segment("hi", 1.4, 2.5, 2.6, 0.9)], [third], state)
    assert told == [third]


def test_labels_know_nothing_of_each_other() -> None:
    once, other = Once(), Segment("ho", 1.2, 1.6, 1.7, 0.9)
    told, state = once.step([FIRST, other], [], once.start())
    assert told == [FIRST, other]
    told, state = once.step([], [other], state)
    assert told == once.step([], [FIRST], state)[0] == []
