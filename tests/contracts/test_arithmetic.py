"""Law 5: the sizes, receptive field, stride and parameters that are calculated are those of what is built."""

import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.models.build import build
from specnet.models.layer import LayerSpec
from specnet.models.layers import ConvSpec, LevelSpec, NormSpec, PoolSpec
from specnet.models.mobile import SeparableSpec
from specnet.models.residuals import ResidualSpec
from specnet.models.spec import NetworkSpec, presets

WINDOWS = st.builds(Window, kernel=st.integers(1, 7), stride=st.integers(1, 4), dilation=st.integers(1, 3))


@st.composite
def layers(draw: st.DrawFn, rank: int) -> LayerSpec:
    """A layer for maps of a rank, which may or may not fit what reaches it."""

    def sizes(most: int) -> tuple[int, ...]:
        return tuple(draw(st.lists(st.integers(1, most), min_size=rank, max_size=rank)))

    channels = draw(st.sampled_from([4, 8]))
    match draw(st.sampled_from(["conv", "separable", "residual", "pool", "level", "norm"])):
        case "conv":
            groups = draw(st.sampled_from([1, 2, "depthwise"]))
            padding = (*(draw(st.integers(0, 1)) for _ in range(rank - 1)), 0)
            return ConvSpec(
                channels=channels, kernel=sizes(5), stride=sizes(3), dilation=sizes(2), padding=padding, groups=groups,
                norm=draw(st.booleans()), bias=draw(st.sampled_from([None, True, False])), activation="silu",
            )  # fmt: skip
        case "separable":
            kernel, stride, dilation = draw(st.tuples(st.integers(1, 6), st.integers(1, 2), st.integers(1, 3)))
            return SeparableSpec(channels=channels, kernel=kernel, stride=stride, dilation=dilation)
        case "residual":
            # a shortcut needs the size that the body leaves: only time may shrink
            space = (1,) * (rank - 1)
            kernel, stride = (*space, draw(st.integers(1, 5))), (*space, draw(st.integers(1, 3)))
            return ResidualSpec(channels=channels, kernel=kernel, stride=stride)
        case "pool":
            return PoolSpec(mode=draw(st.sampled_from(["max", "average"])), kernel=sizes(4), stride=sizes(2))
        case "level":
            return LevelSpec(frames=draw(st.integers(1, 20)))
        case _:
            return NormSpec()


@st.composite
def stacks(draw: st.DrawFn) -> tuple[list[LayerSpec], Stack]:
    """Up to five layers of rank 1, 2 or 3 that fit each other."""
    rank = draw(st.integers(1, 3))
    drawn = draw(st.lists(layers(rank), min_size=1, max_size=5))
    spec = NetworkSpec("drawn", {}, tuple((f"layer{i}", layer) for i, layer in enumerate(drawn)))
    try:
        stack = spec.build((4, 9, 7)[:rank])
    except SpecnetError:
        assume(False)
    return drawn, stack.double().eval()


def parameters(layer: LayerSpec, channels: int, rank: int) -> int:
    """Weights, biases and norms of a layer on so many channels, counted by hand."""

    def unit(before: int, after: int, kernel: int, extra: int) -> int:
        return before * after * kernel + extra * after

    match layer:
        case ConvSpec():
            groups = channels if layer.groups == "depthwise" else layer.groups
            bias = not layer.norm if layer.bias is None else layer.bias
            extra = 2 * layer.norm + bias
            return unit(channels, layer.channels, math.prod(layer.kernel), 0) // groups + extra * layer.channels
        case SeparableSpec():
            return channels * layer.kernel + 2 * channels + unit(channels, layer.channels, 1, 2)
        case ResidualSpec():
            body = unit(channels, layer.channels, math.prod(layer.kernel), 2)
            body += unit(layer.channels, layer.channels, math.prod(layer.kernel), 2)
            same = layer.channels == channels and max(layer.stride) == 1
            return body + (0 if same else unit(channels, layer.channels, 1, 2))
        case NormSpec():
            return 2 * channels
        case _:
            return 0


@settings(max_examples=60, deadline=None)
@given(drawn=stacks(), extra=st.integers(0, 9))
def test_output_size_is_what_comes_out(drawn, extra):
    _, stack = drawn
    frames = stack.window.span + extra
    with torch.no_grad():
        y = stack(torch.rand(2, *stack.input, frames, dtype=torch.float64))
    assert y.shape == (2, *stack.output, stack.window.output(frames))


@settings(max_examples=60, deadline=None)
@given(drawn=stacks(), frame=st.integers(0, 3))
def test_receptive_field_and_stride_say_what_each_output_sees(drawn, frame):
    _, stack = drawn
    window = stack.window
    first, last = frame * window.stride, frame * window.stride + window.span - 1
    frames = 4 * window.stride + window.span

    def sees(t: int) -> bool:
        x = torch.rand(1, *stack.input, frames, dtype=torch.float64)
        x[..., t] = torch.nan
        with torch.no_grad():
            return bool(stack(x)[..., frame].isnan().any())

    assert sees(first) and sees(last)
    assert not sees(last + 1)
    assert first == 0 or not sees(first - 1)


@settings(max_examples=60, deadline=None)
@given(drawn=stacks(), chunks=st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_a_stream_warms_up_as_calculated_then_gives_the_whole(drawn, chunks):
    _, stack = drawn
    window = stack.window
    before = window.warm_up + 1
    lengths = [before * window.stride, *(n * window.stride for n in chunks)]
    x = torch.randn(1, *stack.input, sum(lengths), dtype=torch.float64)
    outputs, state = [], stack.start(x)
    with torch.no_grad():
        for chunk in x.split(lengths, dim=-1):
            y, state = stack.step(chunk, state)
            outputs.append(y)
        whole = stack(x[..., lengths[0] - window.span :])
    torch.testing.assert_close(torch.cat(outputs, dim=-1)[..., window.warm_up :], whole, atol=1e-12, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(drawn=stacks())
def test_parameters_are_those_counted_by_hand(drawn):
    specs, stack = drawn
    for spec, (_, block) in zip(specs, stack.named(), strict=True):
        built = sum(weights.numel() for weights in block.parameters())
        assert built == parameters(spec, block.input[0], len(stack.input))


@given(windows=st.lists(WINDOWS, max_size=5), frames=st.integers(0, 400))
def test_a_composite_gives_what_its_parts_give_in_turn(windows, frames):
    composite, left = Window(), frames
    for window in windows:
        composite, left = composite.then(window), window.output(left)
    assert composite.output(frames) == left


@pytest.mark.parametrize("preset", presets())
def test_presets_see_what_their_window_says(preset):
    stack = build(preset).double().eval()
    window = stack.window
    x = torch.rand(3, 40, window.span + window.stride, dtype=torch.float64)
    x[0, :, 0] = x[1, :, window.span - 1] = x[2, :, window.span] = torch.nan
    with torch.no_grad():
        y = stack(x)
    assert y.shape == (3, *stack.output, 2)
    assert y[:, 0, 0].isnan().tolist() == [True, True, False]
    assert y[:, 0, 1].isnan().tolist() == [False, True, True]
