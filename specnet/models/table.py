"""The closed table of layer kinds: every kind that a preset may name."""

from specnet.models.broadcasted import BroadcastedSpec
from specnet.models.layer import LayerSpec
from specnet.models.layers import (
    ActivationSpec,
    ConvSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    LevelSpec,
    NormSpec,
    PoolSpec,
    ResponseSpec,
    UnsqueezeSpec,
)
from specnet.models.mobile import InvertedSpec, SeparableSpec
from specnet.models.paths import GrowSpec, InceptionSpec
from specnet.models.residuals import BottleneckSpec, PreactivatedSpec, ResidualSpec

LAYERS: dict[str, type[LayerSpec]] = {
    layer.kind: layer
    for layer in (
        ConvSpec, PoolSpec, DenseSpec, NormSpec, ResponseSpec, ActivationSpec, DropoutSpec, LevelSpec, FlattenSpec,
        UnsqueezeSpec, SeparableSpec, InvertedSpec, ResidualSpec, BottleneckSpec, PreactivatedSpec, BroadcastedSpec,
        InceptionSpec, GrowSpec,
    )
}  # fmt: skip
