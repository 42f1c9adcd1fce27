"""Law 5: what a summary counts is what the built network has, gives and does when it is run."""

import math
from dataclasses import dataclass

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from specnet.core.blocks import Conv, Pointwise
from specnet.core.branches import Gate
from specnet.core.stack import Stack
from specnet.errors import SpecnetError
from specnet.models.broadcasted import BroadcastedSpec
from specnet.models.classifier import classifier
from specnet.models.heads import Head, Keyword
from specnet.models.layers import ConvSpec, DenseSpec, FlattenSpec, NormSpec, PoolSpec
from specnet.models.mobile import InvertedSpec
from specnet.models.paths import GrowSpec, InceptionSpec
from specnet.models.residuals import BottleneckSpec, PreactivatedSpec
from specnet.models.spec import NetworkSpec, presets, read_spec
from specnet.models.summary import summarise
from tests.contracts.test_arithmetic import stacks

NARROW = st.integers(1, 2)


@st.composite
def image_layers(draw):
    """A layer of a network for images, padded, gated or with paths side by side."""
    match draw(st.integers(0, 9)):
        case 0:
            numbers = {key: (draw(NARROW), draw(NARROW)) for key in ("stride", "dilation", "padding")}
            groups = draw(st.sampled_from([1, 2, "depthwise"]))
            return ConvSpec(channels=4, kernel=(draw(st.integers(1, 4)), 3), groups=groups, **numbers)
        case 1:
            mode, overhang = draw(st.sampled_from([("max", 1), ("max", 0), ("average", 0)]))
            size = {"kernel": draw(st.integers(2, 3)), "stride": draw(NARROW), "padding": 1 - overhang}
            return PoolSpec(mode=mode, overhang=overhang, **size)
        case 2:
            return BottleneckSpec(channels=4, width=2, stride=draw(NARROW), squeeze=draw(st.sampled_from([None, 2])))
        case 3:
            return InceptionSpec(point=1, middle=(2, 1), wide=(1, 1), pool=1)
        case 4:
            return GrowSpec(growth=2, width=3)
        case 5:
            return InvertedSpec(channels=4, hidden=6, kernel=5, stride=draw(NARROW), squeeze=2, skipped=0.1)
        case 6:
            return PreactivatedSpec(channels=4, stride=draw(NARROW))
        case 7:
            return BroadcastedSpec(channels=4, sub_bands=1, dropout=0)
        case 8:
            return draw(st.sampled_from([NormSpec(), FlattenSpec()]))
        case _:
            return DenseSpec(channels=4, frames=draw(st.sampled_from([1, "all"])))


@st.composite
def image_stacks(draw) -> Stack:
    """Up to four layers that fit an image of 14 by 13."""
    drawn = draw(st.lists(image_layers(), min_size=1, max_size=4))
    spec = NetworkSpec("drawn", {}, tuple((f"layer{i}", layer) for i, layer in enumerate(drawn)))
    try:
        return spec.build((4, 14), 13).eval()
    except SpecnetError:
        assume(False)


@dataclass(frozen=True)
class Measured:
    """What happened while a network ran: multiply-adds, sizes of the outputs of kernels, and the size at the end."""

    multiply_adds: int
    sizes: list[int]
    output: tuple[int, ...]


