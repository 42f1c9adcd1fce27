"""From what a detector heard in each recording to the report of a label."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from specnet.detect.gate import Gate
from specnet.errors import SpecnetError
from specnet.evaluate.matching import TOLERANCE, Match, match
from specnet.evaluate.rates import calibrate, sweep
from specnet.evaluate.references import BACKGROUND, Recording, Word
from specnet.evaluate.report import Confusion, LabelReport, Share
from specnet.evaluate.segments import SegmentScores, boundary_errors, segment_scores
from specnet.timeline import Segment
from specnet.units import Seconds

OWN_RATE = 0.5
"""False alarms per hour at which a model is measured in detail."""

_STEP_DB = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording, its length, and all that may be a word in it, however low its score."""

    recording: Recording
    candidates: Sequence[Segment]
    duration: Seconds


def measure(
    label: str, own: float | None, groups: Sequence[str], spoken: Sequence[Heard], silent: Sequence[Heard]
) -> LabelReport:
    """The report of one label over recordings that hold words (`spoken`) and recordings that don't (`silent`).

    `own` is the threshold of the model itself (None: the one that is calibrated on these recordings for `OWN_RATE`),
    where segments and boundaries are those that detection reports, and `groups` are the columns to count misses by. A
    false alarm is any candidate in the silent recordings without the label, and one that touches no word in the spoken
    ones with boundaries; the hours are those of the silent ones and of the latter off their words.
    Errors: nothing to count false alarms in.
    """
    matched = [_Matched.of(label, heard) for heard in spoken]
    annotated = [one for one in matched if one.annotated]
    silent = [heard for heard in silent if label not in heard.recording.contains]
    alarms = [segment.score for one in annotated for segment in one.match.strays]
    hours = sum(one.off_words for one in annotated) / 3600
    by_source: dict[str, tuple[list[float], float]] = {}
    for heard in silent:
        found = [segment.score for segment in heard.candidates if segment.label == label]
        scores_there, length = by_source.get(heard.recording.sound.folder, ([], 0.0))
        by_source[heard.recording.sound.folder] = (scores_there + found, length + heard.duration / 3600)
        alarms += found
        hours += heard.duration / 3600
    if not hours:
        raise SpecnetError(f"nothing to count false alarms of {label!r} in: no negatives without it")

    scores = [(word, score) for one in matched for word, score in zip(one.words, one.match.scores, strict=True)]
    found_scores = [score for _, score in scores]
    calibrated = own is not None
    if own is None:
        [point] = calibrate(found_scores, alarms, hours, [OWN_RATE])
        own = point.threshold
    curve = sweep(found_scores, alarms, hours)
    gate = Gate(own, {label})
    bounded = [(gate.step(one.found, gate.start())[0], one.words) for one in annotated]
    return LabelReport(
        label=label,
        curve=curve,
        own=curve.at_threshold(own),
        segments=sum((segment_scores(*pair) for pair in bounded), SegmentScores()) if bounded else None,
        boundaries=boundary_errors(bounded),
        misses={column: shares for column in groups if (shares := misses_by(column, own, scores))},
        false_alarms={
            source: (sum(score >= own for score in found), length) for source, (found, length) in by_source.items()
        },
        calibrated=calibrated,
    )


def confuse(labels: Sequence[str], clips: Sequence[Heard]) -> Confusion:
    """Which label scores highest in each clip, against the one it holds.

    Where some clips are background, a clip is taken for it when nothing scores 0.5; where none are, only when there is
    no candidate at all.
    """
    lowest = 0.5 if any(clip.recording.words[0].label == BACKGROUND for clip in clips) else 0.0
    names = (*labels, BACKGROUND)
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    for clip in clips:
        found = [segment for segment in clip.candidates if segment.score >= lowest]
        best = max(found, key=lambda segment: segment.score).label if found else BACKGROUND
        counts[names.index(clip.recording.words[0].label), names.index(best)] += 1
    if counts[-1].any() or counts[:, -1].any():
        return Confusion(names, counts)
    return Confusion(names[:-1], counts[:-1, :-1])


@dataclass(frozen=True, slots=True)
class _Matched:
    """One recording seen by one label. `off_words` is how long it is beyond the tolerance of any word."""

    found: Sequence[Segment]
    words: Sequence[Word]
    match: Match
    annotated: bool
    off_words: Seconds

    @classmethod
    def of(cls, label: str, heard: Heard) -> "_Matched":
        found = [segment for segment in heard.candidates if segment.label == label]
        words = [word for word in heard.recording.words if word.label == label]
        left, last = heard.duration, 0.0
        for word in sorted(words, key=lambda word: word.start):
            start, end = max(last, word.start - TOLERANCE), min(heard.duration, word.end + TOLERANCE)
            left -= max(0.0, end - start)
            last = max(last, end)
        return cls(found, words, match(found, words), heard.recording.annotated, left)


def misses_by(column: str, own: float, scores: Iterable[tuple[Word, float]]) -> dict[str, Share]:
    """Words that score below `own` by the value of a column, of the words that have one; decibels to the nearest 5.

    >>> words = [(Word("hey", columns={"snr": snr}), score) for snr, score in (("9", 0.2), ("11", 0.9), ("none", 0.1))]
    >>> misses_by("snr", 0.5, words)
    {'10 dB': Share(count=1, total=2), 'none': Share(count=1, total=1)}
    """
    shares: dict[str, Share] = {}
    for word, score in scores:
        if value := word.columns.get(column):
            value = _decibels(value) if column == "snr" else value
            share = shares.get(value, Share(0, 0))
            shares[value] = Share(share.count + (score < own), share.total + 1)
    return dict(sorted(shares.items(), key=lambda item: (_number(item[0]), item[0])))


def _decibels(value: str) -> str:
    number = _number(value)
    return f"{_STEP_DB * round(number / _STEP_DB)} dB" if math.isfinite(number) else value


def _number(value: str) -> float:
    try:
        return float(value.lower().removesuffix("db"))
    except ValueError:
        return math.inf
