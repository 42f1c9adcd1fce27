"""The pictures of a report that are drawn by matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specnet.evaluate.plots import confusion_figure, det_figure, learning_figure, scores_figure
from specnet.train.calibrate import Measured
from specnet.train.learner import Figures
from specnet.train.loop import best_epoch
from specnet.train.report.findings import Promise, confusions, curves, promises
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = (5.0, 3.6)  # inches: so wide that a picture can be read on a telephone


def promised_by(recipe: SoundRecipe, measured: Measured) -> tuple[list[Promise], Promise]:
    """The operating points of the model file, and the one of them that the recipe wants."""
    promised = promises(measured, measured.points(recipe.calibration.operating_points))
    rate = recipe.calibration.false_alarms_per_hour
    [own] = [promise for promise in promised if promise.point.false_alarms_per_hour == rate]
    return promised, own


def report_figures(recipe: SoundRecipe, measured: Measured, history: Sequence[Figures]) -> dict[str, Figure]:
    """By name: `det` curve, histograms of `scores`, `confusions` at the recipe's operating point, and `epochs`."""
    promised, own = promised_by(recipe, measured)
    labels, threshold = recipe.reported, own.point.threshold
    counts = confusions(measured, labels, threshold)
    kept = best_epoch(history, SoundLearner.goal)["epoch"]
    return {
        "det": det_figure(curves(measured, recipe.name, labels), [promise.point for promise in promised], SIZE),
        "scores": scores_figure(measured.word_scores, measured.alarm_scores, threshold, SIZE),
        "confusions": confusion_figure(counts, [*labels, "no word"], [*labels, "nothing"], SIZE),
        "epochs": learning_figure(history, SoundLearner.goal.rate, "words missed", kept, SIZE),
    }
