"""`specnet train`: a model from a recipe."""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from specnet.cli.output import write
from specnet.cli.table import plain
from specnet.cli.trials_table import folds_table, markdown
from specnet.units import Seconds

if TYPE_CHECKING:
    from specnet.train.recipe import Recipe

QUIET: Seconds = 30.0
"""Between two lines about the loss where there is no terminal to draw on."""


@click.command("train")
@click.argument("recipe", type=click.Path(path_type=Path), metavar="RECIPE.toml")
@click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder.  [default: public originals, kept in --cache]"
)
@click.option("--out", type=click.Path(path_type=Path), help="Where the run goes.  [default: runs/NAME]")
@click.option(
    "--cache", type=click.Path(path_type=Path), help="Decoded data, synthetic speech.  [default: ~/.cache/specnet]"
)
@click.option("--resume", is_flag=True, help="Continue the training in --out where it stopped.")
@click.option("--init", metavar="MODEL", help="Begin with the layers of a model that fit, all but the last.")
@click.option("--freeze", metavar="LAYERS", help="Of those, leave these as they are: conv1,conv2 or backbone (all).")
@click.option(
    "--teacher", "teachers", multiple=True, metavar="MODEL", help="Learn what a model says (may be repeated)."
)
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change a value: loss.hard_fraction=0.5.")
@click.option("--folds", type=click.IntRange(2), metavar="N", help="Cross-validate by speaker: N trainings, a table.")
def command(
    recipe: Path,
    data: Path | None,
    out: Path | None,
    cache: Path | None,
    resume: bool,
    init: str | None,
    freeze: str | None,
    teachers: tuple[str, ...],
    overrides: tuple[str, ...],
    folds: int | None,
) -> None:
    """Train the model that RECIPE.toml describes.

    OUT receives NAME.specnet and its report at the end (report.html for sound, report.md for images), and checkpoints
    and a TensorBoard log all along.

    With --folds, every speaker (every picture) is held out of one of N trainings, OUT/fold-1 and so on, and the figures
    of all go to OUT/folds.md.

    \b
    Examples:
      specnet train recipes/welcome/recipe.toml --data DIR --out runs/welcome
      specnet train recipes/digits/recipe.toml --set schedule.epochs=2
      specnet train recipes/transfer/recipe.toml --init digits --freeze backbone
      specnet train small.toml --teacher runs/one/word.specnet --teacher runs/two/word.specnet
      specnet train recipes/digits/recipe.toml --folds 5
    """
    from specnet.train.recipes import read_recipe

    options = {"transfer.init": init, "transfer.freeze": freeze and freeze.split(","), "distil.teachers": teachers}
    overrides += tuple(f"{key}={json.dumps(value)}" for key, value in options.items() if value)
    wanted = read_recipe(recipe, overrides)
    from specnet.app.train import train_model  # imports torch: a mistake in the recipe is said before

    out, cache = out or Path("runs") / wanted.name, cache or default_cache()
    if folds is not None:
        cross_validate(wanted, folds, data, out, cache, resume)
        return
    with Display() as display:
        model = train_model(wanted, data=data, out=out, cache=cache, observer=display, resume=resume)
    click.echo(model)


def cross_validate(recipe: "Recipe", folds: int, data: Path | None, out: Path, cache: Path, resume: bool) -> None:
    """Write OUT/folds.md after each fold, and the table of all at the end."""
    from specnet.app import folds as app
    from specnet.app.trials import figure_name

    for found in app.cross_validate(recipe, folds, data=data, out=out, cache=cache, observe=Display, resume=resume):
        table = folds_table(found, figure_name(recipe))
        write([f"# {recipe.name}: {len(found.figures)} of {folds} folds\n\n", markdown(table)], out / "folds.md")
    write([plain(table)], None)


def default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "specnet"


class Display:
    """How far a training is, on standard error: a bar on a terminal, now and then a line elsewhere.

    The `title` says which training, where there are several.
    """

    def __init__(self, title: str = "") -> None:
        self._title = title
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        )
        self._task: TaskID | None = None
        self._began = (0, 0.0)  # the step of the first call, and when that was
        self._spoke = 0.0

    def __enter__(self) -> Self:
        self._bar.start()
        if self._title:
            self.note(self._title)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def note(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, markup=False, highlight=False)

    def step(self, step: int, steps: int, loss: float) -> None:
        now = monotonic()
        if self._task is None:
            self._task = self._bar.add_task("", total=steps, completed=step)
            self._began, self._spoke = (step, now), now
        self._bar.update(self._task, completed=step, description=f"loss {loss:.3f}")
        if not self._console.is_terminal and now - self._spoke >= QUIET:
            self._spoke = now
            left = (steps - step) * (now - self._began[1]) / max(1, step - self._began[0])
            self.note(f"step {step} of {steps}: loss {loss:.3f}, {timedelta(seconds=round(left))} left")

    def epoch(self, figures: Mapping[str, float]) -> None:
        rest = ", ".join(f"{key.replace('_', ' ')} {shown(key, figures[key])}" for key in figures if key != "epoch")
        self.note(f"epoch {figures['epoch']:g}: {rest}")


def shown(key: str, figure: float) -> str:
    """A figure as its name asks for.

    >>> shown("error_rate", 0.0123), shown("training_loss", 0.5), shown("pictures", 6000)
    ('1.23%', '0.500', '6000')
    """
    if key.endswith("_rate"):
        return f"{figure:.2%}"
    return f"{figure:.3f}" if isinstance(figure, float) else str(figure)
