"""From blocks inside blocks to one row per operation."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from torch import nn

from specnet.core.block import Block
from specnet.core.blocks import Conv, Pointwise, Pool, Reshape, require_fit
from specnet.core.branches import Branches, Gate, Residual
from specnet.core.norm import StochasticDepth, SubSpectralNorm
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.models.figures import Row
from specnet.models.sight import Sight

Path = tuple[str, ...]

_LAYERS: dict[type[nn.Module], str] = {
    nn.BatchNorm1d: "norm",
    nn.BatchNorm2d: "norm",
    nn.BatchNorm3d: "norm",
    SubSpectralNorm: "norm",
    nn.LocalResponseNorm: "response",
    nn.Dropout1d: "dropout",
    nn.Dropout2d: "dropout",
    nn.Dropout3d: "dropout",
    StochasticDepth: "dropout",
}
"""What layers of torch are called here; others go by their own name."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How long the scan axis is at some depth, and what a position there sees of each axis of the input."""

    length: int
    sights: tuple[Sight, ...]


class Walk:
    """The rows of blocks, in the order in which they are computed.

    A row has the name of its layer and of the parts on the way to it: the body of a shortcut adds no name, and a part
    that is one operation has no name below it. What follows an operation number by number (norm, activation) is in
    its row.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def through(self, block: Block, path: Path, reached: Reached, *, follows: bool = False) -> Reached:
        """Add the rows of a block; `follows` where the last row makes its input, and for nothing else.

        Raises `SpecnetError` where a kernel is larger than what reaches it.
        """
        match block:
            case Stack():
                return self._stack(block, path, reached, follows)
            case Gate():
                self.through(block.body, path, reached)
                self._add(Row(_own(path, "gate"), "gate", (*block.output, reached.length)), reached)
                return reached
            case Branches():
                return self._branches(block, path, reached)
            case _:
                return self._leaf(block, path, reached, follows)

    def _stack(self, stack: Stack, path: Path, reached: Reached, follows: bool) -> Reached:
        first = len(self.rows)
        for name, block in stack.named():
            reached = self.through(block, (*path, name), reached, follows=follows or len(self.rows) > first)
        if len(self.rows) == first + 1:
            self.rows[first] = replace(self.rows[first], name=".".join(path))
        return reached

    def _branches(self, block: Branches, path: Path, reached: Reached) -> Reached:
        kind, inside = "concat", path
        if isinstance(block, Residual):
            kind, inside = "add", path[:-1] or path
        ends = []
        for name in block.names:
            part = inside if name == "body" and kind == "add" else (*inside, name)
            cropped = replace(reached, length=reached.length - sum(block.spare[name]))
            ends.append((block.branch(name).output, self.through(block.branch(name), part, cropped)))
        length = block.window.output(reached.length)
        sights = []
        for axis, before in enumerate(reached.sights):
            if before.place == -1:
                sights.append(before.through([block.window]))
                continue
            first, *others = (end.sights[axis] for _, end in ends)
            spread = first.place is not None and len({shape[first.place + 1] for shape, _ in ends}) > 1
            sights.append(first.merged(others, spread))
        end = Reached(length, tuple(sights))
        self._add(Row(_own(path, kind), kind, (*block.output, length)), end)
        return end

    def _leaf(self, block: Block, path: Path, reached: Reached, follows: bool) -> Reached:
        require_fit(block.window, reached.length)
        length = block.window.output(reached.length)
        windows = block.windows if isinstance(block, Conv | Pool) else _over_time(block)
        sights = tuple(sight.through(windows) for sight in reached.sights)
        if isinstance(block, Reshape) and len(block.output) < len(block.input):
            sights = tuple(sight.folded(block.input) for sight in sights)
        end, row = Reached(length, sights), operation(".".join(path), block, length)
        if follows and isinstance(block, Pointwise | Reshape):
            self.rows[-1] = self.rows[-1].followed(_seen(row, end))
        else:
            self._add(row, end)
        return end

    def _add(self, row: Row, end: Reached) -> None:
        self.rows.append(_seen(row, end))


def operation(name: str, block: Block, length: int) -> Row:
    """The row of a block without parts, whose output is `length` long; what it sees is not in it yet."""
    output = (*block.output, length)
    match block:
        case Conv():
            kernels, biases = block.weight.numel(), 0 if block.bias is None else block.bias.numel()
            depthwise = block.groups == block.input[0] > 1
            kind = "conv" if block.groups == 1 else "depthwise" if depthwise else "grouped"
            return Row(
                name, kind, output, block.windows, block.groups,
                weights=kernels, biases=biases, multiply_adds=kernels * math.prod(output[1:]),
            )  # fmt: skip
        case Pool():
            return Row(name, f"{block.mode} pool", output, block.windows)
        case Pointwise():
            kind = _LAYERS.get(type(block.layer), type(block.layer).__name__.lower())
            return Row(name, kind, output, norm=sum(p.numel() for p in block.layer.parameters()))
        case _:
            windows = _over_time(block) if block.window != Window() else ()
            return Row(name, type(block).__name__.lower(), output, windows)


def _seen(row: Row, end: Reached) -> Row:
    windows = [sight.window for sight in end.sights]
    return replace(
        row,
        receptive_field=tuple(window.span for window in windows),
        receptive_stride=tuple(window.stride for window in windows),
    )


def _over_time(block: Block) -> tuple[Window, ...]:
    return (*(Window() for _ in block.input[1:]), block.window)


def _own(path: Path, kind: str) -> str:
    """The name of what puts parts together, beside theirs."""
    return ".".join(path if len(path) > 1 else (*path, kind))
