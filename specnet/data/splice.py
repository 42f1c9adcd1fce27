"""A word nobody recorded, in the voices of real people: spliced from runs of phones of aligned speech.

"welcome" is the W EH L of one sentence and the K AH M of another, or W EH, EH L, K AH and AH M of four, joined in the
middle of the vowels. What comes before the first run and after the last stays as it was said, so only the joints
inside the word are made. Unit selection (Hunt and Black, 1996) of diphones and longer runs, with whole sentences as
context; it keeps a network from learning "synthetic voice" for the word.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from specnet.data.augment import active_power
from specnet.data.clips import Clip
from specnet.data.interval import Interval
from specnet.data.phones import kin
from specnet.data.runs import Cover, Piece, Run, covers, find, pattern, strangeness, well_said
from specnet.data.utterance import Utterance, crossfaded
from specnet.units import Seconds

CONTEXT: Seconds = 3.0  # of the sentence kept before the first run and after the last
PACE_SPREAD = 0.25  # standard deviation of the logarithm of a word's pace: people speak between 0.6 and 1.6 of it
DRAWN, FITTING = 36, 6  # runs drawn for each place, and those that fit it best, of which the likest is taken
STRANGER = 0.15  # a neighbour unlike the word's weighs as much as this share too long or too short
NATURAL, SWAPPED = 0.4, 0.35  # of the near misses: runs as they were said, whole words with one run that says otherwise
SOME = 8  # runs that say something else, of which the likest is taken
EDGE: Seconds = 0.03  # how far the first and the last phone of a keyword may lie outside of it
JOINT: Seconds = 0.008  # how long one run fades into the next


class Splicer:
    """Splices one label, `phones` its pronunciation, from the aligned phones of some clips: `pace` a phone, mostly."""

    def __init__(self, clips: Sequence[Clip], label: str, phones: Sequence[str], pace: Seconds = 0.08) -> None:
        self._clips, self._label, self._pace = [clip for clip in clips if len(clip.phones) >= 4], label, pace
        self._runs = find(self._clips, {piece.phones for cover in covers(phones) for piece in cover})
        self._covers = [cover for cover in covers(phones) if all(self._runs[piece.phones] for piece in cover)]
        pieces = [piece for cover in self._covers for piece in cover]
        self._like = find(self._clips, {pattern(piece.phones) for piece in pieces}, key=pattern)
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
        """Nearly the word: all but one run of it, its beginning or end beside other speech, or a run as it was said.

        Neither joints alone must mean the word, nor most of its phones, nor the few sentences that runs come from.
        """
        cover = self._cover(random)
        runs = self._choose(cover, random)
        kind, found = random.random(), None
        if kind < NATURAL:
            found = _natural(runs[int(random.integers(len(runs)))])
        elif kind < NATURAL + SWAPPED:
            found = self._swapped(cover, runs, random)
        return found or self._half(cover, runs, random)

    def _swapped(self, cover: Cover, runs: Sequence[Run], random: np.random.Generator) -> Utterance | None:
        """One run says another consonant between the same vowels; None where nobody has said such a run."""
        for at in random.permutation(len(cover)):
            piece = cover[at]
            like = self._like[pattern(piece.phones)]
            drawn = [like[i] for i in random.integers(len(like), size=10 * SOME)]
            # a K for the L of W EH L would melt with the K that follows: "weckome" passes for the word
            follows = cover[at + 1].phones[0] if at + 1 < len(cover) else ""
            others = [run for run in drawn if _says_otherwise(_said(run, piece), piece, follows)][:SOME]
            if others:
                beside = runs[at - 1] if at else runs[1]
                other = min(others, key=lambda run: _unlike(beside[0], run[0]))
                changed = piece._replace(phones=_said(other, piece))
                return _joined([*cover[:at], changed, *cover[at + 1 :]], [*runs[:at], other, *runs[at + 1 :]])
        return None

    def _half(self, cover: Cover, runs: Sequence[Run], random: np.random.Generator) -> Utterance:
        """The first runs and then other speech, or other speech and then the last runs."""
        at = 1 + int(random.integers(len(cover) - 1))
        begins = bool(random.random() < 0.5)
        before, after, shared = cover[at - 1].phones, cover[at].phones, int(cover[at].from_middle)
        goes_on = after[shared] if begins else before[-1 - shared]
        same = before[-1] if begins else after[0]  # would melt with the part, and then go on
        other = self._clips[int(random.integers(len(self._clips)))]

        def wrong(phone: Interval) -> bool:
            return not kin(phone.label, goes_on) and phone.label != same and well_said(phone)

        place = [i for i, phone in enumerate(other.phones[1:-1], start=1) if wrong(phone)]
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
        """One run for each place: of a few at a common pace, said between phones like those of the word, the likest in
        speaker and channel to the one before."""
        pace = self._pace * float(np.exp(random.normal(0, PACE_SPREAD)))
        chosen: list[Run] = []
        for at, piece in enumerate(cover):
            runs = self._runs[piece.phones]
            before = cover[at - 1].phones[-1 - piece.from_middle] if at else ""
            after = cover[at + 1].phones[int(piece.to_middle)] if at + 1 < len(cover) else ""
            drawn = [runs[i] for i in random.integers(len(runs), size=DRAWN)]
            length = pace * piece.size
            misfit = [
                abs(end - start - length) / length + STRANGER * strangeness(run, piece, before, after)
                for run, (start, end) in zip(drawn, map(piece.span, drawn), strict=True)
            ]
            some = [drawn[i] for i in np.argsort(misfit, kind="stable")[:FITTING]]
            if not chosen:
                chosen.append(some[int(random.integers(len(some)))])
            else:
                chosen.append(min(some, key=lambda one: _unlike(chosen[-1][0], one[0])))
        return chosen


def _natural(run: Run) -> Utterance | None:
    """A run with all that was said around it, as it is in spliced words too; None if that was the keyword."""
    clip, first = run
    at = clip.phones[first].start
    if any(word.start - EDGE < at < word.end for word in clip.words):
        return None
    start, end = _context(clip, at)
    return clip.load(start, end)


def _joined(cover: Sequence[Piece], runs: Sequence[Run], label: str = "") -> Utterance:
    parts: list[Utterance] = []
    begin = length = level = 0.0
    for place, (piece, run) in enumerate(zip(cover, runs, strict=True)):
        clip, (start, end) = run[0], piece.span(run)
        power = active_power(clip.load(start, end).waveform)
        level = level or power
        first = _context(clip, start)[0] if place == 0 else start
        last = _context(clip, end)[1] if place == len(cover) - 1 else end
        begin = start - first if place == 0 else begin
        length += end - start - (JOINT if place else 0.0)
        parts.append(clip.load(first, last).louder(float(np.sqrt(level / power).clip(0.2, 5.0))))
    joined = crossfaded(parts, JOINT)
    return replace(joined, words=(Interval(label, begin, begin + length),) if label else ())


def _context(clip: Clip, at: Seconds) -> tuple[Seconds, Seconds]:
    """From where to where a clip may be heard around a time: no further than to the keywords that it holds itself."""
    before = [min(word.end, at) for word in clip.words if word.start < at - EDGE]
    after = [max(word.start, at) for word in clip.words if word.end > at + EDGE]
    return max(0.0, at - CONTEXT, *before), min(clip.duration, at + CONTEXT, *after)


def _said(run: Run, piece: Piece) -> tuple[str, ...]:
    clip, first = run
    return tuple(phone.label for phone in clip.phones[first : first + len(piece.phones)])


def _says_otherwise(said: tuple[str, ...], piece: Piece, follows: str) -> bool:
    melts = said[-1] == follows and not piece.to_middle
    return not melts and not all(map(kin, piece.phones, said))


def _unlike(one: Clip, other: Clip) -> float:
    if one.speaker == other.speaker:
        return 0.0
    return 1.0 + sum(abs(a - b) for a, b in zip(one.tone, other.tone, strict=True))
