"""Look into a network over a folder: what it is surest of, what it misses and mistakes, and what decided."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from specnet.app.detect import FALSE_ALARMS_PER_HOUR, Detector
from specnet.app.inspect import Looking, read_picture
from specnet.audio.files import read
from specnet.data.picture_files import picture_paths
from specnet.errors import SpecnetError
from specnet.evaluate.matching import match
from specnet.evaluate.references import Recording, Word, find_label, read_all
from specnet.inspect.attribution import class_activation, traced
from specnet.inspect.decisions import over_input
from specnet.inspect.evidence import LATE, Evidence, InsideWords, of_word
from specnet.inspect.folder_page import (
    Card,
    Findings,
    Group,
    folder_page,
    mean_of_pictures,
    mean_of_words,
    picture_card,
    sound_card,
)
from specnet.inspect.listening import Hearing
from specnet.inspect.subject import Subject
from specnet.pages.store import Store
from specnet.runtime.bundle import Bundle, ImageBundle
from specnet.timeline import Segment
from specnet.units import Seconds

SHOWN = 8
"""Of the surest and of the worst, each."""

Progress = Callable[[Sequence[Any], str], Iterable[Any]]
"""Passes things on while it shows how far along they are, under a title."""


class Found(NamedTuple):
    """A word (None: a false alarm), and the candidate that was found for it, if any: in a recording."""

    recording: Recording
    label: str
    word: Word | None
    segment: Segment | None

    @property
    def score(self) -> float:
        return self.segment.score if self.segment else 0.0


def inspect_folder(looking: Looking, root: Path, store: Store, progress: Progress = lambda all, _: all) -> str:
    """The page of a folder, HTML, whose pictures and sounds go to `store`: see `specnet inspect --dataset`.

    Raises `SpecnetError` where there is nothing to look at, or it is not known what should be found.
    """
    if isinstance(looking.bundle, Bundle):
        return folder_page(looking.subject, "sound", _words(looking.subject, looking.bundle, root, store, progress))
    if not isinstance(looking.bundle, ImageBundle):
        raise SpecnetError(f"{looking.subject.name}: knows no labels: --dataset is for a model")
    return folder_page(looking.subject, "image", _pictures(looking, looking.bundle, root, store, progress))


def _words(subject: Subject, bundle: Bundle, root: Path, store: Store, progress: Progress) -> Findings:
    detector, recordings = Detector(bundle), read_all(root, bundle.labels)
    threshold = detector.threshold(FALSE_ALARMS_PER_HOUR)
    found: list[Found] = []
    known: list[tuple[str, Evidence, Seconds, Seconds]] = []
    length = 0.0
    for recording in progress(recordings, "listening"):
        with recording.sound.on_disk() as path:
            waveform = read(path, bundle.features.sample_rate)
        candidates, duration = detector.candidates(waveform, bundle.features.sample_rate)
        length += duration
        found += _matched(recording, candidates, bundle)
        if any(word.bounded for word in recording.words):
            hearing = Hearing.of(waveform, subject, bundle.features, detector.grid)
            known += _inside(subject, hearing, recording.words)
    spoken, alarms = [one for one in found if one.word], [one for one in found if one.word is None]
    hits = sorted((one for one in spoken if one.score >= threshold), key=lambda one: -one.score)
    misses = sorted((one for one in spoken if one.score < threshold), key=lambda one: one.score)
    fired = sorted((one for one in alarms if one.score >= threshold), key=lambda one: -one.score)
    by_label: dict[str, list[tuple[Evidence, Seconds, Seconds]]] = defaultdict(list)
    for label, decided, start, end in known:
        by_label[label].append((decided, start, end))

    def cards(some: Sequence[Found], kind: str) -> list[Card]:
        return [_card(subject, detector, one, store, f"{kind}-{i}") for i, one in enumerate(some[:SHOWN])]

    return Findings(
        root.name,
        f"{len(recordings)} recordings, {length / 60:.1f} minutes, at the threshold {threshold:.3g}.",
        (
            Group("Hits", "The surest.", len(hits), cards(hits, "hit")),
            Group("Misses", "The worst, which score least.", len(misses), cards(misses, "miss")),
            Group("False alarms", "The worst, which score most.", len(fired), cards(fired, "alarm")),
        ),
        mean_of_words(by_label, store),
        InsideWords.of([each for words in by_label.values() for each in words]),
    )


def _matched(recording: Recording, candidates: Sequence[Segment], bundle: Bundle) -> Iterator[Found]:
    """Every word with its candidate, and every candidate that is of none."""
    for label in bundle.card.reported:
        words = [word for word in recording.words if word.label == label]
        of_label = [segment for segment in candidates if segment.label == label]
        matched = match(of_label, words)
        for word, segment in zip(words, matched.holders, strict=True):
            yield Found(recording, label, word, segment)
        for segment in matched.strays:
            yield Found(recording, label, None, segment)


def _inside(
    subject: Subject, hearing: Hearing, words: Sequence[Word]
) -> Iterator[tuple[str, Evidence, Seconds, Seconds]]:
    """What decided on each word whose boundaries are known."""
    for word in words:
        if word.bounded and word.label in subject.labels:
            found = of_word(subject, hearing, subject.labels.index(word.label), word.start, word.end)
            if found is not None:
                yield word.label, found, word.start, word.end


def _card(subject: Subject, detector: Detector, one: Found, store: Store, name: str) -> Card:
    features = detector.bundle.features
    with one.recording.sound.on_disk() as path:
        waveform = read(path, features.sample_rate)
    hearing = Hearing.of(waveform, subject, features, detector.grid)
    label = subject.labels.index(one.label)
    track = hearing.evidence(subject)[:, label]
    start, end = (one.word.start, one.word.end) if one.word else (-math.inf, math.inf)
    if one.segment:
        score = hearing.peak(track, one.segment)
        start, end = max(start, one.segment.start), min(end, one.segment.end)
    else:
        start, end = max(0.0, start), min(hearing.duration, end)
        score = hearing.best(track, start, end + LATE) or 0
    when = hearing.scan.end(score)
    texts = (f"{one.label}, score {one.score:.3f}", f"{one.recording.sound.name} until {when:.2f} s")
    return sound_card(subject, hearing, waveform, (score, label), (start, end), texts, store, name)


def _pictures(looking: Looking, bundle: ImageBundle, root: Path, store: Store, progress: Progress) -> Findings:
    subject, classes = looking.subject, bundle.card.classes
    paths = picture_paths(root)
    if not paths:
        raise SpecnetError(f"{root}: no pictures there: should have a folder for each of {', '.join(classes)}")
    judged: list[tuple[Path, int, int, list[float]]] = []
    heats = defaultdict(list)
    for path in progress(paths, "looking"):
        label = find_label(path.parent.name, classes)
        if label is None:
            raise SpecnetError(f"{path}: {path.parent.name!r} is none of the labels {', '.join(classes)}")
        image = read_picture(str(path), looking)
        x = torch.from_numpy(image)[None]
        with torch.no_grad():
            found = subject(x)[0, :, 0].softmax(dim=0).numpy()
        true = subject.labels.index(label)
        taken = max((subject.labels.index(each) for each in classes), key=lambda i: found[i])
        judged.append((path, true, taken, found.tolist()))
        if taken == true:
            heats[label].append(_heat(subject, x, true))
    hits = sorted((one for one in judged if one[1] == one[2]), key=lambda one: -one[3][one[1]])
    misses = sorted((one for one in judged if one[1] != one[2]), key=lambda one: one[3][one[1]])
    alarms = sorted((one for one in judged if one[1] != one[2]), key=lambda one: -one[3][one[2]])

    def cards(some: Sequence[tuple[Path, int, int, list[float]]], of: int, kind: str) -> list[Card]:
        made = []
        for number, (path, *labels, found) in enumerate(some[:SHOWN]):
            image = read_picture(str(path), looking)
            heat = _heat(subject, torch.from_numpy(image)[None], labels[of])
            title = f"{subject.labels[labels[of]]}, {found[labels[of]]:.3f}"
            note = f"{path.parent.name}/{path.name}, taken for {subject.labels[labels[1]]}"
            made.append(picture_card(image, heat, (title, note), store, f"{kind}-{number}"))
        return made

    return Findings(
        root.name,
        f"{len(judged)} pictures.",
        (
            Group("Hits", "The surest.", len(hits), cards(hits, 0, "hit")),
            Group("Misses", "What speaks for the right label, where that is least probable.", len(misses),
                  cards(misses, 0, "miss")),
            Group("False alarms", "What speaks for the wrong label, where that is most probable.", len(alarms),
                  cards(alarms, 1, "alarm")),
        ),
        mean_of_pictures(heats, store),
    )  # fmt: skip


def _heat(subject: Subject, x: torch.Tensor, label: int) -> np.ndarray:
    layer = subject.local_layer
    return over_input(class_activation(traced(subject, layer, x, label)).numpy(), layer, (x.shape[-2], x.shape[-1]))
