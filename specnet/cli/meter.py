"""One line on the terminal that moves: how loud it is, and how much it sounds like a word."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from specnet.app.results import timestamp
from specnet.units import Seconds

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

EVERY: Seconds = 0.12
WIDTH = 16
QUIETEST = -60.0  # dB below full scale


class Meter:
    """Shows the sound since it was last shown, some eight times a second, until it is cleared for other lines."""

    def __init__(self, live: Live | None) -> None:
        self._live, self._shown, self._power = live, 0.0, 0.0

    def show(self, now: Seconds, block: NDArray[np.float32], label: str, score: float, lost: int) -> None:
        """`label` is the likeliest word, with the `score` of the last frame; `lost` is how often sound was lost."""
        self._power = max(self._power, float(np.square(block).mean()) if len(block) else 0.0)
        if self._live is None or now - self._shown < EVERY:
            return
        self._live.update(line(now, self._power, label, score, lost), refresh=True)
        self._shown, self._power = now, 0.0

    def clear(self) -> None:
        """Make place for a line."""
        if self._live is not None:
            self._live.update("", refresh=True)


@contextmanager
def meter() -> Iterator[Meter]:
    """A meter on standard error, gone when the block ends; it shows nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield Meter(None)
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    with Live(
        "", console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as live:
        yield Meter(live)


def line(now: Seconds, power: float, label: str, score: float, lost: int) -> Text:
    """What is shown.

    >>> line(61.5, 0.01, "welcome", 0.5, 0).plain
    '00:01:01  ━━━━━━━━━━━        -20 dB  ━━━━━━━━          0.50 welcome'
    """
    from rich.text import Text

    decibels = max(QUIETEST, 10 * float(np.log10(power + 1e-12)))
    parts: Sequence[tuple[str, str]] = (
        (f"{timestamp(now)[:-4]}  ", "dim"),
        (bar(1 - decibels / QUIETEST), "green"),
        (f" {decibels:4.0f} dB  ", "dim"),
        (bar(score), "bold magenta" if score >= 0.5 else "magenta"),
        (f"  {score:.2f} {label}", ""),
        (f"  {lost} lost" if lost else "", "red"),
    )
    text = Text(no_wrap=True, overflow="ellipsis", end="")
    for part, style in parts:
        text.append(part, style)
    return text


def bar(share: float) -> str:
    return ("━" * round(share * WIDTH)).ljust(WIDTH)
