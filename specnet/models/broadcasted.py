"""The layer kind of BC-ResNet."""

from __future__ import annotations

from specnet.core.block import Block, Shape
from specnet.core.blocks import Conv, Pointwise, Pool
from specnet.core.branches import Residual
from specnet.core.norm import SubSpectralNorm
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.models.layer import LayerSpec
from specnet.models.units import Count, Rate, activation, chain, dropout, unit


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

    def build(self, input: Shape, length: int | None = None) -> Block:
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
