"""What the commands that train share: where things are, and how far a training is."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

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

from specnet.units import Seconds

QUIET: Seconds = 30.0
"""Between two lines about the loss where there is no terminal to draw on."""


def _or_usual(_: click.Context, __: click.Parameter, cache: Path | None) -> Path:
    return cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "specnet"


data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder.  [default: public originals, kept in --cache]"
)
cache_option = click.option(
    "--cache",
    type=click.Path(path_type=Path),
    callback=_or_usual,
    help="Decoded data, synthetic speech.  [default: ~/.cache/specnet]",
)
resume_option = click.option("--resume", is_flag=True, help="Continue the training in --out where it stopped.")


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
