"""A word nobody recorded, in the voices of real people: spliced from runs of phones of aligned speech.

"welcome" is the W EH L of one sentence and the K AH M of another. What comes before the first run and after the last
stays as it was said, so only the joints inside the word are made. Unit-selection synthesis (Hunt and Black, 1996)
with whole sentences as context; it keeps a network from learning "synthetic voice" for the word.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from specnet.data.augment import active_power
from specnet.data.clips import Clip
from specnet.data.interval import Interval
from specnet.data.utterance import Utterance, join
from specnet.units import Seconds

SHORTEST_RUN = 2  # phones: a single phone out of its context is hardly ever the right sound
LONGEST_PHONE: Seconds = 0.3  # a longer one is an error of the alignment or a drawl
CONTEXT: Seconds = 3.0  # of the sentence kept before the first run and after the last
CANDIDATES = 6  # runs compared for each place

Run = tuple[Clip, int]  # the clip and the index of the run's first phone


def covers(phones: Sequence[str], most: int = 3) -> Iterator[tuple[tuple[str, ...], ...]]:
    """All ways to cut phones into at least two and at most `most` runs of `SHORTEST_RUN` or more.

    >>> [len(cover) for cover in covers("W EH L K AH M".split())]
    [2, 2, 2, 3]
    """

    def cut(rest: tuple[str, ...], left: int) -> Iterator[tuple[tuple[str, ...], ...]]:
        if len(rest) >= SHORTEST_RUN:
            yield (rest,)
        for size in range(SHORTEST_RUN, len(rest) - SHORTEST_RUN + 1) if left > 1 else ():
            for tail in cut(rest[size:], left - 1):
                yield (rest[:size], *tail)

    return iter(sorted((c for c in cut(tuple(phones), most) if len(c) > 1), key=len))


class Splicer:
    """Splices one label, `phones` its pronunciation, from the aligned ones of some clips of real speech."""

    def __init__(self, clips: Sequence[Clip], label: str, phones: Sequence[str]) -> None:
        self._clips, self._label = [clip for clip in clips if len(clip.phones) >= 4], label
        wanted = {run for cover in covers(phones) for run in cover}
        self._runs = _find(self._clips, wanted)
        self._covers = [cover for cover in covers(phones) if all(self._runs[run] for run in cover)]
        # few runs in a word sound best, many sentences to take a run from vary most: weigh both
        plenty = [min(len(self._runs[run]) for run in cover) / 4 ** len(cover) for cover in self._covers]
        self._weights = np.array(plenty) / sum(plenty) if plenty else np.zeros(0)

    def __bool__(self) -> bool:
        return bool(self._covers)

    def word(self, random: np.random.Generator) -> Utterance:
        """The word in a sentence of real speech, labelled."""
        cover = self._covers[random.choice(len(self._covers), p=self._weights)]
        return self._joined(self._choose(cover, random), cover, self._label)

    def near_miss(self, random: np.random.Generator) -> Utterance:
        """A spliced beginning or end of the word beside other speech: joints alone must not mean the word."""
        cover = self._covers[random.choice(len(self._covers), p=self._weights)]
        other = self._clips[int(random.integers(len(self._clips)))]
        cut = (other, 1 + int(random.integers(len(other.phones) - 2)))
        run = self._runs[cover[0]] if random.random() < 0.5 else self._runs[cover[-1]]
        mine = run[int(random.integers(len(run)))]
        size = len(cover[0]) if run is self._runs[cover[0]] else len(cover[-1])
        pair = ([mine, cut], [(0,) * size, (0,)]) if run is self._runs[cover[0]] else ([cut, mine], [(0,), (0,) * size])
        return self._joined(*pair, label="")

    def _choose(self, cover: tuple[tuple[str, ...], ...], random: np.random.Generator) -> list[Run]:
        """One run for each place, each the likest in speaker and channel to the one before among a few."""
        chosen: list[Run] = []
        for run in cover:
            some = [self._runs[run][i] for i in random.integers(len(self._runs[run]), size=CANDIDATES)]
            chosen.append(min(some, key=lambda one: _unlike(chosen[-1][0], one[0])) if chosen else some[0])
        return chosen

    def _joined(self, runs: Sequence[Run], sizes: Sequence[Sequence[object]], label: str) -> Utterance:
        parts: list[Utterance] = []
        start = at = 0.0
        level = 0.0
        for place, ((clip, first), size) in enumerate(zip(runs, sizes, strict=True)):
            last = first + len(size) - 1
            begin, end = clip.phones[first].start, clip.phones[last].end
            power = active_power(clip.load(begin, end).waveform)
            level = level or power
            first_time = max(0.0, begin - CONTEXT) if place == 0 else begin
            last_time = min(clip.duration, end + CONTEXT) if place == len(runs) - 1 else end
            part = clip.load(first_time, last_time).louder(float(np.sqrt(level / power).clip(0.2, 5.0)))
            start = begin - first_time if place == 0 else start
            end_of_word = at + (end - first_time)
            at += part.duration
            parts.append(part)
        joined = join(parts)
        return Utterance(joined.waveform, (Interval(label, start, end_of_word),) if label else (), joined.phones)


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
