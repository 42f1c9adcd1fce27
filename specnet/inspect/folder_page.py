"""A folder looked into, as a page: hits, misses and false alarms with what decided, and the mean of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specnet.inspect import draw
from specnet.inspect.attribution import class_activation, traced
from specnet.inspect.decisions import over_input
from specnet.inspect.evidence import Evidence, InsideWords
from specnet.inspect.file_page import TEMPLATES
from specnet.inspect.listening import Hearing
from specnet.inspect.subject import Subject
from specnet.pages.listen import mp3
from specnet.pages.pictures import page_style
from specnet.pages.render import render
from specnet.pages.store import Store
from specnet.units import Seconds


@dataclass(frozen=True)
class Card:
    """One decision: a picture with what decided over it, the sound that was heard, and, 0 to 1 from left to right,
    where the word is."""

    title: str
    note: str
    picture: str
    audio: str | None = None
    word: tuple[float, float] | None = None


@dataclass(frozen=True)
class Group:
    """Decisions of one kind: how many there are in all, and some of them."""

    title: str
    about: str
    count: int
    cards: Sequence[Card]


@dataclass(frozen=True)
class Mean:
    """Of a label: its name, of how many decisions, a picture of the mean of what decided."""

    label: str
    count: int
    figure: str


@dataclass(frozen=True)
class Findings:
    """What the page of a folder shows."""

    folder: str
    looked_at: str
    groups: Sequence[Group]
    means: Sequence[Mean]
    words: InsideWords | None = None


def folder_page(subject: Subject, kind: str, findings: Findings) -> str:
    """The page of a folder, HTML; `kind` is "sound" or "image"."""
    values = {"subject": subject, "kind": kind, "findings": findings}
    return render(TEMPLATES / "folder.html", values, {})


def sound_card(
    subject: Subject,
    hearing: Hearing,
    waveform: NDArray[np.float32],
    place: tuple[int, int],
    word: tuple[Seconds, Seconds],
    texts: tuple[str, str],
    store: Store,
    name: str,
) -> Card:
    """What one score heard, `place` being its number and that of its label; `texts` are title and note."""
    score, label = place
    x, grid = hearing.window(score, subject), hearing.at(score)
    layer, late = subject.local_layer, subject.layers[-1].lookback
    energy = class_activation(traced(subject, layer, x, label)).numpy()
    heat = over_input(energy, layer, (x.shape[-2], x.shape[-1]))[:, late:]
    grey = draw.stretched(np.maximum(x[0, :, late:].numpy(), float(x.max()) - draw.RANGE))
    picture = store.file(f"{name}.png", draw.png(draw.overlaid(grey, heat)[::-1]))
    start, end = grid.start(late), grid.end(x.shape[-1] - 1)
    rate = grid.sample_rate
    first, last = round(start * rate), round(end * rate)
    padded = np.pad(waveform[max(0, first) : max(0, last)], (max(0, -first), 0))
    padded = np.pad(padded, (0, max(0, last - first - len(padded))))
    begins, ends = (min(max((time - start) / (end - start), 0.0), 1.0) for time in word)
    return Card(*texts, picture, store.file(f"{name}.mp3", mp3(padded, rate)), (begins, ends))


def picture_card(
    image: NDArray[np.float32], heat: NDArray[np.float64], texts: tuple[str, str], store: Store, name: str
) -> Card:
    """A picture ``[channels, H, W]`` and what decided, ``[H, W]``; `texts` are title and note."""
    return Card(*texts, store.file(f"{name}.png", draw.png(draw.overlaid(image.mean(axis=0), heat))))


def mean_of_words(found: Mapping[str, Sequence[tuple[Evidence, Seconds, Seconds]]], store: Store) -> list[Mean]:
    """For each label: how much decides how long before the score, and where the words are then, on average."""
    means = []
    for number, (label, words) in enumerate(found.items()):
        before = words[0][0].before
        energies = [evidence.energy / max(float(evidence.energy.sum()), 1e-12) for evidence, *_ in words]
        start, end = (float(np.mean([evidence.end - word[i] for evidence, *word in words])) for i in (0, 1))
        with page_style():
            figure = draw.before_score(before, np.mean(energies, axis=0), (start, end))
            about = f"What decides on {label}, over the time before the score"
            means.append(Mean(label, len(words), store.figure(f"mean-{number}", figure, about)))
    return means


def mean_of_pictures(found: Mapping[str, Sequence[NDArray[np.float64]]], store: Store) -> list[Mean]:
    """For each label: where it is decided, the mean over its pictures."""
    means = []
    for number, (label, heats) in enumerate(found.items()):
        source = store.file(f"mean-{number}.png", draw.png(draw.stretched(np.mean(heats, axis=0)), "magma"))
        means.append(Mean(label, len(heats), f'<img src="{source}" alt="The mean of what decides on {label}">'))
    return means