def measure(network: nn.Module, size: tuple[int, ...], device: str = "cpu") -> Measured:
    sizes: list[int] = []
    for layer in network.modules():
        if isinstance(layer, Conv | nn.Conv1d):
            layer.register_forward_hook(lambda _, __, y: sizes.append(math.prod(y.shape)))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        y = network(torch.ones(1, *size, device=device, dtype=next(network.parameters(), torch.ones(1)).dtype))
    return Measured(counter.get_total_flops() // 2, sizes, tuple(y.shape[1:]))


def require_exact(summary, network, measured):
    assert summary.total.multiply_adds == measured.multiply_adds
    assert summary.total.parameters == sum(weights.numel() for weights in network.parameters())
    assert [math.prod(row.output) for row in summary.rows if row.multiply_adds] == measured.sizes
    assert not summary.rows or summary.rows[-1].output == measured.output
    assert len({row.name for row in summary.rows}) == len(summary.rows)


def require_seen(stack: Stack, summary, size: tuple[int, ...]):
    """Poison one plane of the input at a time, and see which ones reach each position of each layer."""
    for parent in list(stack.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, Gate):  # which sees everything, and is not counted
                parent.add_module(name, Pointwise(child.input, nn.Identity()))
            elif isinstance(child, Pointwise):
                child.layer = nn.Identity()
    ends = {row.name.partition(".")[0]: row for row in summary.rows}
    for axis in range(len(size) - 1):
        n = size[1 + axis]
        x = torch.zeros(n, *size, dtype=torch.float64)
        for plane in range(n):
            x[plane].select(1 + axis, plane).fill_(torch.nan)
        y, stack = x, stack.double()
        for layer, block in stack.named():
            with torch.no_grad():
                y = block(y)
            if layer not in ends:
                continue
            row = ends[layer]
            place = axis - len(size)  # counted from the end of [batch, channels, *space]
            place = place + 1 if y.dim() == x.dim() else -1 if axis == len(size) - 2 else None
            reached = y.isnan().flatten(1)[..., None] if place is None else y.isnan().movedim(place, -1).flatten(1, -2)
            planes = [seen.nonzero().flatten() for seen in reached.any(1).unbind(-1)]
            widths = [int(seen[-1] - seen[0]) + 1 for seen in planes if len(seen)]
            field, stride = row.receptive_field[axis], row.receptive_stride[axis]
            assert all(width <= field for width in widths), (layer, axis)
            if field + stride - 1 <= n:  # so one position at least looks over no edge
                assert max(widths) == field, (layer, axis)


@settings(max_examples=40)
@given(drawn=stacks(), extra=st.integers(0, 9))
def test_drawn_scanners(drawn, extra):
    _, stack = drawn
    frames = stack.window.span + extra
    summary = summarise("drawn", stack, frames)
    require_exact(summary, stack, measure(stack, (*stack.input, frames)))
    assert not summary.rows or summary.rows[-1].receptive_field[-1] == stack.window.span
    assert not summary.rows or summary.rows[-1].receptive_stride[-1] == stack.window.stride


@settings(max_examples=60)
@given(stack=image_stacks())
def test_drawn_networks_for_images(stack):
    summary = summarise("drawn", stack, 13)
    require_exact(summary, stack, measure(stack, (4, 14, 13)))
    require_seen(stack, summary, (4, 14, 13))


@pytest.mark.parametrize("preset", presets("scanners"))
def test_scanner_presets(preset):
    with torch.device("meta"):
        stack = read_spec(preset).build((40,)).eval()
    summary = summarise(preset, stack)
    require_exact(summary, stack, measure(stack, summary.input, "meta"))
    assert summary.rows[-1].receptive_field == (stack.window.span,) == summary.input[1:]


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("kind", ["max", "softmax", "mlp"])
def test_heads(kind, members):
    with torch.device("meta"):
        trunk = read_spec("tcresnet").build((40,))
        keyword = Keyword(trunk, Head(kind, trunk.output[0], labels=2, boundaries=True, members=members)).eval()
    summary = summarise("tcresnet", keyword, 120)
    whole = nn.Sequential(trunk, keyword.head.hidden, keyword.head.output)
    require_exact(summary, keyword, measure(whole, (40, 120), "meta"))


@pytest.mark.parametrize("preset", presets("images"))
def test_image_presets(preset):
    with torch.device("meta"):
        network = classifier(preset).eval()
    summary = summarise(preset, network)
    require_exact(summary, network.trunk, measure(network, network.size, "meta"))
    heads = sum(row.parameters for rows in summary.auxiliary.values() for row in rows)
    assert summary.total.parameters + heads == sum(weights.numel() for weights in network.parameters())


@pytest.mark.parametrize("preset", presets("images"))
def test_image_presets_see_what_is_said(preset):
    channels, *own = read_spec(preset).input
    for size in ((32, 32), (64, 64), (128, 128), own):
        try:
            network = classifier(preset, input=(channels, *size)).eval()
        except SpecnetError:
            continue
        return require_seen(network.trunk, summarise(preset, network), network.size)
