"""Which candidates are reported."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from specnet.detect.gate import Gate
from specnet.timeline import Segment

WORDS = st.builds(
    lambda label, start, length, score: Segment(label, start, start + length, start + length, score),
    st.sampled_from(["a", "b"]),
    st.floats(0, 5),
    st.floats(0.05, 1),
    st.floats(0, 1),
)


@given(words=st.lists(WORDS, max_size=12), threshold=st.floats(0, 1), cut=st.integers(0, 12))
def test_law(words: list[Segment], threshold: float, cut: int) -> None:
    words.sort(key=lambda word: word.peak)
    gate = Gate(threshold, {"a", "b"})
    passed, _ = gate.step(words, gate.start())
    assert all(word.score >= threshold and word.start < word.end for word in passed)
    for label in "ab":
        own = [word for word in passed if word.label == label]
        assert all(one.end <= other.start for one, other in pairwise(own))
    first, state = gate.step(words[:cut], gate.start())
    assert first + gate.step(words[cut:], state)[0] == passed


def test_a_rejected_candidate_takes_no_room() -> None:
    words = [Segment("a", 1.0, 1.5, 1.6, 0.3), Segment("a", 1.2, 1.7, 1.8, 0.9)]
    gate = Gate(0.5, {"a"})
    assert gate.step(words, gate.start())[0] == words[1:]


def test_only_the_labels_asked_for() -> None:
    words = [Segment("a", 1.0, 1.5, 1.6, 0.9), Segment("b", 1.2, 1.7, 1.8, 0.9)]
    gate = Gate(0.5, {"b"})
    assert gate.step(words, gate.start())[0] == words[1:]


def test_the_same_word_again() -> None:
    words = [Segment("a", 1.0, 1.5, 1.6, 0.9), Segment("a", 1.1, 1.6, 2.0, 0.9)]
    gate = Gate(0.5, {"a"})
    assert gate.step(words, gate.start())[0] == words[:1]
