"""What layer kinds are put together from: convolution units, activations, dropout, windows per axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field
from torch import nn

from specnet.core.block import Block, Shape
from specnet.core.blocks import Conv, Pointwise, Pool, require_fit
from specnet.core.branches import Gate
from specnet.core.norm import batch_norm
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.errors import SpecnetError

Count = Annotated[int, Field(ge=1, strict=True)]
Sizes = Count | tuple[Count, ...]
"""One number for every axis, or one per axis, the scan axis last."""
Padding = Annotated[int, Field(ge=0, strict=True)]
Paddings = Padding | tuple[Padding, ...] | Literal["same"]
"""One number for every axis, one per axis (a scanner has 0 on its scan axis, the last), or what keeps sizes."""
Activation = Literal["relu", "relu6", "silu", "hardswish", "sigmoid", "hardsigmoid", "tanh", "none"]
Rate = Annotated[float, Field(ge=0, lt=1)]
Epsilon = Annotated[float, Field(gt=0)]
"""Added to the variance of a batch norm."""

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "silu": nn.SiLU,
    "hardswish": nn.Hardswish,
    "sigmoid": nn.Sigmoid,
    "hardsigmoid": nn.Hardsigmoid,
    "tanh": nn.Tanh,
}
_DROPOUT: dict[int, type[nn.Module]] = {1: nn.Dropout1d, 2: nn.Dropout2d, 3: nn.Dropout3d}


def per_axis(rank: int, kernel: Sizes, stride: Sizes, dilation: Sizes, padding: Paddings) -> list[Window]:
    """One window per axis from numbers given once for all or axis by axis."""
    if padding == "same":
        spans = [window.span for window in per_axis(rank, kernel, 1, dilation, 0)]
        if any(span % 2 == 0 for span in spans):
            raise SpecnetError(f"padding 'same' needs kernels of odd span, not {spans}")
        padding = tuple(span // 2 for span in spans)
    given = {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}
    columns: list[Sequence[int]] = []
    for field, value in given.items():
        column = (value,) * rank if isinstance(value, int) else value
        if len(column) != rank:
            raise SpecnetError(f"{field} {list(column)} has {len(column)} numbers for an input of rank {rank}")
        columns.append(column)
    return [Window(*numbers) for numbers in zip(*columns, strict=True)]


def over_time(input: Shape, window: Window) -> list[Window]:
    """A window on the scan axis alone."""
    return [Window()] * (len(input) - 1) + [window]


def chain(input: Shape, **blocks: Block) -> Stack:
    """A stack of those blocks that do something."""
    return Stack(input, [(name, block) for name, block in blocks.items() if not _is_nothing(block)])


def _is_nothing(block: Block) -> bool:
    return isinstance(block, Stack) and not len(block.blocks)


def unit(
    input: Shape,
    channels: int,
    windows: Sequence[Window],
    *,
    groups: int | Literal["depthwise"] = 1,
    norm: bool = True,
    bias: bool | None = None,
    activation: Activation = "relu",
    epsilon: float = 1e-5,
) -> Stack:
    """Convolution, batch norm, activation. Without a word about `bias`, there is one where no norm brings its own."""
    count = input[0] if groups == "depthwise" else groups
    conv = Conv(input, channels, windows, groups=count, bias=not norm if bias is None else bias)
    blocks: list[tuple[str, Block]] = [("conv", conv)]
    if norm:
        blocks.append(("norm", Pointwise(conv.output, batch_norm(conv.output, epsilon))))
    if activation != "none":
        blocks.append(("activation", Pointwise(conv.output, _ACTIVATIONS[activation]())))
    return Stack(input, blocks)


def activation(input: Shape, function: Activation) -> Stack:
    """A non-linearity, or nothing for `none`."""
    layers = [] if function == "none" else [("activation", Pointwise(input, _ACTIVATIONS[function]()))]
    return Stack(input, layers)


def dropout(input: Shape, rate: float, of: Literal["channels", "elements"] = "channels") -> Stack:
    """Dropout of whole channels or of single elements, or nothing at rate 0."""
    kind = nn.Dropout if of == "elements" else _DROPOUT[len(input)]
    return Stack(input, [("dropout", Pointwise(input, kind(rate)))] if rate else [])


def squeeze(
    input: Shape, length: int | None, hidden: int, activation: Activation = "relu", gate: Activation = "sigmoid"
) -> Gate:
    """Squeeze and excite: every channel weighed by what the means of all channels say (Hu et al. 2018)."""
    if length is None:
        raise SpecnetError("squeeze looks at the whole input, which a scanner never has")
    means = Pool(input, [*(Window(size) for size in (*input[1:], length))], mode="average")
    point = [Window()] * len(input)
    reduce = unit(means.output, hidden, point, norm=False, activation=activation)
    expand = unit(reduce.output, input[0], point, norm=False, activation=gate)
    return Gate(chain(input, means=means, reduce=reduce, expand=expand))


def after(block: Block, length: int | None) -> int | None:
    """The size of the scan axis after a block, where it is known.

    Raises `SpecnetError` where the block does not fit.
    """
    if length is not None:
        require_fit(block.window, length)
    return None if length is None else block.window.output(length)
