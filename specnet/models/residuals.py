"""Layer kinds around a shortcut: of TC-ResNet, ResNet and its descendants, and BC-ResNet."""

from __future__ import annotations

from typing import Literal

from specnet.core.block import Block, Shape
from specnet.core.blocks import Conv, Pointwise, Pool, Widen
from specnet.core.branches import Residual
from specnet.core.norm import batch_norm
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.models.layer import LayerSpec
from specnet.models.units import (
    Activation,
    Count,
    Paddings,
    Rate,
    Sizes,
    activation,
    after,
    chain,
    dropout,
    per_axis,
    squeeze,
    unit,
)


class ResidualSpec(LayerSpec):
    """Two convolution units around a shortcut (He et al. 2015, arXiv:1512.03385; Choi et al. 2019, arXiv:1904.03814).

    The shortcut is the input itself. Where the stride or the channels change it is a 1x1 unit with an activation
    (`activated`, as in TC-ResNet) or without (`projection`), or the input thinned out and `widened` with zeros.
    """

    kind = "residual"
    channels: Count
    kernel: Sizes
    stride: Sizes = 1
    padding: Paddings = 0
    shortcut: Literal["activated", "projection", "widened"] = "activated"

    def build(self, input: Shape, length: int | None = None) -> Block:
        rank = len(input)
        first = unit(input, self.channels, per_axis(rank, self.kernel, self.stride, 1, self.padding))
        second = unit(first.output, self.channels, per_axis(rank, self.kernel, 1, 1, self.padding), activation="none")
        body = chain(input, first=first, second=second)
        points = per_axis(rank, 1, self.stride, 1, 0)
        shortcut = Stack(input, [])
        if (body.output, body.window.stride) != (input, 1):
            if self.shortcut == "widened":
                thinned = Pool(input, points, mode="max")
                shortcut = chain(input, thinned=thinned, widened=Widen(thinned.output, self.channels))
            else:
                chosen: Activation = "relu" if self.shortcut == "activated" else "none"
                shortcut = unit(input, self.channels, points, activation=chosen)
        residual = Residual(body, shortcut)
        return chain(input, residual=residual, activation=activation(residual.output, "relu"))


class BottleneckSpec(LayerSpec):
    """1x1, 3x3 and 1x1 convolution units around a shortcut, the stride in the middle one (He et al. 2015).

    `width` is that of the inner two, `squeeze` the hidden size of a squeeze-and-excite gate (Hu et al. 2018).
    """

    kind = "bottleneck"
    channels: Count
    width: Count
    kernel: Sizes = 3
    stride: Sizes = 1
    groups: Count = 1
    squeeze: Count | None = None

    def build(self, input: Shape, length: int | None = None) -> Block:
        rank = len(input)
        reduce = unit(input, self.width, [Window()] * rank)
        windows = per_axis(rank, self.kernel, self.stride, 1, "same")
        spatial = unit(reduce.output, self.width, windows, groups=self.groups)
        expand = unit(spatial.output, self.channels, [Window()] * rank, activation="none")
        body = chain(input, reduce=reduce, spatial=spatial, expand=expand)
        if self.squeeze:
            gate = squeeze(body.output, after(body, length), self.squeeze)
            body = chain(input, reduce=reduce, spatial=spatial, expand=expand, gate=gate)
        shortcut = Stack(input, [])
        if (body.output, body.window.stride) != (input, 1):
            shortcut = unit(input, self.channels, per_axis(rank, 1, self.stride, 1, 0), activation="none")
        residual = Residual(body, shortcut)
        return chain(input, residual=residual, activation=activation(residual.output, "relu"))


class PreactivatedSpec(LayerSpec):
    """Norm, activation and convolution, twice, around a shortcut: Wide ResNet (Zagoruyko 2016, arXiv:1605.07146).

    Where the stride or the channels change, the shortcut is a 1x1 convolution of what the first activation gives.
    """

    kind = "preactivated"
    channels: Count
    kernel: Sizes = 3
    stride: Sizes = 1
    dropout: Rate = 0.0

    def build(self, input: Shape, length: int | None = None) -> Block:
        rank = len(input)
        windows = per_axis(rank, self.kernel, self.stride, 1, "same")
        norm, relu = Pointwise(input, batch_norm(input)), activation(input, "relu")
        first = unit(input, self.channels, windows)
        second = Conv(first.output, self.channels, per_axis(rank, self.kernel, 1, 1, "same"), bias=False)
        loss = dropout(first.output, self.dropout)
        if (second.output, first.window.stride) == (input, 1):
            body = chain(input, norm=norm, activation=relu, first=first, dropout=loss, second=second)
            return Residual(body, Stack(input, []))
        shortcut = Conv(input, self.channels, per_axis(rank, 1, self.stride, 1, 0), bias=False)
        residual = Residual(chain(input, first=first, dropout=loss, second=second), shortcut)
        return chain(input, norm=norm, activation=relu, residual=residual)
