"""Blocks side by side on one input: added (a shortcut), put together (paths), or multiplied (a gate)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from specnet.core.block import Block, Shape, State
from specnet.core.window import Window
from specnet.errors import SpecnetError


class Branches(Block):
    """Blocks of equal stride, the input of each cropped to the centre of the widest one's window.

    Raises `SpecnetError` where strides differ, or the widest window is padded so much that it reaches less than
    another.
    """

    def __init__(self, branches: Mapping[str, Block], output: Shape) -> None:
        widest_name, widest = max(branches.items(), key=lambda item: item[1].window.span)
        super().__init__(widest.input, output, widest.window)
        self.names = tuple(branches)
        self.spare: dict[str, tuple[int, int]] = {}
        for name, block in branches.items():
            if block.input != widest.input or block.window.stride != widest.window.stride:
                raise SpecnetError(
                    f"the {name} takes {block.input} at stride {block.window.stride}, "
                    f"but the {widest_name} {widest.input} at stride {widest.window.stride}"
                )
            spare = _reach(widest.window) - _reach(block.window)
            if spare < 0:
                raise SpecnetError(
                    f"the {name} spans {block.window.span} with padding {block.window.padding}, "
                    f"but the {widest_name} {widest.window.span} with padding {widest.window.padding}"
                )
            self.spare[name] = (spare // 2, spare - spare // 2)
            self.add_module(name, block)

    @abstractmethod
    def merged(self, parts: list[Tensor]) -> Tensor:
        """One output from those of the branches, in order."""

    def branch(self, name: str) -> Block:
        """One of the blocks."""
        block = self.get_submodule(name)
        assert isinstance(block, Block)
        return block

    def forward(self, x: Tensor) -> Tensor:
        parts = []
        for name in self.names:
            before, after = self.spare[name]
            # padded by less than nothing: unlike that of a slice, this gradient keeps the memory order of the map
            parts.append(self.branch(name)(F.pad(x, [-before, -after]) if before or after else x))
        return self.merged(parts)

    @property
    def tail(self) -> int:
        return max(self.branch(name).tail + self.spare[name][1] for name in self.names)

    def begin(self, like: Tensor) -> State:
        return tuple(self.branch(name).begin(like) for name in self.names)

    def advance(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        parts, states = [], []
        for name, inside in zip(self.names, state, strict=True):
            branch, after = self.branch(name), self.spare[name][1]
            late = x[..., self.tail - branch.tail - after : -after or None]
            part, inside = branch.advance(late, inside)
            parts.append(part)
            states.append(inside)
        return self.merged(parts), tuple(states)


class Residual(Branches):
    """`body(x) + shortcut(x)`, of shapes that are equal or broadcast (a body pooled over frequency).

    An empty stack as shortcut is the identity.

    >>> from specnet.core.blocks import Conv
    >>> from specnet.core.stack import Stack
    >>> block = Residual(Conv((8,), 8, [Window(9)]), Stack((8,), []))
    >>> block(torch.zeros(1, 8, 20)).shape
    torch.Size([1, 8, 12])

    Raises `SpecnetError` where they don't, or the shortcut is the wider one.
    """

    def __init__(self, body: Block, shortcut: Block) -> None:
        pairs = list(zip(body.output, shortcut.output, strict=False))
        if len(body.output) != len(shortcut.output) or any(a != b and 1 not in (a, b) for a, b in pairs):
            raise SpecnetError(f"the shortcut gives {shortcut.output}, but the body {body.output}")
        if body.window.span < shortcut.window.span:
            raise SpecnetError(f"the shortcut spans {shortcut.window.span}, but the body only {body.window.span}")
        super().__init__({"body": body, "shortcut": shortcut}, tuple(max(pair) for pair in pairs))

    def merged(self, parts: list[Tensor]) -> Tensor:
        return parts[0] + parts[1]


class Concat(Branches):
    """The channels of all branches one after the other, as in GoogLeNet and DenseNet.

    >>> from specnet.core.blocks import Conv
    >>> Concat({"narrow": Conv((8,), 4, [Window(1)]), "wide": Conv((8,), 6, [Window(5)])}).output
    (10,)

    Raises `SpecnetError` where the branches differ in space.
    """

    def __init__(self, branches: Mapping[str, Block]) -> None:
        shapes = {name: block.output for name, block in branches.items()}
        if len({shape[1:] for shape in shapes.values()}) > 1:
            raise SpecnetError(f"branches give different sizes: {shapes}")
        space = next(iter(shapes.values()))[1:]
        super().__init__(branches, (sum(shape[0] for shape in shapes.values()), *space))

    def merged(self, parts: list[Tensor]) -> Tensor:
        return torch.cat(parts, dim=1)


class Gate(Block):
    """`x * body(x)`, where `body` makes one number per channel of all there is: squeeze and excite.

    Hu et al. 2018, arXiv:1709.01507. What the gate sees is not counted in the window, and it cannot stream.

    Raises `SpecnetError` unless the body gives one number per channel, and for an input of another size than it spans.
    """

    def __init__(self, body: Block) -> None:
        super().__init__(body.input, body.input, Window())
        if body.output != (body.input[0], *(1 for _ in body.input[1:])):
            raise SpecnetError(f"a gate needs one number for each of {body.input[0]} channels, not {body.output}")
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        weights: Tensor = self.body(x)
        if weights.shape[-1] != 1:
            raise SpecnetError(f"a gate looks at all of {self.body.window.span} elements, not a part of {x.shape[-1]}")
        return x * weights

    def begin(self, like: Tensor) -> State:
        raise SpecnetError("a gate looks at the whole input, which a stream never has")


def _reach(window: Window) -> int:
    """Input elements that one output uses up."""
    return window.span - 2 * window.padding - window.overhang
