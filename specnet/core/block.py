"""What every block is: shapes before and after, a `Window` on the scan axis, and streaming with state as a value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TypeAlias

import torch
from torch import Tensor, nn

from specnet.core.window import Window
from specnet.errors import SpecnetError

Shape: TypeAlias = tuple[int, ...]
"""Channels and spatial sizes without batch and scan axis: `(40,)` for 40 bands, `(1, 40)` for one map 40 high."""

State: TypeAlias = "Tensor | tuple[State, ...]"
"""What a stream carries from one chunk to the next: a tensor of past frames, or a tuple of states."""


class Block(nn.Module, ABC):
    """An operation on `[batch, channels, *space, time]` that looks at time, the scan axis, through `window`.

    `input` and `output` are the shapes before and after, without batch and time; `start` and `step` are the same
    operation chunk by chunk. Output *j* of a stream ends at input `(j + 1) * stride`, so its first `window.warm_up`
    outputs still see the zeros of `start`; those after equal `forward` of the whole input, whatever the chunks. What is
    padded on the scan axis, or looks at all of it, is for images of a known size and does not stream.
    """

    def __init__(self, input: Shape, output: Shape, window: Window) -> None:
        super().__init__()
        self.input, self.output, self.window = input, output, window

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """`[batch, *input, n]` to `[batch, *output, window.output(n)]`."""

    @property
    def tail(self) -> int:
        """Frames of the input that `advance` needs before a chunk."""
        return self.window.tail

    def start(self, like: Tensor) -> State:
        """The state before any input: zeros with the batch size, dtype and device of `like`.

        Raises `SpecnetError` where the scan axis is padded: a padded output sees zeros that a longer input replaces.
        """
        return carried(like, self.input, self.tail), self.begin(like)

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Outputs for the chunk `x`, whose length is a multiple of `window.stride`, and the state after it."""
        tail, inside = state
        x, tail = carry(x, tail, self.tail)
        y, inside = self.advance(x, inside)
        return y, (tail, inside)

    def begin(self, like: Tensor) -> State:
        """What `start` gives without the tail: what is carried further inside."""
        if self.window.padded:
            raise SpecnetError(f"padding {self.window.padding} on the scan axis, which a stream never has")
        return ()

    def advance(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """`step` for a chunk that follows its tail in `x`: so blocks side by side carry what they see only once."""
        return self(x[..., self.window.skip :]), state


def carried(like: Tensor, shape: Shape, frames: int) -> State:
    """Zeros for `frames` past frames of a given shape; nothing at all for none."""
    return like.new_zeros((like.shape[0], *shape, frames)) if frames else ()


def carry(x: Tensor, state: State, frames: int) -> tuple[Tensor, State]:
    """The chunk behind the carried frames, and the last `frames` of both, to carry on."""
    if not isinstance(state, Tensor):
        return x, state
    x = torch.cat([state, x], dim=-1)
    return x, x[..., -frames:]


def flatten_state(state: State) -> list[Tensor]:
    """The tensors of a state, in order."""
    return [state] if isinstance(state, Tensor) else [tensor for part in state for tensor in flatten_state(part)]


def unflatten_state(tensors: Iterable[Tensor], like: State) -> State:
    """The reverse of `flatten_state` for a state built like `like`."""
    rest = iter(tensors)

    def take(part: State) -> State:
        return next(rest) if isinstance(part, Tensor) else tuple(take(inner) for inner in part)

    return take(like)
