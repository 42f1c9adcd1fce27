"""How good a training turned out, for people: one page, `report.html`, that needs nothing beside itself."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from specnet.evaluate.plots import det_figure, scores_figure
from specnet.train.calibrate import Alarm, Measured, Spoken, Validation
from specnet.train.learner import Figures
from specnet.train.loop import best_epoch
from specnet.train.report.findings import (
    Counted,
    Place,
    Promise,
    curves,
    heard_at,
    highest_alarms,
    missed_by,
    mistaken_by,
    promises,
    worst_words,
)
from specnet.train.report.listen import Excerpt, excerpt
from specnet.train.report.pictures import inline_svg, page_style
from specnet.train.report.words import FILTERS, verdict
from specnet.train.settings import to_toml
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe

REPORT = "report.html"
SIZE = (5.0, 3.6)  # inches: so wide that a picture can be read on a telephone


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


def write_report(
    model: Path,
    recipe: SoundRecipe,
    measured: Measured,
    validation: Validation,
    history: Sequence[Figures],
    sources: Iterable[Mapping[str, str]],
) -> str:
    """Write `report.html` beside the file `model`: how good it is, on what, what it missed and what it mistook.

    Returns its verdict, one sentence.
    """
    promised = promises(measured, measured.points(recipe.calibration.operating_points))
    rate = recipe.calibration.false_alarms_per_hour
    [own] = [promise for promise in promised if promise.point.false_alarms_per_hour == rate]
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
        "sources": sources,
        **_pictures(recipe, measured, promised, own),
    }
    folder = Path(__file__).parent
    pages = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= FILTERS
    text = pages.get_template(REPORT).render(values, style=(folder / "report.css").read_text(encoding="utf-8"))
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


def _pictures(recipe: SoundRecipe, measured: Measured, promised: Sequence[Promise], own: Promise) -> dict[str, str]:
    words, alarms = len(measured.words), len(measured.alarms)
    with page_style():
        det = det_figure(curves(measured, recipe.name, recipe.reported), [promise.point for promise in promised], SIZE)
        scores = scores_figure(measured.word_scores, measured.alarm_scores, own.point.threshold, SIZE)
        return {
            "det": inline_svg(
                det,
                "det",
                "Curve: the share of words missed over the false alarms per hour, with its 95 % interval. The table of "
                "thresholds says the same in figures.",
            ),
            "scores": inline_svg(
                scores,
                "scores",
                f"Histograms of the scores of {words} words, {own.missed.count} of them below the threshold, and of "
                f"{alarms} candidates for false alarms, {own.alarms.count} of them above it.",
            ),
        }
