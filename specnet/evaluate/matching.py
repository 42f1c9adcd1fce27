"""Which found segment is which spoken word."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specnet.evaluate.references import Word
from specnet.timeline import Segment
from specnet.units import Seconds

TOLERANCE: Seconds = 0.3


@dataclass(frozen=True, slots=True)
class Match:
    """The candidates of one recording and one label against its words.

    `scores[i]` is the highest threshold at which word *i* is found (-inf: never), `holders[i]` the candidate paired
    with it when all are counted, and `strays` are the candidates that touch no word: the false alarms.
    """

    scores: tuple[float, ...]
    holders: tuple[Segment | None, ...]
    strays: tuple[Segment, ...]


def overlaps(segment: Segment, word: Word, tolerance: Seconds = TOLERANCE) -> bool:
    """Whether a segment overlaps a word that is extended by `tolerance` on both sides.

    >>> overlaps(Segment("welcome", 2.2, 2.6, 2.7, 0.9), Word("welcome", 1.5, 2.0))
    True
    """
    return segment.start < word.end + tolerance and segment.end > word.start - tolerance


def match(candidates: Sequence[Segment], words: Sequence[Word], tolerance: Seconds = TOLERANCE) -> Match:
    """Match the candidates of one label, at every threshold at once.

    At each threshold as many words as can be are paired with candidates above it, one to one: `assign` takes the
    candidates by falling score, and a word once found stays found.

    >>> word = Word("welcome", 1.0, 1.5)
    >>> found = Segment("welcome", 1.1, 1.4, 1.6, 0.7), Segment("welcome", 8.0, 8.4, 8.5, 0.2)
    >>> match(found, [word]).scores, len(match(found, [word]).strays)
    ((0.7,), 1)
    """

    def hit(segment: Segment, word: Word) -> bool:
        return overlaps(segment, word, tolerance)

    scores, holders = assign(candidates, words, hit)
    strays = tuple(segment for segment in candidates if not any(hit(segment, word) for word in words))
    return Match(scores, holders, strays)


def assign(
    candidates: Sequence[Segment], words: Sequence[Word], hit: Callable[[Segment, Word], bool]
) -> tuple[tuple[float, ...], tuple[Segment | None, ...]]:
    """Pair candidates and words one to one, as many as can be among the candidates above any threshold.

    Returns for each word the highest threshold at which it is paired (-inf: never), and its candidate in the end.
    Candidates come in by falling score, prefer the word with the nearest boundaries, and re-route earlier pairs where
    that frees a word (augmenting paths; Kuhn, 1955). Each adds at most one word and loses none, so that one pass serves
    every threshold.
    """
    scores = [-math.inf] * len(words)
    holders: list[Segment | None] = [None] * len(words)

    def place(segment: Segment, score: float, tried: set[int]) -> bool:
        near = [i for i, word in enumerate(words) if i not in tried and hit(segment, word)]
        for i in sorted(near, key=lambda i: abs(segment.start - words[i].start) + abs(segment.end - words[i].end)):
            if i in tried:
                continue
            tried.add(i)
            holder = holders[i]
            if holder is None:
                scores[i] = score
            if holder is None or place(holder, score, tried):
                holders[i] = segment
                return True
        return False

    for segment in sorted(candidates, key=lambda candidate: -candidate.score):
        place(segment, segment.score, set())
    return tuple(scores), tuple(holders)
