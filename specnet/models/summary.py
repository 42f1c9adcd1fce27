"""The arithmetic of a network: walks what is built, and never runs it.

So it can be built on the device `meta`, where weights take no memory:

>>> import torch
>>> from specnet.models.classifier import classifier
>>> with torch.device("meta"):
...     network = classifier("lenet5")
>>> total = summarise("lenet5", network).total
>>> total.parameters, total.multiply_adds
(61706, 416520)
"""

from __future__ import annotations

from torch import nn

from specnet.core.block import Block, Shape
from specnet.core.blocks import Conv, Pointwise
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.models.classifier import Classifier
from specnet.models.figures import Row, Summary
from specnet.models.heads import Head, Keyword
from specnet.models.sight import Sight
from specnet.models.walk import Reached, Walk


def summarise(name: str, network: Stack | Keyword | Classifier, length: int | None = None) -> Summary:
    """Every operation of a network, for an input whose scan axis is `length` long.

    Without a length it is the size that a classifier was built for, and the receptive field of a scanner: the frames
    of one score.

    Raises `SpecnetError` with the layer where a kernel is larger than what reaches it.
    """
    trunk = network if isinstance(network, Stack) else network.trunk
    length = length or (network.size[-1] if isinstance(network, Classifier) else trunk.window.span)
    start = Reached(length, tuple(Sight(Window(), -place) for place in range(len(trunk.input), 0, -1)))
    rows, ends = _rows(name, trunk, start)
    heads: dict[str, tuple[Row, ...]] = {}
    if isinstance(network, Keyword):
        top = Stack(trunk.output, [("head", _as_block(network.head, trunk.output))])
        rows += _rows(name, top, list(ends.values())[-1] if ends else start)[0]
    elif isinstance(network, Classifier):
        for layer, head in network.auxiliary.items():
            assert isinstance(head, Stack)
            heads[layer] = _rows(f"{name}: auxiliary after {layer}", head, ends[layer])[0]
    return Summary(name, (*trunk.input, length), rows, heads)


def _rows(network: str, stack: Stack, reached: Reached) -> tuple[tuple[Row, ...], dict[str, Reached]]:
    """The rows of a stack, and what is reached at the end of each of its layers."""
    walk, ends = Walk(), {}
    for layer, block in stack.named():
        try:
            ends[layer] = walk.through(block, (layer,), reached)
        except SpecnetError as error:
            where = (*block.input, reached.length)
            raise SpecnetError(f"{network}: layer {layer} on input {where}: {error}") from None
        reached = ends[layer]
    return tuple(walk.rows), ends


def _as_block(head: Head, input: Shape) -> Stack:
    """A head as blocks of the same sizes."""
    blocks: list[tuple[str, Block]] = []
    for name, part in head.named_children():
        for layer in part.modules():
            if isinstance(layer, nn.Conv1d):
                blocks.append((name, Conv((layer.in_channels,), layer.out_channels, [Window()], groups=layer.groups)))
            elif isinstance(layer, nn.ReLU):
                blocks.append(("activation", Pointwise(blocks[-1][1].output, layer)))
    return Stack(input, blocks)
