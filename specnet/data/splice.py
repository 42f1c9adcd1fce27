"""A word nobody recorded, in the voices of real people: spliced from runs of phones of aligned speech.

"welcome" is the W EH L of one sentence and the K AH M of another, or W EH, EH L, K AH and AH M of four, joined in the
middle of the vowels. What comes before the first run and after the last stays as it was said, so only the joints
inside the word are made. Unit selection (Hunt and Black, 1996) of diphones and longer runs, with whole sentences as
context; it keeps a network from learning "synthetic voice" for the word.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from specnet.data.augment import active_power
from specnet.data.clips import Clip
from specnet.data.interval import Interval
from specnet.data.phones import VOWELS
from specnet.data.utterance import Utterance, crossfaded
from specnet.units import Seconds

SHORTEST_RUN = 2  # phones: a single phone out of its context is hardly ever the right sound
LONGEST_PHONE: Seconds = 0.3  # a longer one is an error of the alignment or a drawl
CONTEXT: Seconds = 3.0  # of the sentence kept before the first run and after the last
PACE: Seconds = 0.08  # of a phone of a word, the median; people speak between 0.6 and 1.6 of it
PACE_SPREAD = 0.25  # standard deviation of its logarithm
DRAWN, AT_PACE = 24, 6  # runs drawn for each place, and those nearest to the pace, of which the likest is taken
JOINT: Seconds = 0.008  # how long one run fades into the next

Run = tuple[Clip, int]  # the clip and the index of the run's first phone


class Piece(NamedTuple):
    """A run of phones; joined to what is before or after it in the middle of its first or last phone, or whole."""

    phones: tuple[str, ...]
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


class Splicer:
    """Splices one label, `phones` its pronunciation, from the aligned ones of some clips of real speech."""

    def __init__(self, clips: Sequence[Clip], label: str, phones: Sequence[str]) -> None:
        self._clips, self._label = [clip for clip in clips if len(clip.phones) >= 4], label
        self._runs = _find(self._clips, {piece.phones for cover in covers(phones) for piece in cover})
        self._covers = [cover for cover in covers(phones) if all(self._runs[piece.phones] for piece in cover)]
        # few runs in a word sound best, many sentences to take a run from vary most: weigh both
        plenty = [min(len(self._runs[piece.phones]) for piece in cover) / 2 ** len(cover) for cover in self._covers]
        self._weights = np.array(plenty) / sum(plenty) if plenty else np.zeros(0)

    def __bool__(self) -> bool:
        return bool(self._covers)

    def word(self, random: np.random.Generator) -> Utterance:
        """The word in a sentence of real speech, labelled."""
        cover = self._cover(random)
        return _joined(cover, self._choose(cover, random), self._label)

    def near_miss(self, random: np.random.Generator) -> Utterance:
        """The beginning or the end of a spliced word beside other speech: joints alone must not mean the word."""
        cover = self._cover(random)
        runs, at = self._choose(cover, random), 1 + int(random.integers(len(cover) - 1))
        begins = bool(random.random() < 0.5)
        wrong = cover[at].phones[int(cover[at].from_middle)] if begins else cover[at - 1].phones[-1]
        other = self._clips[int(random.integers(len(self._clips)))]
        place = [i for i, phone in enumerate(other.phones[1:-1], start=1) if phone.label != wrong]
        if not place:
            return other.load()
        index = place[int(random.integers(len(place)))]
        cut, elsewhere = Piece((other.phones[index].label,)), (other, index)
        if begins:
            return _joined([*cover[: at - 1], cover[at - 1]._replace(to_middle=False), cut], [*runs[:at], elsewhere])
        return _joined([cut, cover[at]._replace(from_middle=False), *cover[at + 1 :]], [elsewhere, *runs[at:]])

    def _cover(self, random: np.random.Generator) -> Cover:
        return self._covers[random.choice(len(self._covers), p=self._weights)]

    def _choose(self, cover: Cover, random: np.random.Generator) -> list[Run]:
        """One run for each place: of a few at a common pace, the likest in speaker and channel to the one before."""
        pace = PACE * float(np.exp(random.normal(0, PACE_SPREAD)))
        chosen: list[Run] = []
        for piece in cover:
            runs = self._runs[piece.phones]
            some = [runs[i] for i in random.integers(len(runs), size=DRAWN)]
            away = [abs(end - start - pace * piece.size) for start, end in map(piece.span, some)]
            some = [some[i] for i in np.argsort(away, kind="stable")[:AT_PACE]]
            if not chosen:
                chosen.append(some[int(random.integers(len(some)))])
            else:
                chosen.append(min(some, key=lambda one: _unlike(chosen[-1][0], one[0])))
        return chosen


def _joined(cover: Sequence[Piece], runs: Sequence[Run], label: str = "") -> Utterance:
    parts: list[Utterance] = []
    begin = length = level = 0.0
    for place, (piece, run) in enumerate(zip(cover, runs, strict=True)):
        clip, (start, end) = run[0], piece.span(run)
        power = active_power(clip.load(start, end).waveform)
        level = level or power
        first = max(0.0, start - CONTEXT) if place == 0 else start
        last = min(clip.duration, end + CONTEXT) if place == len(cover) - 1 else end
        begin = start - first if place == 0 else begin
        length += end - start - (JOINT if place else 0.0)
        parts.append(clip.load(first, last).louder(float(np.sqrt(level / power).clip(0.2, 5.0))))
    joined = crossfaded(parts, JOINT)
    return Utterance(joined.waveform, (Interval(label, begin, begin + length),) if label else (), joined.phones)


def _find(clips: Sequence[Clip], wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], list[Run]]:
    found: dict[tuple[str, ...], list[Run]] = defaultdict(list)
    sizes = sorted({len(run) for run in wanted})
    for clip in clips:
        names = tuple(phone.label for phone in clip.phones)
        for first in range(len(names)):
            for size in sizes:
                run = names[first : first + size]
                if run in wanted and all(p.end - p.start < LONGEST_PHONE for p in clip.phones[first : first + size]):
                    found[run].append((clip, first))
    return found


def _unlike(one: Clip, other: Clip) -> float:
    if one.speaker == other.speaker:
        return 0.0
    return 1.0 + sum(abs(a - b) for a, b in zip(one.tone, other.tone, strict=True))
