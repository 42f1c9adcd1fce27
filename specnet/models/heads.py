"""From the trunk's features per frame to scores per label per frame, and where the word began and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from specnet.core.block import State
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.timeline import FrameGrid

HeadKind = Literal["max", "softmax", "mlp"]


class Scores(NamedTuple):
    """Per frame: `logits` `[B, L, T]` (`max`) or `[B, 1 + L, T]` (background first), `bounds` `[B, 2, T]` or none.

    Bounds are seconds, at least 0, from the end of the frame's window back to the start and the end of the word.
    """

    logits: Tensor
    bounds: Tensor | None


class Head(nn.Module):
    """1x1 convolutions on a trunk's `[B, channels, T]`.

    `max`: one yes-or-no logit per label, to be maximised over time. `softmax`: the labels and the background compete
    in every frame. `mlp`: the same behind a hidden layer. With `boundaries`, two more outputs place the word.

    Where the trunk is several networks side by side, each of `members` reads its own share of the channels, and the
    mean of what they say counts (deep ensembles, Lakshminarayanan et al. 2017, arXiv:1612.01474).

    >>> head = Head("softmax", channels=8, labels=3, boundaries=True)
    >>> scores = head(torch.zeros(1, 8, 5))
    >>> scores.logits.shape, scores.bounds.shape, head.probabilities(scores.logits).shape
    (torch.Size([1, 4, 5]), torch.Size([1, 2, 5]), torch.Size([1, 3, 5]))
    """

    def __init__(
        self,
        kind: HeadKind,
        channels: int,
        labels: int,
        *,
        boundaries: bool = False,
        hidden: int = 64,
        members: int = 1,
    ) -> None:
        super().__init__()
        if kind not in get_args(HeadKind):
            raise SpecnetError(f"head {kind!r} is unknown; there are {', '.join(get_args(HeadKind))}")
        if labels < 1:
            raise SpecnetError(f"a head needs at least one label, not {labels}")
        if channels % members:
            raise SpecnetError(f"{members} members must divide the {channels} channels of the trunk")
        self.kind, self.labels, self.boundaries, self.members = kind, labels, boundaries, members
        self.classes = labels if kind == "max" else labels + 1
        if kind == "mlp":
            mixed = nn.Conv1d(channels, hidden * members, 1, groups=members)
            self.hidden: nn.Module = nn.Sequential(mixed, nn.ReLU())
            channels = hidden * members
        else:
            self.hidden = nn.Identity()
        self.output = nn.Conv1d(channels, members * (self.classes + 2 * boundaries), 1, groups=members)
        for layer in self.modules():
            if isinstance(layer, nn.Conv1d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Scores:
        said = self._each(x)
        return said[0] if self.members == 1 else Scores(*_stacked(said, lambda parts: torch.stack(parts).mean(dim=0)))

    def apart(self, x: Tensor) -> Scores:
        """What each member says by itself: `[B * members, ...]`, the members of an example after one another."""
        return Scores(*_stacked(self._each(x), lambda parts: torch.stack(parts, dim=1).flatten(0, 1)))

    def _each(self, x: Tensor) -> list[Scores]:
        y, size = self.output(self.hidden(x)), self.classes + 2 * self.boundaries
        return [self._scores(y[:, first : first + size]) for first in range(0, y.shape[1], size)]

    def _scores(self, y: Tensor) -> Scores:
        return Scores(y[:, : self.classes], F.softplus(y[:, self.classes :]) if self.boundaries else None)

    def probabilities(self, logits: Tensor) -> Tensor:
        """`[B, L, T]` in 0..1: a sigmoid for `max`, else the softmax without the background."""
        return torch.sigmoid(logits) if self.kind == "max" else torch.softmax(logits, dim=1)[:, 1:]


def _stacked(said: list[Scores], how: Callable[[list[Tensor]], Tensor]) -> tuple[Tensor, Tensor | None]:
    bounds = [scores.bounds for scores in said if scores.bounds is not None]
    return how([scores.logits for scores in said]), how(bounds) if bounds else None


class Keyword(nn.Module):
    """A trunk and a head: the whole scanner. Output frame *i* sees features `[i * stride, i * stride + span)`.

    >>> from specnet.models.build import build
    >>> trunk = build("mlp-scan")
    >>> keyword = Keyword(trunk, Head("max", channels=24, labels=1))
    >>> keyword(torch.zeros(2, 40, 120)).logits.shape
    torch.Size([2, 1, 21])
    """

    def __init__(self, trunk: Stack, head: Head) -> None:
        super().__init__()
        if len(trunk.output) != 1:
            raise SpecnetError(f"a head follows channels alone, but the trunk gives {trunk.output}: flatten it first")
        self.trunk, self.head = trunk, head

    @property
    def window(self) -> Window:
        """The trunk's window, in feature frames."""
        return self.trunk.window

    def grid(self, frames: Window, sample_rate: int) -> FrameGrid:
        """The output frames in samples, `frames` being the window of a feature frame (`LogMel.frames`)."""
        window = frames.then(self.window)
        return FrameGrid(window.stride, window.span, sample_rate)

    def forward(self, features: Tensor) -> Scores:
        scores: Scores = self.head(self.trunk(features))
        return scores

    def start(self, like: Tensor) -> State:
        """The state before any features, with the batch size, dtype and device of `like`."""
        return self.trunk.start(like)

    def step(self, features: Tensor, state: State) -> tuple[Scores, State]:
        """Scores for a chunk of features, whose length is a multiple of `window.stride`, and the state after it."""
        if features.shape[-1] % self.window.stride:
            raise SpecnetError(
                f"a chunk of {features.shape[-1]} frames is no multiple of the stride {self.window.stride}"
            )
        x, state = self.trunk.step(features, state)
        return self.head(x), state
