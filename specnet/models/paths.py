"""Layer kinds whose paths are put together: inception modules and the layers of DenseNet."""

from __future__ import annotations

from specnet.core.block import Block, Shape
from specnet.core.blocks import Pointwise, Pool
from specnet.core.branches import Concat
from specnet.core.norm import batch_norm
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.models.layer import LayerSpec
from specnet.models.units import Count, Epsilon, Rate, activation, chain, dropout, per_axis, unit


class InceptionSpec(LayerSpec):
    """Four paths side by side: 1x1; 1x1 and 3x3; 1x1 and 5x5; 3x3 maximum and 1x1.

    Szegedy et al. 2014, arXiv:1409.4842. Each list is the channels along a path. The paper has no `norm`; later
    implementations do, and a `wide_kernel` of 3.
    """

    kind = "inception"
    point: Count
    middle: tuple[Count, Count]
    wide: tuple[Count, Count]
    pool: Count
    wide_kernel: Count = 5
    norm: bool = True
    epsilon: Epsilon = 1e-5

    def build(self, input: Shape, length: int | None = None) -> Block:
        rank = len(input)

        def conv(reached: Shape, channels: int, kernel: int = 1) -> Stack:
            windows = per_axis(rank, kernel, 1, 1, "same")
            return unit(reached, channels, windows, norm=self.norm, epsilon=self.epsilon)

        def two(channels: tuple[int, int], kernel: int) -> Stack:
            reduce = conv(input, channels[0])
            return chain(input, reduce=reduce, conv=conv(reduce.output, channels[1], kernel))

        highest = Pool(input, per_axis(rank, 3, 1, 1, "same"), mode="max")
        return Concat(
            {
                "point": conv(input, self.point),
                "middle": two(self.middle, 3),
                "wide": two(self.wide, self.wide_kernel),
                "pooled": chain(input, highest=highest, conv=conv(highest.output, self.pool)),
            }
        )


class GrowSpec(LayerSpec):
    """One layer of a dense block: its input, and `growth` new channels made of it.

    Huang et al. 2016, arXiv:1608.06993. Norm, activation, 1x1 to `width` channels, norm, activation, 3x3.
    """

    kind = "grow"
    growth: Count
    width: Count
    kernel: Count = 3
    dropout: Rate = 0.0

    def build(self, input: Shape, length: int | None = None) -> Block:
        rank = len(input)
        reduce = unit(input, self.width, [Window()] * rank)
        windows = per_axis(rank, self.kernel, 1, 1, "same")
        spatial = unit(reduce.output, self.growth, windows, norm=False, bias=False, activation="none")
        new = chain(
            input,
            norm=Pointwise(input, batch_norm(input)),
            activation=activation(input, "relu"),
            reduce=reduce,
            spatial=spatial,
            dropout=dropout(spatial.output, self.dropout),
        )
        return Concat({"old": Stack(input, []), "new": new})
