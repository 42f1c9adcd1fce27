"""How good each recipe for pictures is and how long it takes, from the folders of its trainings.

    specnet train recipes/mnist/recipe.toml --data DIR --out runs/mnist        # and so on, on an idle machine
    python benchmarks/recipes.py runs/mnist runs/cifar10 [--write]

The share of test pictures that is right is what the training measured at its end, on the finished model file. The time
is the median from one epoch to the next, times the epochs: a pause does not count, other work on the cores does.
`--write` keeps the table in docs/recipes.md.
"""

from pathlib import Path
from statistics import median

import click
import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from specnet.runtime.bundle import read_model
from specnet.train.checkpoint import Checkpoint
from specnet.train.loop import LAST, LOG

PAGE = Path(__file__).parents[1] / "docs" / "recipes.md"
TITLE = """# Recipes for pictures

Written by `benchmarks/recipes.py`, which says how. Aims: 99.5 % for `mnist`, 91 % for `cifar10` with at most 60 million
multiply-adds in at most two and a half hours, 98.5 % for `digits` (recipes/digits-mnist), on two CPU cores
and by a single model.

"""


def row(run: Path) -> str:
    """What is known of one training."""
    last = Checkpoint.load(run / LAST)
    name, schedule = last.recipe["name"], last.recipe["schedule"]
    card = read_model(str(run / f"{name}.specnet")).card
    log = EventAccumulator(str(run / LOG)).Reload()
    ends = [event.wall_time for event in log.Scalars("training_loss")]
    minutes = median(np.diff(ends)) * schedule["epochs"] / 60
    right = 1 - card.metrics["test"]["error_rate"]
    steps = f"{last.step:,} of {schedule['batch_size']}"
    return f"| `{name}` | {last.recipe['data']['set']} | {right:.2%} | {steps} | {minutes:.0f} min |"


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--write", is_flag=True, help="Keep the table in docs/recipes.md.")
def main(runs: tuple[Path, ...], write: bool) -> None:
    """Print the table."""
    rows = ["| recipe | pictures | right | steps | time |", "|---|---|---|---|---|", *map(row, runs)]
    click.echo("\n".join(rows))
    if write:
        PAGE.write_text(TITLE + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
