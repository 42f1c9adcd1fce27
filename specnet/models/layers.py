"""The closed table of layer kinds: each a frozen description that builds its block for the shape that reaches it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from specnet.core.block import Block, Shape
from specnet.core.blocks import Conv, Level, Pointwise, Pool, Reshape
from specnet.core.norm import SubSpectralNorm, batch_norm
from specnet.core.stack import Residual, Stack
from specnet.core.window import Window
from specnet.models.units import (
    Activation,
    Count,
    Paddings,
    Sizes,
    activation,
    chain,
    dropout,
    over_time,
    per_axis,
    unit,
)

Rate = Annotated[float, Field(ge=0, lt=1)]


class LayerSpec(BaseModel):
    """One layer as data; `build` gives its block for an input shape, or a `SpecnetError` why it cannot be."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ClassVar[str]
    name: str = Field(default="", pattern="^([a-z][a-z0-9_-]*)?$")
    repeat: Count = 1

    @abstractmethod
    def build(self, input: Shape) -> Block: ...


class ConvSpec(LayerSpec):
    """A convolution unit: kernel, then batch norm and activation where wanted (a bias only without the norm)."""

    kind = "conv"
    channels: Count
    kernel: Sizes = 1
    stride: Sizes = 1
    dilation: Sizes = 1
    padding: Paddings = 0
    groups: Count | Literal["depthwise"] = 1
    norm: bool = True
    bias: bool = True
    activation: Activation = "relu"

    def build(self, input: Shape) -> Block:
        return unit(
            input,
            self.channels,
            per_axis(len(input), self.kernel, self.stride, self.dilation, self.padding),
            groups=self.groups,
            norm=self.norm,
            bias=self.bias,
            activation=self.activation,
        )


class SeparableSpec(LayerSpec):
    """Depthwise convolution over time and pointwise mixing, each with batch norm, around a cropped shortcut.

    Where the stride or a change of channels leaves no shortcut, there is none.
    """

    kind = "separable"
    channels: Count
    kernel: Count
    stride: Count = 1
    dilation: Count = 1
    activation: Activation = "relu"
    dropout: Rate = 0.0

    def build(self, input: Shape) -> Block:
        windows = over_time(input, Window(self.kernel, self.stride, self.dilation))
        depthwise = unit(input, input[0], windows, groups="depthwise", activation=self.activation)
        pointwise = unit(depthwise.output, self.channels, over_time(input, Window()), activation=self.activation)
        body = chain(input, depthwise=depthwise, pointwise=pointwise, dropout=dropout(pointwise.output, self.dropout))
        return Residual(body, Stack(input, [])) if body.output == input and self.stride == 1 else body


class ResidualSpec(LayerSpec):
    """Two convolution units around a shortcut, as in TC-ResNet (Choi et al. 2019, arXiv:1904.03814).

    The shortcut is the input itself, or a 1x1 unit where the stride or the channels change.
    """

    kind = "residual"
    channels: Count
    kernel: Sizes
    stride: Sizes = 1
    padding: Paddings = 0

    def build(self, input: Shape) -> Block:
        rank = len(input)
        first = unit(input, self.channels, per_axis(rank, self.kernel, self.stride, 1, self.padding))
        second = unit(first.output, self.channels, per_axis(rank, self.kernel, 1, 1, self.padding), activation="none")
        shortcut = Stack(input, [])
        if first.output != input or first.window.stride > 1:
            shortcut = unit(input, self.channels, per_axis(rank, 1, self.stride, 1, 0))
        residual = Residual(chain(input, first=first, second=second), shortcut)
        return chain(input, residual=residual, activation=activation(residual.output, "relu"))


