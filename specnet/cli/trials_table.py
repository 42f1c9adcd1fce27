"""The results of several trainings for people: folds and ablations, as aligned text and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specnet.app.ablate import Row
    from specnet.evaluate.spread import Spread

Table = list[tuple[str, ...]]


def folds_table(folds: Spread, figure: str) -> Table:
    """Each fold, then all of them."""
    rows = [(str(number), rate(one)) for number, one in enumerate(folds.figures, start=1)]
    spread = [] if folds.deviation is None else [("standard deviation", rate(folds.deviation))]
    return [("fold", figure), *rows, ("mean", rate(folds.mean)), *spread]


def ablation_table(rows: Sequence[Row], figure: str) -> Table:
    """Each choice with the mean and spread of its figure, and how much worse it is than the recipe as it is."""
    head = ("choice", "seeds", figure, "standard deviation", "worse by (points)", "95 % interval")
    return [head, *(_choice(row, rows[0]) for row in rows if row.figures)]


def _choice(row: Row, base: Row) -> tuple[str, ...]:
    deviation = row.spread.deviation
    found = row.name, str(len(row.figures)), rate(row.spread.mean), "" if deviation is None else rate(deviation)
    if row is base:
        return *found, "", ""
    worse = row.worse_by(base)
    interval = "" if worse.interval is None else " to ".join(f"{100 * end:+.2f}" for end in worse.interval)
    return *found, f"{100 * worse.mean:+.2f}", interval


def rate(figure: float) -> str:
    return f"{figure:.2%}"


def markdown(table: Table) -> str:
    """The table in Markdown.

    >>> print(markdown([("fold", "error rate"), ("1", "4.00%")]), end="")
    | fold | error rate |
    |---|---|
    | 1 | 4.00% |
    """
    head, *rows = (f"| {' | '.join(row)} |\n" for row in table)
    return head + "|" + "---|" * len(table[0]) + "\n" + "".join(rows)
