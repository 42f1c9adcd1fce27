"""Layer kinds of small networks: depthwise-separable convolution and inverted residuals."""

from __future__ import annotations

from specnet.core.block import Block, Shape
from specnet.core.blocks import Pointwise
from specnet.core.branches import Residual
from specnet.core.norm import StochasticDepth
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.models.layer import LayerSpec
from specnet.models.units import (
    Activation,
    Count,
    Epsilon,
    Rate,
    Sizes,
    after,
    chain,
    dropout,
    over_time,
    per_axis,
    squeeze,
    unit,
)


class SeparableSpec(LayerSpec):
    """Depthwise convolution over time and pointwise mixing, each with batch norm, around a cropped shortcut.

    Where the stride or a change of channels leaves no shortcut, there is none. `groups` of channels mix within
    themselves alone.
    """

    kind = "separable"
    channels: Count
    kernel: Count
    stride: Count = 1
    dilation: Count = 1
    groups: Count = 1
    activation: Activation = "relu"
    dropout: Rate = 0.0

    def build(self, input: Shape, length: int | None = None) -> Block:
        windows = over_time(input, Window(self.kernel, self.stride, self.dilation))
        depthwise = unit(input, input[0], windows, groups="depthwise", activation=self.activation)
        point = over_time(input, Window())
        pointwise = unit(depthwise.output, self.channels, point, groups=self.groups, activation=self.activation)
        body = chain(input, depthwise=depthwise, pointwise=pointwise, dropout=dropout(pointwise.output, self.dropout))
        return Residual(body, Stack(input, [])) if body.output == input and self.stride == 1 else body


class InvertedSpec(LayerSpec):
    """Wide inside, narrow outside: 1x1 up to `hidden`, depthwise, gate, 1x1 down, around a shortcut where sizes stay.

    MobileNet v2 (Sandler et al. 2018, arXiv:1801.04381), v3 and EfficientNet, with `squeeze` the hidden size of the
    gate. Where `hidden` is what reaches it, there is nothing to widen.
    """

    kind = "inverted"
    channels: Count
    hidden: Count
    kernel: Sizes = 3
    stride: Sizes = 1
    activation: Activation = "relu6"
    squeeze: Count | None = None
    squeeze_activation: Activation = "relu"
    gate: Activation = "sigmoid"
    skipped: Rate = 0.0
    epsilon: Epsilon = 1e-5

    def build(self, input: Shape, length: int | None = None) -> Block:
        rank, point = len(input), [Window()] * len(input)
        widen = Stack(input, [])
        if self.hidden != input[0]:
            widen = unit(input, self.hidden, point, activation=self.activation, epsilon=self.epsilon)
        depthwise = unit(
            widen.output,
            self.hidden,
            per_axis(rank, self.kernel, self.stride, 1, "same"),
            groups="depthwise",
            activation=self.activation,
            epsilon=self.epsilon,
        )
        inside = chain(input, widen=widen, depthwise=depthwise)
        gate: Block = Stack(inside.output, [])
        if self.squeeze:
            left = after(inside, length)
            gate = squeeze(inside.output, left, self.squeeze, self.squeeze_activation, self.gate)
        narrow = unit(inside.output, self.channels, point, activation="none", epsilon=self.epsilon)
        body = chain(input, widen=widen, depthwise=depthwise, gate=gate, narrow=narrow)
        if (body.output, body.window.stride) != (input, 1):
            return body
        skip = Pointwise(input, StochasticDepth(self.skipped)) if self.skipped else Stack(input, [])
        return Residual(chain(input, body=body, skip=skip), Stack(input, []))
