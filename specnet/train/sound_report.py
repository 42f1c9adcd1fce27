"""How good a training turned out, for people: a page of Markdown and a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from specnet.evaluate.plots import plot_det
from specnet.train.calibrate import Measured
from specnet.train.learner import Figures
from specnet.train.loop import best_epoch
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe

DET, REPORT = "det.png", "report.md"


def write_report(
    out: Path, recipe: SoundRecipe, measured: Measured, history: Sequence[Figures], sources: Iterable[Mapping[str, str]]
) -> None:
    """Write `report.md` and `det.png` into `out`: how good the model is, on what, and what it was trained on."""
    plot_det({recipe.name: measured.curve}, out / DET)
    (out / REPORT).write_text(report(recipe, measured, history, sources), encoding="utf-8")


def report(
    recipe: SoundRecipe, measured: Measured, history: Sequence[Figures], sources: Iterable[Mapping[str, str]]
) -> str:
    """The report as Markdown."""
    best = best_epoch(history, SoundLearner.goal)
    points = [
        f"| {point.false_alarms_per_hour:g} | {point.threshold:.3f} | {_percent(point.false_reject_rate)} |"
        for point in measured.points(recipe.calibration.operating_points)
    ]
    epochs = [
        f"| {row['epoch']:g}{' (kept)' if row is best else ''} | {row['training_loss']:.4f} "
        f"| {row['validation_loss']:.4f} | {_percent(row['false_reject_rate'])} |"
        for row in history
    ]
    rate = recipe.calibration.false_alarms_per_hour
    return "\n".join(
        [
            f"# {recipe.name}",
            "",
            f"Labels: {', '.join(recipe.labels)}. Network: {recipe.network.preset}. Seed {recipe.seed}, "
            f"{recipe.schedule.steps} steps of {recipe.schedule.batch_size} scenes.",
            "",
            "## On held-out validation sound",
            "",
            f"{len(measured.word_scores)} words, most of them composed from the same kinds of sources as the training "
            f"scenes, and {measured.hours:.2f} hours without any. The checkpoint was chosen on this sound too, so "
            "these figures are optimistic: judge the model on recordings of its own with `specnet evaluate`.",
            "",
            "| false alarms per hour | threshold | false rejects |",
            "|---|---|---|",
            *points,
            "",
            _boundaries(measured),
            "",
            f"![DET curve]({DET})",
            "",
            "## Epochs",
            "",
            f"| epoch | training loss | validation loss | false rejects at {rate:g} false alarms per hour |",
            "|---|---|---|---|",
            *epochs,
            "",
            "## Trained on",
            "",
            *(f"- {source['name']}: {source['licence']}" for source in sources),
            "",
        ]
    )


def _boundaries(measured: Measured) -> str:
    errors = measured.boundaries
    if errors is None:
        return "No word was found, so there are no boundaries to compare."
    return (
        f"Boundaries of {errors.count} words: mean error {errors.mean * 1000:.0f} ms "
        f"(start {errors.start * 1000:.0f}, end {errors.end * 1000:.0f})."
    )


def _percent(rate: float | None) -> str:
    return "?" if rate is None else f"{rate:.1%}"
