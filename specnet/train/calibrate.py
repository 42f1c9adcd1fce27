"""How good the network is on held-out sound: exported and scanned as the product, so the figures are the product's."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from specnet.data.held_out import Stream, made_of
from specnet.data.interval import Interval
from specnet.data.scenes import Scene
from specnet.detect.segmenter import Segmenter
from specnet.evaluate.matching import match
from specnet.evaluate.rates import Curve, calibrate, sweep
from specnet.evaluate.references import Word
from specnet.evaluate.segments import BoundaryErrors, boundary_errors
from specnet.models.build import load_weights, save_weights
from specnet.models.export import step_graph
from specnet.models.heads import Keyword
from specnet.runtime.bundle import Bundle, ModelCard, OperatingPoint
from specnet.scan import Scanner
from specnet.timeline import Segment
from specnet.train.sound_recipe import SoundRecipe

Waveform = NDArray[np.float32]


class Validation(Protocol):
    """Held-out sound: recordings with the words in them, and recordings without any."""

    @property
    def positives(self) -> Sequence[Scene]: ...
    @property
    def negatives(self) -> Sequence[Stream]: ...


class Spoken(NamedTuple):
    """A word, the highest threshold that finds it (-inf: none does), and the index of its scene in the positives.

    The columns of the word are what is known of it: its `label`, how it was `made`, and the `snr` of its scene.
    `others` are the labels that it may have been taken for, with the highest score of each.
    """

    word: Word
    score: float
    scene: int
    others: Mapping[str, float] = MappingProxyType({})


class Alarm(NamedTuple):
    """A candidate where no word is said, and the index of its stream in the negatives."""

    segment: Segment
    stream: int


@dataclass(frozen=True)
class Measured:
    """The words of the positives, the candidates in `hours` of negatives, and how far the words' ends are missed."""

    words: tuple[Spoken, ...]
    alarms: tuple[Alarm, ...]
    hours: float
    boundaries: BoundaryErrors | None

    @property
    def word_scores(self) -> list[float]:
        return [spoken.score for spoken in self.words]

    @property
    def alarm_scores(self) -> list[float]:
        return [alarm.segment.score for alarm in self.alarms]

    def points(self, rates: Iterable[float]) -> tuple[OperatingPoint, ...]:
        """Thresholds for given false alarms per hour."""
        return calibrate(self.word_scores, self.alarm_scores, self.hours, rates)

    def at(self, rate: float) -> OperatingPoint:
        """The threshold for one rate of false alarms per hour, and how many words it rejects."""
        [point] = self.points([rate])
        return point

    @property
    def curve(self) -> Curve:
        """False rejects against false alarms over every threshold."""
        return sweep(self.word_scores, self.alarm_scores, self.hours)


def product(recipe: SoundRecipe, keyword: Keyword) -> Bundle:
    """The network of a recipe as its file will hold it, not yet calibrated."""
    card = ModelCard(
        name=recipe.name,
        labels=recipe.labels,
        features=recipe.features,
        grid=keyword.grid(recipe.features.frames, recipe.features.sample_rate),
        head=recipe.head.kind,
        unknown=recipe.data.unknown,
    )
    weights = save_weights(keyword)
    shipped = copy.deepcopy(keyword)
    load_weights(shipped, weights)  # rounded as in the file, so that graph and weights are the same network
    return Bundle(card, step_graph(shipped), weights, file=b"")


def candidates(scanner: Scanner, card: ModelCard, waveform: Waveform) -> list[Segment]:
    """Every segment of the labels that are reported that some threshold lets through."""
    segmenter = Segmenter(card.labels, scanner.grid)
    track, scan = scanner.step(waveform, scanner.start())
    segments, state = segmenter.step(track, segmenter.start())
    duration = scanner.duration(scan)
    last, state = segmenter.step(scanner.finish(scan), state, duration)
    found = segments + last + segmenter.finish(state, duration)
    return [segment for segment in found if segment.label in card.reported]


def measure(bundle: Bundle, validation: Validation) -> Measured:
    """Look for the labels in all of the validation sound."""
    scanner = Scanner(bundle)
    words: list[Spoken] = []
    found: list[tuple[list[Segment], list[Word]]] = []
    for number, scene in enumerate(validation.positives):
        segments = candidates(scanner, bundle.card, scene.waveform)
        said = [_word(scene, word) for word in scene.words]
        for label in bundle.card.reported:
            of_label = [segment for segment in segments if segment.label == label]
            spoken = [word for word in said if word.label == label]
            scores = match(of_label, spoken).scores
            words += (
                Spoken(word, score, number, _others(segments, word)) for word, score in zip(spoken, scores, strict=True)
            )
            found.append((of_label, spoken))
    alarms: list[Alarm] = []
    samples = 0
    for number, stream in enumerate(validation.negatives):
        waveform = stream.waveform
        alarms += (Alarm(segment, number) for segment in candidates(scanner, bundle.card, waveform))
        samples += len(waveform)
    return Measured(tuple(words), tuple(alarms), samples / bundle.grid.sample_rate / 3600, boundary_errors(found))


def _others(segments: Iterable[Segment], word: Word) -> dict[str, float]:
    """What else is found where a word is said."""
    found: dict[str, float] = {}
    for segment in segments:
        if segment.label != word.label and word.start <= (segment.start + segment.end) / 2 <= word.end:
            found[segment.label] = max(segment.score, found.get(segment.label, 0.0))
    return found


def _word(scene: Scene, word: Interval) -> Word:
    snr = "no noise" if scene.snr_db is None else f"{scene.snr_db:.1f} dB"
    return Word(*word, {"label": word.label, "made": made_of(scene, word), "snr": snr})
