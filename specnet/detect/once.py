"""Every word once, as early as that is sure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specnet.timeline import Segment
from specnet.units import Seconds


@dataclass(frozen=True, slots=True)
class OnceState:
    """Where the last segment of each label ended, and the interim words whose segments are still to come, each with
    whether it has been told."""

    ends: Mapping[str, Seconds]
    awaited: tuple[tuple[Segment, bool], ...]


class Once:
    """Tells interim words at once, and segments whose interim word was not told.

    That is the case where it begins inside the segment before it: then both may be the same word, which the gate drops.
    So every segment is told once; and where only the final bounds lie mostly inside the segment before, so that there
    is none, the interim word has been told all the same.

    >>> once, word = Once(), Segment("hi", 1.0, 1.4, 1.6, 0.8)
    >>> told, state = once.step([word], [], once.start())
    >>> told == [word], once.step([], [Segment("hi", 1.0, 1.5, 1.7, 0.9)], state)[0]
    (True, [])
    """

    def start(self) -> OnceState:
        """Nothing told yet."""
        return OnceState({}, ())

    def step(
        self, interim: Iterable[Segment], segments: Iterable[Segment], state: OnceState
    ) -> tuple[list[Segment], OnceState]:
        """What to tell of the `interim` words and `segments` that a block of sound made certain."""
        segments = list(segments)
        told, awaited, ends = list[Segment](), list(state.awaited), dict(state.ends)
        for word in interim:
            before = ends | {each.label: each.end for each in segments if each.peak < word.peak}
            early = word.start >= before.get(word.label, 0.0)
            awaited.append((word, early))
            told += [word] * early
        for segment in segments:
            own = [each for each in awaited if each[0].label == segment.label and each[0].peak <= segment.peak]
            told += [] if own and own[-1][1] else [segment]
            awaited = [each for each in awaited if each not in own]
            ends[segment.label] = segment.end
        return told, OnceState(ends, tuple(awaited))
