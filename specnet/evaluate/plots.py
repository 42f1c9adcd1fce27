"""Pictures of an evaluation. Needs matplotlib, which is imported when a picture is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from specnet.errors import MissingExtra, SpecnetError
from specnet.evaluate.rates import RATES, Curve
from specnet.runtime.bundle import OperatingPoint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
EDGE = 9.0  # log odds: scores beyond are drawn there
BINS = 45
CELL = 0.35  # inches


def plot_det(curves: Mapping[str, Curve], path: Path, suffix: str = "") -> None:
    """Draw `det_figure` into a file; `suffix` says which kind of picture, else that of `path`.

    Errors: matplotlib is missing, a suffix that it does not know, a path that cannot be written.
    """
    figure = det_figure(curves)
    try:
        figure.savefig(path, dpi=150, format=(suffix or path.suffix).removeprefix(".") or None)
    except (OSError, ValueError) as error:
        raise SpecnetError(f"{path}: the picture cannot be written ({error})") from error


def det_figure(
    curves: Mapping[str, Curve], points: Iterable[OperatingPoint] = (), size: tuple[float, float] = (7, 4.5)
) -> Figure:
    """False-reject rate against false alarms per hour (a log axis), with the 95 % interval shaded.

    Each curve is a staircase, without interpolation. It is dotted where less than one false alarm is allowed in all
    of the negatives: they are too short to tell such rates apart. `points` are marked where they promise to be; `size`
    is in inches. Errors: matplotlib is missing.
    """
    figure = _figure(size)
    axes = figure.subplots()
    lowest, highest = min(RATES) / 2, max(RATES) * 10
    for label, curve in curves.items():
        steps = np.unique([lowest, highest, 1 / curve.hours, *(curve.false_alarms / curve.hours)])
        rates = steps[(steps >= lowest) & (steps <= highest)]
        reached = [curve.at(rate) for rate in rates]
        percent = np.array([point.false_reject_rate for point in reached]) * 100
        low, high = np.array([point.interval for point in reached]).T * 100
        told = rates >= 1 / curve.hours
        untold = rates <= 1 / curve.hours
        hours, words = curve.hours, curve.words
        [line] = axes.step(
            rates[told], percent[told], where="post", label=f"{label} ({words} words, {hours:.2g} h of negatives)"
        )
        axes.step(rates[untold], percent[untold], where="post", color=line.get_color(), linestyle=":")
        axes.fill_between(rates, low, high, step="post", color=line.get_color(), alpha=0.12, linewidth=0)
    marked = [(p.false_alarms_per_hour, 100 * p.false_reject_rate) for p in points if p.false_reject_rate is not None]
    if marked:
        axes.plot(*zip(*marked, strict=True), "o", markersize=6, label="thresholds in the model file", zorder=3)
    axes.set(xscale="log", xlim=(lowest, highest), ylim=(0, 102))
    axes.set(xlabel="false alarms per hour", ylabel="false rejects (%)", xticks=[*RATES, 5, 10])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(loc="upper right")
    return figure


def scores_figure(
    words: ArrayLike, alarms: ArrayLike, threshold: float, size: tuple[float, float] = (7, 4.5)
) -> Figure:
    """Histograms of the scores of words (above; -inf: those never found) and of false alarms (below, a log axis).

    Scores lie along their log odds, so that the crowds near 0 and 1 come apart; `size` is in inches. Errors: matplotlib
    is missing.
    """
    figure = _figure(size)
    upper, lower = figure.subplots(2, 1, sharex=True)
    [line] = _log_odds(np.array([threshold]))
    edges = np.linspace(-EDGE, EDGE, BINS + 1)
    said = np.asarray(words, np.float64)
    never = int(np.isneginf(said).sum())
    upper.hist(_log_odds(said[np.isfinite(said)]), edges, color="C0")
    if never:
        upper.bar(-EDGE - 1, never, width=0.8, color="C3")
        upper.annotate(
            f"{never} never found", (-EDGE - 1, never), xytext=(-4, 3), textcoords="offset points", fontsize="small"
        )
    fired = np.asarray(alarms, np.float64)
    lower.hist(_log_odds(fired), edges, color="C1", log=len(fired) > 0)
    for axes, name in ((upper, "words"), (lower, "false alarms")):
        axes.axvline(line, linestyle="--", linewidth=1, color=axes.yaxis.label.get_color())
        axes.set(ylabel=name, xlim=(-EDGE - 1.8, EDGE))
        axes.grid(True, axis="x", alpha=0.3)
    lower.yaxis.set_major_formatter("{x:g}")
    lower.tick_params(axis="y", which="minor", labelleft=False)
    lower.set(xlabel="score", xticks=_log_odds(np.array(TICKS)), xticklabels=[f"{tick:g}" for tick in TICKS])
    upper.annotate(
        f"threshold {threshold:.3f}", (line, 1), xytext=(-4, -4), ha="right", va="top",
        xycoords=("data", "axes fraction"), textcoords="offset points", fontsize="small",
    )  # fmt: skip
    return figure


def confusion_figure(
    counts: NDArray[np.integer], rows: Sequence[str], columns: Sequence[str], size: tuple[float, float] = (7, 4.5)
) -> Figure:
    """How often each of the `rows` was taken for each of the `columns`: the counts, shaded by their share of the row.

    Where a row and a column are many, the picture grows beyond `size`, which is in inches. Errors: matplotlib is
    missing.
    """
    least = CELL * len(columns) + 1.5, CELL * len(rows) + 1.0
    figure = _figure((max(size[0], least[0]), max(size[1], least[1])))
    axes = figure.subplots()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=1)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column + 0.5, row + 0.5, str(count), ha="center", va="center", color=colour, fontsize="small")
    axes.set(xlabel="taken for", ylabel="is", ylim=(len(rows), 0))
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=0 if len(columns) < 5 else 45, ha="center")
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.tick_params(length=0)
    return figure


def learning_figure(
    history: Sequence[Mapping[str, float]], rate: str, name: str, kept: float, size: tuple[float, float] = (7, 4.5)
) -> Figure:
    """The losses and the `rate` of errors, called `name`, after each epoch; a line stands where the `kept` one is.

    `history` has an epoch's `epoch`, `training_loss`, `validation_loss` and `rate`; `size` is in inches. Errors:
    matplotlib is missing.
    """
    figure = _figure(size)
    losses, errors = figure.subplots(2, 1, sharex=True)
    epochs = [row["epoch"] for row in history]
    for key, label in (("training_loss", "training"), ("validation_loss", "validation")):
        losses.plot(epochs, [row[key] for row in history], ".-", label=label)
    errors.plot(epochs, [100 * row[rate] for row in history], ".-", color="C2")
    for axes in (losses, errors):
        axes.axvline(kept, linestyle="--", linewidth=1, color=axes.yaxis.label.get_color(), label="kept")
        axes.grid(True, alpha=0.3)
    losses.set(ylabel="loss")
    losses.legend(loc="upper right")
    errors.set(xlabel="epoch", ylabel=f"{name} (%)")
    errors.set_ylim(bottom=0)
    errors.locator_params(axis="x", integer=True)
    return figure


def _figure(size: tuple[float, float]) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("a picture", "plot") from None
    return Figure(figsize=size, layout="constrained")


def _log_odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        odds: NDArray[np.float64] = np.clip(np.log(scores) - np.log1p(-scores), -EDGE, EDGE)
    return odds
