"""Where the shipped model looked: when it found the word, when it missed it, and when other words came near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.picture import Chapter, panels
from specnet.audio.files import RATE
from specnet.inspect.attribution import class_activation, traced
from specnet.inspect.decisions import over_input
from specnet.inspect.draw import RANGE, overlaid, stretched
from specnet.inspect.evidence import evidence
from specnet.units import Seconds

NOISE_DB = 5.0  # how much louder the word is than the voice that speaks over it
OVER = "librispeech-26-495-0030"


@dataclass(frozen=True)
class Case:
    """A recording, and from when to when to look for the highest score."""

    title: str
    wave: np.ndarray
    span: tuple[Seconds, Seconds]
    word: tuple[Seconds, Seconds] | None


def spoken_over(name: str) -> np.ndarray:
    """A recording with another person speaking over it, `NOISE_DB` quieter."""
    wave = recordings.waveform(name)
    voice = np.resize(recordings.waveform(OVER), len(wave))
    level = np.sqrt(np.square(wave).mean() / np.square(voice).mean()) * 10 ** (-NOISE_DB / 20)
    return (wave + level * voice).astype(np.float32)


def cases() -> list[Case]:
    """A hit, a miss, and a near false alarm: all real recordings."""
    (start, end), (missed, until) = (recordings.WORD[name] for name in (recordings.GREETING, recordings.NEW_USER))
    return [
        Case("hit", recordings.waveform(recordings.GREETING), (start, end + 0.5), (start, end)),
        Case("miss", spoken_over(recordings.NEW_USER), (missed, until + 0.5), (missed, until)),
        Case("other words", recordings.waveform(recordings.BOOK), (0.0, 1.2), None),
    ]


def chapter() -> Chapter:
    listener = recordings.welcome()
    subject, layer = listener.subject, listener.subject.local_layer
    figure, axes = panels(1, 3, 2.4)
    facts: dict[str, object] = {"threshold": listener.detector.threshold(), "layer": layer.name, "noise_db": NOISE_DB}
    for axis, case in zip(axes[0], cases(), strict=True):
        hearing = listener.hear(case.wave)
        speaks = hearing.evidence(subject)[:, 0]
        score = hearing.best(speaks, *case.span)
        assert score is not None
        x, grid = hearing.window(score, subject), hearing.at(score)
        heat = over_input(class_activation(traced(subject, layer, x, 0)).numpy(), layer, (x.shape[-2], x.shape[-1]))
        values = x[0].numpy()
        grey = stretched(np.maximum(values, values.max() - RANGE))
        late, hop = subject.layers[-1].lookback, grid.stride / RATE
        first = grid.centre(late) - hop / 2
        shown = overlaid(grey, heat)[:, late:]
        axis.imshow(shown, extent=(first, first + hop * shown.shape[1], 0, len(shown)))
        for border in case.word or ():
            axis.axvline(border, color="white", linewidth=1)
        value = float(1 / (1 + np.exp(-speaks[score])))
        axis.set(
            yticks=[],
            xticks=np.arange(-0.5, 1.0, 0.5),
            xlim=axis.get_xlim(),
            xlabel="seconds",
            title=f"{case.title}: {value:.2f}",
        )
        key = case.title.replace(" ", "_")
        facts[key] = value
        if case.word:
            found = evidence(subject, hearing, score, 0)
            facts[f"{key}_inside"], facts[f"{key}_chance"] = found.inside(*case.word), found.chance(*case.word)
    return Chapter({"looking": figure}, facts)
