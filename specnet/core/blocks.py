"""The plain blocks, each for rank 1, 2 and 3: convolution, pooling, frame-wise layers, running level, reshaping."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from specnet.core.block import Block, Shape
from specnet.core.window import Window
from specnet.errors import SpecnetError

_CONVOLUTION: dict[int, Callable[..., Tensor]] = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
_POOLING: dict[tuple[str, int], Callable[..., Tensor]] = {
    ("max", 1): F.max_pool1d,
    ("max", 2): F.max_pool2d,
    ("max", 3): F.max_pool3d,
    ("average", 1): F.avg_pool1d,
    ("average", 2): F.avg_pool2d,
    ("average", 3): F.avg_pool3d,
}

MOST_WEIGHTS = 1 << 30
"""Of a network that is still built: 4 GiB, and a training takes several times as much."""


def sizes(input: Shape, windows: Sequence[Window]) -> Shape:
    """The spatial sizes after `windows` (one per axis, the scan axis last) slid over `input`.

    Raises `SpecnetError` where there are too few or too many windows, a kernel is larger than what reaches it, or
    its padding as large as itself.
    """
    if len(windows) != len(input):
        raise SpecnetError(f"{len(windows)} kernel sizes for an input of rank {len(input)}: give one per axis")
    for window in windows:
        if window.padding + window.overhang >= window.span:
            raise SpecnetError(f"a kernel that spans {window.span} would see nothing but padding: pad less than that")
    for size, window in zip(input[1:], windows, strict=False):
        require_fit(window, size)
    return tuple(window.output(size) for size, window in zip(input[1:], windows, strict=False))


def require_fit(window: Window, size: int) -> None:
    """Raises `SpecnetError` where a window is larger than the `size` elements of an axis that reach it."""
    if window.output(size) < 1:
        padded = f" with padding {window.padding}" if window.padding else ""
        raise SpecnetError(f"a kernel that spans {window.span} is larger than the {size}{padded} that reach it")


def require_room(weights: int) -> None:
    """Raises `SpecnetError` where so many weights are more than `MOST_WEIGHTS`.

    >>> require_room(10**11)
    Traceback (most recent call last):
    specnet.errors.SpecnetError: 100,000,000,000 weights take 372.5 GiB: at most 1,073,741,824 (4.0 GiB) can be built
    """
    if weights > MOST_WEIGHTS:
        taken, most = (f"{4 * n / (1 << 30):,.1f} GiB" for n in (weights, MOST_WEIGHTS))
        raise SpecnetError(f"{weights:,} weights take {taken}: at most {MOST_WEIGHTS:,} ({most}) can be built")


class Conv(Block):
    """Cross-correlation with learnt kernels: `channels` kernels, grouped or not, He-initialised, with bias or without.

    `windows` holds one `Window` per spatial axis, the scan axis last. Depthwise is `groups=input[0]`, an FC layer is
    a kernel that spans its input.

    >>> conv = Conv((1, 40), 16, (Window(5, stride=2, padding=2), Window(5)))
    >>> conv.output, sum(p.numel() for p in conv.parameters())
    ((16, 20), 416)
    """

    def __init__(
        self, input: Shape, channels: int, windows: Sequence[Window], *, groups: int = 1, bias: bool = True
    ) -> None:
        if input[0] % groups or channels % groups:
            raise SpecnetError(f"{groups} groups must divide the {input[0]} channels before and {channels} after")
        if any(w.overhang for w in windows):
            raise SpecnetError("a convolution has no overhang: pad both ends")
        super().__init__(input, (channels, *sizes(input, windows)), windows[-1])
        self.windows, self.groups = tuple(windows), groups
        # kernels in this order make torch keep maps so too: a training step takes two thirds of the time on a CPU
        order = torch.channels_last if len(windows) == 2 else torch.contiguous_format
        shape = (channels, input[0] // groups, *(w.kernel for w in windows))
        require_room(math.prod(shape))
        self.weight = nn.Parameter(torch.empty(shape, memory_format=order))
        self.bias = nn.Parameter(torch.zeros(channels)) if bias else None
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        return _CONVOLUTION[len(self.windows)](
            x,
            self.weight,
            self.bias,
            stride=tuple(w.stride for w in self.windows),
            padding=tuple(w.padding for w in self.windows),
            dilation=tuple(w.dilation for w in self.windows),
            groups=self.groups,
        )


class Pool(Block):
    """The maximum or the average of each window, channel by channel; no parameters.

    >>> Pool((16, 5), (Window(5), Window()), mode="average").output
    (16, 1)
    """

    def __init__(self, input: Shape, windows: Sequence[Window], *, mode: Literal["max", "average"]) -> None:
        if any(w.dilation > 1 for w in windows):
            raise SpecnetError("a pool is not dilated")
        if mode == "average" and any(w.overhang for w in windows):
            raise SpecnetError("an average has no overhang: pad both ends")
        super().__init__(input, (input[0], *sizes(input, windows)), windows[-1])
        self.windows, self.mode = tuple(windows), mode

    def forward(self, x: Tensor) -> Tensor:
        if any(w.overhang for w in self.windows):
            x = F.pad(x, [n for w in reversed(self.windows) for n in (0, w.overhang)], value=-torch.inf)
        return _POOLING[self.mode, len(self.windows)](
            x,
            kernel_size=tuple(w.kernel for w in self.windows),
            stride=tuple(w.stride for w in self.windows),
            padding=tuple(w.padding for w in self.windows),
        )


class Pointwise(Block):
    """A torch layer that treats every frame alike (normalisation, activation, dropout) as a block."""

    def __init__(self, input: Shape, layer: nn.Module) -> None:
        super().__init__(input, input, Window())
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layer(x)
        return y


class Reshape(Block):
    """Another arrangement of channels and spatial axes, frame by frame: the scan axis is never touched.

    >>> Reshape((16, 3), (48,)).output                  # bands into channels: rank 2 to rank 1
    (48,)
    """

    def __init__(self, input: Shape, output: Shape) -> None:
        super().__init__(input, output, Window())

    def forward(self, x: Tensor) -> Tensor:
        y = x.reshape(x.shape[0], *self.output, x.shape[-1])
        if y.requires_grad:
            y.register_hook(partial(_in_order, y.stride()))  # type: ignore[no-untyped-call]
        return y


def _in_order(stride: tuple[int, ...], gradient: Tensor) -> Tensor:
    """A gradient in the memory order of its map: backward passes through a mixture of orders are slow."""
    return torch.empty_strided(gradient.shape, stride, dtype=gradient.dtype).copy_(gradient)


class Widen(Block):
    """More channels, the new ones zero, half before and half after the old: a shortcut without parameters.

    Option A of He et al. 2015, arXiv:1512.03385.

    >>> Widen((16, 8), 32).output
    (32, 8)
    """

    def __init__(self, input: Shape, channels: int) -> None:
        if channels < input[0]:
            raise SpecnetError(f"{input[0]} channels cannot be widened to {channels}")
        super().__init__(input, (channels, *input[1:]), Window())

    def forward(self, x: Tensor) -> Tensor:
        new = self.output[0] - self.input[0]
        space = [0, 0] * (x.dim() - 2)
        return F.pad(x, [*space, new // 2, new - new // 2])


class Level(Block):
    """Running level: each log-energy minus the log of the mean energy of the last `frames` frames, itself the last.

    Takes loudness and the channel's colour out of log features, from the past alone:
    `y[t] = x[t] - log(mean(exp(x[t - frames + 1 .. t])))`.

    >>> level = Level((2,), frames=3)
    >>> level(torch.full((1, 2, 5), -7.0)).abs().max().item() < 1e-6
    True
    """

    def __init__(self, input: Shape, frames: int) -> None:
        super().__init__(input, input, Window(frames))

    def forward(self, x: Tensor) -> Tensor:
        frames = self.window.kernel
        return x[..., frames - 1 :] - torch.log(moving_sum(torch.exp(x), frames) / frames)


def moving_sum(x: Tensor, length: int) -> Tensor:
    """Sums of `length` neighbours on the last axis, in about log2(length) additions of shifted copies.

    Sums of 1, 2, 4, ... neighbours are made by doubling, and those in the binary digits of `length` added up: faster
    than pooling, and exact in float32 where differences of cumulative sums are not.

    >>> moving_sum(torch.arange(6.0), 5).tolist()
    [10.0, 15.0]
    """
    total, covered, width, power = None, 0, 1, x
    while True:
        if length & width:
            rest = length - width - covered
            part = power[..., covered : -rest or None]
            total, covered = part if total is None else total + part, covered + width
        if covered == length:
            assert total is not None
            return total
        power, width = power[..., :-width] + power[..., width:], 2 * width
