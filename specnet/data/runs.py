"""Runs of phones in aligned speech: how a word is cut into them, and where they are said."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from specnet.data.clips import Clip
from specnet.data.interval import Interval
from specnet.data.phones import SILENCE, VOWELS, kin
from specnet.units import Seconds

SHORTEST_RUN = 2  # phones: a single phone out of its context is hardly ever the right sound
SHORTEST_PHONE: Seconds = 0.02
LONGEST_PHONE: Seconds = 0.3  # a longer one is an error of the alignment or a drawl

Phones = tuple[str, ...]
Run = tuple[Clip, int]  # the clip and the index of the run's first phone


class Piece(NamedTuple):
    """A run of phones; joined to what is before or after it in the middle of its first or last phone, or whole."""

    phones: Phones
    from_middle: bool = False
    to_middle: bool = False

    def span(self, run: Run) -> tuple[Seconds, Seconds]:
        """What it takes of a clip."""
        clip, index = run
        first, last = clip.phones[index], clip.phones[index + len(self.phones) - 1]
        start = (first.start + first.end) / 2 if self.from_middle else first.start
        return start, (last.start + last.end) / 2 if self.to_middle else last.end

    @property
    def size(self) -> float:
        """In phones."""
        return len(self.phones) - (self.from_middle + self.to_middle) / 2


Cover = tuple[Piece, ...]


def covers(phones: Sequence[str], most: int = 4) -> Iterator[Cover]:
    """All ways to make phones of two to `most` runs, each of `SHORTEST_RUN` phones or more, the fewest runs first.

    Runs are cut between two phones, or in the middle of a vowel, which then both have.

    >>> ["|".join(" ".join(piece.phones) for piece in cover) for cover in covers("HH EH L P".split())]
    ['HH EH|L P', 'HH EH|EH L P']
    """
    word = tuple(phones)

    def cut(first: int, shared: bool, left: int) -> Iterator[Cover]:
        if len(word) - first >= SHORTEST_RUN:
            yield (Piece(word[first:], shared),)
        for end in range(first + SHORTEST_RUN, len(word)) if left > 1 else ():
            for following in (end, end - 1) if word[end - 1] in VOWELS else (end,):
                inside = following < end
                for rest in cut(following, inside, left - 1):
                    yield (Piece(word[first:end], shared, inside), *rest)

    return iter(sorted((cover for cover in cut(0, False, most) if len(cover) > 1), key=len))


def pattern(phones: Sequence[str]) -> Phones:
    """The phones of a run with every consonant left open.

    >>> pattern(["W", "EH", "L"])
    ('*', 'EH', '*')
    """
    return tuple(phone if phone in VOWELS else "*" for phone in phones)


def find(
    clips: Sequence[Clip], wanted: set[Phones], key: Callable[[Sequence[str]], Phones] = tuple
) -> dict[Phones, list[Run]]:
    """Every run of the clips whose `key` is wanted, by that key; none with a pause or a drawl in it."""
    found: dict[Phones, list[Run]] = defaultdict(list)
    sizes = sorted({len(run) for run in wanted})
    for clip in clips:
        names = [phone.label for phone in clip.phones]
        for first in range(len(names)):
            for size in sizes:
                run = key(names[first : first + size])
                phones = clip.phones[first : first + size]
                if run in wanted and all(p.label != SILENCE and well_said(p) for p in phones):
                    found[run].append((clip, first))
    return found


def strangeness(run: Run, piece: Piece, before: str, after: str) -> int:
    """How unlike `before` and `after` the phones around a run are, where these are given: 0 (like both) to 4.

    A phone bends to its neighbours: the L of "well come" is not that of "hello".
    """
    clip, first = run
    last = first + len(piece.phones)
    left = clip.phones[first - 1].label if first else SILENCE
    right = clip.phones[last].label if last < len(clip.phones) else SILENCE
    return _unlike(left, before) + _unlike(right, after)


@cache
def _unlike(said: str, wanted: str) -> int:
    if not wanted or kin(said, wanted):
        return 0
    return 1 if said != SILENCE and (said in VOWELS) == (wanted in VOWELS) else 2


def well_said(phone: Interval) -> bool:
    """Neither swallowed nor drawled, nor out of place by as much."""
    return SHORTEST_PHONE <= phone.end - phone.start < LONGEST_PHONE
