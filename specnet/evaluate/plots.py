"""The detection error trade-off as a picture. Needs matplotlib, which is imported when a picture is drawn."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from specnet.errors import MissingExtra, SpecnetError
from specnet.evaluate.rates import RATES, Curve


def plot_det(curves: Mapping[str, Curve], path: Path, suffix: str = "") -> None:
    """Draw false-reject rate against false alarms per hour (a log axis), with the 95 % interval shaded.

    Each curve is a staircase, without interpolation. It is dotted where less than one false alarm is allowed in all
    of the negatives: they are too short to tell such rates apart. `suffix` says which kind of picture, else that
    of `path`.
    Errors: matplotlib is missing, a suffix that it does not know, a path that cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("a picture", "plot") from None
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    lowest, highest = min(RATES) / 2, max(RATES) * 10
    for label, curve in curves.items():
        steps = np.unique([lowest, highest, 1 / curve.hours, *(curve.false_alarms / curve.hours)])
        rates = steps[(steps >= lowest) & (steps <= highest)]
        points = [curve.at(rate) for rate in rates]
        percent = np.array([point.false_reject_rate for point in points]) * 100
        low, high = np.array([point.interval for point in points]).T * 100
        told = rates >= 1 / curve.hours
        untold = rates <= 1 / curve.hours
        hours, words = curve.hours, curve.words
        [line] = axes.step(
            rates[told], percent[told], where="post", label=f"{label} ({words} words, {hours:.2g} h of negatives)"
        )
        axes.step(rates[untold], percent[untold], where="post", color=line.get_color(), linestyle=":")
        axes.fill_between(rates, low, high, step="post", color=line.get_color(), alpha=0.12, linewidth=0)
    axes.set(xscale="log", xlim=(lowest, highest), ylim=(0, 102))
    axes.set(xlabel="false alarms per hour", ylabel="false rejects (%)", xticks=[*RATES, 5, 10])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(loc="upper right")
    try:
        figure.savefig(path, dpi=150, format=(suffix or path.suffix).removeprefix(".") or None)
    except (OSError, ValueError) as error:
        raise SpecnetError(f"{path}: the picture cannot be written ({error})") from error
