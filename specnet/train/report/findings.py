"""What the report of a training says: who was missed, and what was taken for a word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from specnet.data.held_out import Stream
from specnet.data.interval import Interval, overlapping
from specnet.evaluate.measure import misses_by
from specnet.evaluate.rates import Curve, Point, sweep
from specnet.evaluate.report import Share
from specnet.runtime.bundle import OperatingPoint
from specnet.train.calibrate import Alarm, Measured, Spoken
from specnet.units import Seconds

WORST = 12
AROUND: Seconds = 0.25  # of a false alarm: what is said there may begin before and end after it
COLUMNS = {"label": "label", "made": "how the word was made", "snr": "loudness over the noise (SNR)"}


@dataclass(frozen=True, slots=True)
class Counted:
    """False alarms that were counted in so many hours."""

    count: int
    hours: float

    @property
    def rate(self) -> float:
        return self.count / self.hours

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the rate. Source: F. Garwood, Biometrika 28 (1936).

        >>> low, high = Counted(0, 2.0).interval
        >>> round(low, 2), round(high, 2)
        (0.0, 1.84)
        """
        low = chi2.ppf(0.025, 2 * self.count) / 2 if self.count else 0.0
        return float(low) / self.hours, float(chi2.ppf(0.975, 2 * self.count + 2)) / 2 / self.hours


class Promise(NamedTuple):
    """A threshold of the model file, and what was counted at it."""

    point: OperatingPoint
    outcome: Point

    @property
    def missed(self) -> Share:
        return Share(self.outcome.misses, self.outcome.words)

    @property
    def alarms(self) -> Counted:
        return Counted(self.outcome.false_alarms, self.outcome.hours)


def promises(measured: Measured, points: Iterable[OperatingPoint]) -> list[Promise]:
    """The operating points, each beside what happens at its threshold."""
    curve = measured.curve
    return [Promise(point, curve.at_threshold(point.threshold)) for point in points]


def curves(measured: Measured, name: str, labels: Sequence[str]) -> dict[str, Curve]:
    """The curve of all words, called `name`, and those of the `labels` where there are several."""
    found = {name: measured.curve}
    for label in labels if len(labels) > 1 else ():
        words = [spoken.score for spoken in measured.words if spoken.word.label == label]
        alarms = [alarm.segment.score for alarm in measured.alarms if alarm.segment.label == label]
        if words:
            found[label] = sweep(words, alarms, measured.hours)
    return found


def confusions(measured: Measured, labels: Sequence[str], threshold: float) -> NDArray[np.int64]:
    """How often each of the `labels` [row], or no word (the last), was taken for each of them [column], or for nothing.

    A word counts as what scored highest where it is said; nobody can count how often nothing was taken for nothing.
    """
    place = {label: index for index, label in enumerate(labels)}
    counts = np.zeros((len(labels) + 1, len(labels) + 1), np.int64)
    for spoken in measured.words:
        heard = {**spoken.others, spoken.word.label: spoken.score}
        best = max(heard, key=lambda label: heard[label])
        counts[place[spoken.word.label], place[best] if heard[best] >= threshold else -1] += 1
    for alarm in measured.alarms:
        if alarm.segment.score >= threshold:
            counts[-1, place[alarm.segment.label]] += 1
    return counts


def missed_by(measured: Measured, threshold: float) -> dict[str, Mapping[str, Share]]:
    """The missed words by what is known of them, under the title of each table; no table of a single row."""
    scores = [(spoken.word, spoken.score) for spoken in measured.words]
    tables = {title: misses_by(column, threshold, scores) for column, title in COLUMNS.items()}
    return {title: shares for title, shares in tables.items() if len(shares) > 1}


def mistaken_by(
    measured: Measured, streams: Sequence[Stream], labels: Sequence[str], *thresholds: float
) -> dict[str, Mapping[str, list[Counted]]]:
    """The false alarms at each threshold, by label and by the source of the recording, as `missed_by`.

    Those that fire most often at the last threshold come first.
    """
    seconds: defaultdict[str, Seconds] = defaultdict(float)
    for stream in streams:
        for clip in stream.clips:
            seconds[clip.source] += clip.duration
    hours = {
        "label": dict.fromkeys(labels, measured.hours),
        "source of the recording": {source: length / 3600 for source, length in seconds.items()},
    }
    fired: dict[str, list[Counter[str]]] = {title: [] for title in hours}
    for threshold in thresholds:
        alarms = [alarm for alarm in measured.alarms if alarm.segment.score >= threshold]
        fired["label"].append(Counter(alarm.segment.label for alarm in alarms))
        fired["source of the recording"].append(Counter(heard_at(alarm, streams).source for alarm in alarms))
    return {
        title: dict(
            sorted(
                ((name, [Counted(counts[name], heard) for counts in fired[title]]) for name, heard in each.items()),
                key=lambda row: -row[1][-1].rate,
            )
        )
        for title, each in hours.items()
        if len(each) > 1
    }


def worst_words(measured: Measured, threshold: float) -> list[Spoken]:
    """The missed words of the lowest scores, lowest first."""
    missed = (spoken for spoken in measured.words if spoken.score < threshold)
    return nsmallest(WORST, missed, key=lambda spoken: spoken.score)


def highest_alarms(measured: Measured) -> list[Alarm]:
    """The false alarms of the highest scores, highest first, whether or not they reach a threshold."""
    return nlargest(WORST, measured.alarms, key=lambda alarm: alarm.segment.score)


class Place(NamedTuple):
    """Where a false alarm is heard: the recording, its source and speaker (empty: unknown), and the second of it.

    `text` and `phones` are what is said there, where that is known; `exact` is off where `text` is all that is said in
    the recording.
    """

    recording: str
    source: str
    speaker: str
    second: Seconds
    text: str
    exact: bool
    phones: str


def heard_at(alarm: Alarm, streams: Sequence[Stream]) -> Place:
    """Where in the `streams` a false alarm is heard."""
    segment = alarm.segment
    middle = (segment.start + segment.end) / 2
    clip, second = streams[alarm.stream].at(middle)
    start, end = second - (middle - segment.start) - AROUND, second + (segment.end - middle) + AROUND

    def said(known: Sequence[Interval]) -> str:
        return " ".join(each.label for each in overlapping(known, start, end))

    exact = len(clip.text) != 1 or clip.text[0].end < clip.duration
    first = max(0.0, second - (middle - segment.start))
    return Place(clip.name, clip.source, clip.speaker, first, said(clip.text), exact, said(clip.phones))