class BroadcastedSpec(LayerSpec):
    """The block of BC-ResNet (Kim et al. 2021, arXiv:2106.04140): a 2-D path, and a 1-D path pooled over frequency.

    `relu(x + f2(x) + f1(mean over frequency of f2(x)))`; where the channels change, f2 begins with a 1x1 unit and
    there is no `x`. `stride` is in frequency, `dilation` in time.
    """

    kind = "broadcasted"
    channels: Count
    stride: Count = 1
    dilation: Count = 1
    sub_bands: Count = 5
    dropout: Rate = 0.1

    def build(self, input: Shape) -> Block:
        transition = input[0] != self.channels
        mixed = unit(input, self.channels, [Window(), Window()]) if transition else Stack(input, [])
        spectral = Conv(
            mixed.output, self.channels, [Window(3, self.stride, padding=1), Window()], groups=self.channels, bias=False
        )
        shape = spectral.output
        norm = Pointwise(shape, SubSpectralNorm(shape, self.sub_bands))
        pooled = Pool(shape, [Window(shape[1]), Window()], mode="average")
        temporal = unit(
            pooled.output,
            self.channels,
            [Window(), Window(3, dilation=self.dilation)],
            groups="depthwise",
            activation="silu",
        )
        mix = Conv(temporal.output, self.channels, [Window(), Window()], bias=False)
        last = dropout(mix.output, self.dropout)
        broadcast = Residual(chain(shape, pool=pooled, temporal=temporal, mix=mix, dropout=last), Stack(shape, []))
        body: Block = chain(input, mixed=mixed, spectral=spectral, norm=norm, broadcast=broadcast)
        if not transition:
            body = Residual(body, Stack(input, []))
        return chain(input, body=body, activation=activation(body.output, "relu"))


class PoolSpec(LayerSpec):
    """The maximum or average of each window."""

    kind = "pool"
    mode: Literal["max", "average"]
    kernel: Sizes
    stride: Sizes = 1
    padding: Paddings = 0

    def build(self, input: Shape) -> Block:
        return Pool(input, per_axis(len(input), self.kernel, self.stride, 1, self.padding), mode=self.mode)


class DenseSpec(LayerSpec):
    """A fully connected layer, slid over time: a convolution that spans all space there is, and `frames` of time."""

    kind = "dense"
    channels: Count
    frames: Count = 1
    norm: bool = True
    activation: Activation = "relu"

    def build(self, input: Shape) -> Block:
        windows = [*(Window(size) for size in input[1:]), Window(self.frames)]
        dense = unit(input, self.channels, windows, norm=self.norm, activation=self.activation)
        return chain(input, dense=dense, flatten=Reshape(dense.output, (self.channels,)))


class NormSpec(LayerSpec):
    """Batch normalisation of each channel."""

    kind = "norm"

    def build(self, input: Shape) -> Block:
        return Pointwise(input, batch_norm(input))


class ActivationSpec(LayerSpec):
    """A non-linearity."""

    kind = "activation"
    function: Activation

    def build(self, input: Shape) -> Block:
        return activation(input, self.function)


class DropoutSpec(LayerSpec):
    """Whole channels set to zero at a rate, in training only."""

    kind = "dropout"
    rate: Rate

    def build(self, input: Shape) -> Block:
        return dropout(input, self.rate)


class LevelSpec(LayerSpec):
    """Running level of the last `frames` frames taken off log features."""

    kind = "level"
    frames: Count

    def build(self, input: Shape) -> Block:
        return Level(input, self.frames)


class FlattenSpec(LayerSpec):
    """Channels and space into channels; time stays, so the size does not depend on the clip."""

    kind = "flatten"

    def build(self, input: Shape) -> Block:
        size = 1
        for n in input:
            size *= n
        return Reshape(input, (size,))


class UnsqueezeSpec(LayerSpec):
    """One more spatial axis: `[bands, time]` as one channel, or as that many channels of maps one row high."""

    kind = "unsqueeze"
    bands: Literal["rows", "channels"] = "rows"

    def build(self, input: Shape) -> Block:
        return Reshape(input, (1, *input) if self.bands == "rows" else (*input, 1))


LAYERS: dict[str, type[LayerSpec]] = {
    layer.kind: layer
    for layer in (
        ConvSpec, SeparableSpec, ResidualSpec, BroadcastedSpec, PoolSpec, DenseSpec, NormSpec, ActivationSpec,
        DropoutSpec, LevelSpec, FlattenSpec, UnsqueezeSpec,
    )
}  # fmt: skip
"""Every kind that a preset may name."""
