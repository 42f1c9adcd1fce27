"""The plain layer kinds: one convolution, pool, dense layer, normalisation, activation or reshaping."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from torch import nn

from specnet.core.block import Block, Shape
from specnet.core.blocks import Level, Pointwise, Pool, Reshape
from specnet.core.norm import batch_norm
from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.models.layer import LayerSpec
from specnet.models.units import (
    Activation,
    Count,
    Epsilon,
    Padding,
    Paddings,
    Rate,
    Sizes,
    activation,
    chain,
    dropout,
    per_axis,
    unit,
)


class ConvSpec(LayerSpec):
    """Convolution, then batch norm and activation where wanted; a bias where told, or where there is no norm."""

    kind = "conv"
    channels: Count
    kernel: Sizes = 1
    stride: Sizes = 1
    dilation: Sizes = 1
    padding: Paddings = 0
    groups: Count | Literal["depthwise"] = 1
    norm: bool = True
    bias: bool | None = None
    activation: Activation = "relu"
    epsilon: Epsilon = 1e-5

    def build(self, input: Shape, length: int | None = None) -> Block:
        return unit(
            input,
            self.channels,
            per_axis(len(input), self.kernel, self.stride, self.dilation, self.padding),
            groups=self.groups,
            norm=self.norm,
            bias=self.bias,
            activation=self.activation,
            epsilon=self.epsilon,
        )


class PoolSpec(LayerSpec):
    """The maximum or average of each window; `kernel = "all"` makes it global. `overhang` rounds the size up."""

    kind = "pool"
    mode: Literal["max", "average"]
    kernel: Sizes | Literal["all"]
    stride: Sizes = 1
    padding: Paddings = 0
    overhang: Padding = 0

    def build(self, input: Shape, length: int | None = None) -> Block:
        kernel = (*input[1:], whole(length)) if self.kernel == "all" else self.kernel
        windows = per_axis(len(input), kernel, self.stride, 1, self.padding)
        return Pool(input, [replace(window, overhang=self.overhang) for window in windows], mode=self.mode)


class DenseSpec(LayerSpec):
    """A fully connected layer as a convolution that spans all space there is, and `frames` of the scan axis."""

    kind = "dense"
    channels: Count
    frames: Count | Literal["all"] = 1
    norm: bool = True
    activation: Activation = "relu"

    def build(self, input: Shape, length: int | None = None) -> Block:
        frames = whole(length) if self.frames == "all" else self.frames
        windows = [*(Window(size) for size in input[1:]), Window(frames)]
        dense = unit(input, self.channels, windows, norm=self.norm, activation=self.activation)
        return chain(input, dense=dense, flatten=Reshape(dense.output, (self.channels,)))


class NormSpec(LayerSpec):
    """Batch normalisation of each channel."""

    kind = "norm"
    epsilon: Epsilon = 1e-5

    def build(self, input: Shape, length: int | None = None) -> Block:
        return Pointwise(input, batch_norm(input, self.epsilon))


class ResponseSpec(LayerSpec):
    """Local response normalisation: each channel divided by what its neighbours respond.

    `x / (k + alpha * sum of squares of this and its neighbours, channels in all) ** beta`, as Krizhevsky et al. 2012
    have it: `alpha` counts for every neighbour.
    """

    kind = "response"
    channels: Count = 5
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 2.0

    def build(self, input: Shape, length: int | None = None) -> Block:
        return Pointwise(input, nn.LocalResponseNorm(self.channels, self.alpha * self.channels, self.beta, self.k))


class ActivationSpec(LayerSpec):
    """A non-linearity."""

    kind = "activation"
    function: Activation

    def build(self, input: Shape, length: int | None = None) -> Block:
        return activation(input, self.function)


class DropoutSpec(LayerSpec):
    """Whole channels, or single elements, set to zero at a rate, in training only."""

    kind = "dropout"
    rate: Rate
    of: Literal["channels", "elements"] = "channels"

    def build(self, input: Shape, length: int | None = None) -> Block:
        return dropout(input, self.rate, self.of)


class LevelSpec(LayerSpec):
    """Running level of the last `frames` frames taken off log features."""

    kind = "level"
    frames: Count

    def build(self, input: Shape, length: int | None = None) -> Block:
        return Level(input, self.frames)


class FlattenSpec(LayerSpec):
    """Channels and space into channels; time stays, so the size does not depend on the clip."""

    kind = "flatten"

    def build(self, input: Shape, length: int | None = None) -> Block:
        size = 1
        for n in input:
            size *= n
        return Reshape(input, (size,))


class UnsqueezeSpec(LayerSpec):
    """One more spatial axis: `[bands, time]` as one channel, or as that many channels of maps one row high."""

    kind = "unsqueeze"
    bands: Literal["rows", "channels"] = "rows"

    def build(self, input: Shape, length: int | None = None) -> Block:
        return Reshape(input, (1, *input) if self.bands == "rows" else (*input, 1))


def whole(length: int | None) -> int:
    """All of the scan axis, where it ends."""
    if length is None:
        raise SpecnetError("'all' needs an input of a known size, which a scanner never has")
    return length
