"""Blocks one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor, nn

from specnet.core.block import Block, Shape, State
from specnet.core.window import Window
from specnet.errors import SpecnetError


class Stack(Block):
    """Named blocks in sequence; its window is theirs composed.

    >>> from specnet.core.blocks import Conv
    >>> stack = Stack((40,), [("a", Conv((40,), 8, [Window(5, stride=2)])), ("b", Conv((8,), 4, [Window(3)]))])
    >>> stack.window, stack.output
    (Window(kernel=9, stride=2, dilation=1, padding=0, overhang=0), (4,))

    Raises `SpecnetError` where a name comes twice or what a block gives is not what the next one takes.
    """

    def __init__(self, input: Shape, blocks: Sequence[tuple[str, Block]]) -> None:
        window, shape = Window(), input
        for name, block in blocks:
            if block.input != shape:
                raise SpecnetError(f"layer {name} takes the shape {block.input}, but {shape} reaches it")
            window, shape = window.then(block.window), block.output
        super().__init__(input, shape, window)
        self.blocks = nn.ModuleDict()
        for name, block in blocks:
            if hasattr(self.blocks, name):
                raise SpecnetError(f"layer name {name} is taken: choose another")
            self.blocks[name] = block

    def named(self) -> Iterator[tuple[str, Block]]:
        """The blocks with their names, in order."""
        for name, block in self.blocks.items():
            assert isinstance(block, Block)
            yield name, block

    def split(self, name: str) -> tuple[Stack, Stack]:
        """The stack up to and including the block `name`, and the rest; both share the weights of this one."""
        blocks = list(self.named())
        names = [known for known, _ in blocks]
        if name not in names:
            raise SpecnetError(f"no layer named {name}; there are {', '.join(names)}")
        cut = names.index(name) + 1
        lower = Stack(self.input, blocks[:cut])
        return lower, Stack(lower.output, blocks[cut:])

    def forward(self, x: Tensor) -> Tensor:
        for _, block in self.named():
            x = block(x)
        return x

    @property
    def tail(self) -> int:
        return next((block.tail for _, block in self.named()), 0)

    def begin(self, like: Tensor) -> State:
        return tuple(
            block.start(like) if number else block.begin(like) for number, (_, block) in enumerate(self.named())
        )

    def advance(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        after = []
        for number, ((_, block), before) in enumerate(zip(self.named(), state, strict=True)):
            x, last = block.step(x, before) if number else block.advance(x, before)
            after.append(last)
        return x, tuple(after)
