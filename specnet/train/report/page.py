"""How good a training turned out, for people: one page, `report.html`, that needs nothing beside itself."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from specnet.data.utterance import Utterance
from specnet.pages.listen import Excerpt, excerpt, listened
from specnet.pages.pictures import inline_svg, page_style
from specnet.pages.render import render
from specnet.train.calibrate import Alarm, Measured, Spoken, Validation
from specnet.train.learner import Figures
from specnet.train.loop import best_epoch
from specnet.train.report.figures import promised_by, report_figures
from specnet.train.report.findings import (
    Counted,
    Place,
    Promise,
    heard_at,
    highest_alarms,
    missed_by,
    mistaken_by,
    worst_words,
)
from specnet.train.report.words import FILTERS, verdict
from specnet.train.settings import to_toml
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe

REPORT = "report.html"


class Missed(NamedTuple):
    """A missed word, to hear."""

    spoken: Spoken
    voice: str
    sound: Excerpt


class Mistaken(NamedTuple):
    """What was taken for a word, to hear; `rate` is the lowest operating point that lets it through, if any does."""

    alarm: Alarm
    place: Place
    rate: float | None
    sound: Excerpt


class Learnt(NamedTuple):
    """A scene that was learnt from, to hear, and the words in it."""

    words: list[str]
    sound: Excerpt


def write_report(
    model: Path,
    recipe: SoundRecipe,
    measured: Measured,
    validation: Validation,
    history: Sequence[Figures],
    sources: Iterable[Mapping[str, str]],
    scenes: Sequence[Utterance] = (),
) -> str:
    """Write `report.html` beside the file `model`: how good it is, on what, what it missed and what it mistook, and
    some of the `scenes` that it learnt from.

    Returns its verdict, one sentence.
    """
    promised, own = promised_by(recipe, measured)
    thresholds = own.point.threshold, promised[-1].point.threshold
    values: dict[str, Any] = {
        "recipe": recipe,
        "toml": to_toml(recipe.to_dict()),
        "model": shlex.quote(str(model)),
        "measured": measured,
        "none_heard": Counted(0, measured.hours),
        "promised": promised,
        "own": own,
        "verdict": verdict(own, recipe),
        "missed_by": missed_by(measured, own.point.threshold),
        "mistaken_by": mistaken_by(measured, validation.negatives, recipe.reported, *thresholds),
        "worst": _missed(recipe, measured, validation, own),
        "mistaken": _mistaken(recipe, measured, validation, promised),
        "history": history,
        "kept": best_epoch(history, SoundLearner.goal),
        "scenes": [_learnt(recipe, scene) for scene in scenes],
        "sources": sources,
        **_pictures(recipe, measured, history, own),
    }
    text = render(Path(__file__).with_name(REPORT), values, FILTERS)
    part = model.with_name(f".{REPORT}.{os.getpid()}.tmp")
    part.write_text(text, encoding="utf-8")
    part.replace(model.with_name(REPORT))
    return verdict(own, recipe)


def _missed(recipe: SoundRecipe, measured: Measured, validation: Validation, own: Promise) -> list[Missed]:
    found = []
    for spoken in worst_words(measured, own.point.threshold):
        scene, word = validation.positives[spoken.scene], spoken.word
        voices = {voice.label for voice in scene.voices if voice.start < word.end and voice.end > word.start}
        sound = excerpt(scene.waveform, word.start, word.end, recipe.features)
        found.append(Missed(spoken, ", ".join(sorted(voices)), sound))
    return found


def _mistaken(
    recipe: SoundRecipe, measured: Measured, validation: Validation, promised: Sequence[Promise]
) -> list[Mistaken]:
    found = []
    for alarm in highest_alarms(measured):
        segment = alarm.segment
        rates = [p.point.false_alarms_per_hour for p in promised if p.point.threshold <= segment.score]
        waveform = validation.negatives[alarm.stream].waveform
        sound = excerpt(waveform, segment.start, segment.end, recipe.features)
        found.append(Mistaken(alarm, heard_at(alarm, validation.negatives), min(rates, default=None), sound))
    return found


def _learnt(recipe: SoundRecipe, scene: Utterance) -> Learnt:
    marks = [(word.start, word.end) for word in scene.words]
    return Learnt([word.label for word in scene.words], listened(scene.waveform, marks, recipe.features))


def _pictures(recipe: SoundRecipe, measured: Measured, history: Sequence[Figures], own: Promise) -> dict[str, str]:
    words, alarms = len(measured.words), len(measured.alarms)
    said = {
        "det": "Curve: the share of words missed over the false alarms per hour, with its 95 % interval. The table of "
        "thresholds says the same in figures.",
        "scores": f"Histograms of the scores of {words} words, {own.missed.count} of them below the threshold, and of "
        f"{alarms} candidates for false alarms, {own.alarms.count} of them above it.",
        "confusions": "Table of counts: what was said, in rows, and what it was taken for, in columns.",
        "epochs": "Curves over the epochs: training and validation loss, and words missed. The table of epochs says "
        "the same in figures.",
    }
    with page_style():
        drawn = report_figures(recipe, measured, history)
        return {name: inline_svg(figure, name, said[name]) for name, figure in drawn.items()}
