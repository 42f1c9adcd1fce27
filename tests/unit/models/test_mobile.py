import pytest
import torch
from torch import nn

from specnet.core.branches import Residual
from specnet.core.stack import Stack
from specnet.errors import SpecnetError
from specnet.models.mobile import InvertedSpec


def size(network: nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


def test_wide_inside_narrow_outside():
    block = InvertedSpec(channels=6, hidden=24, kernel=5).build((4, 10), 10)
    assert size(block) == (4 + 25 + 6) * 24 + 2 * (24 + 24 + 6)
    assert [layer.output for _, layer in block.named()] == [(24, 10), (24, 10), (6, 10)]


def test_nothing_is_widened_where_hidden_is_what_reaches_it():
    block = InvertedSpec(channels=6, hidden=4).build((4, 10), 10)
    assert [name for name, _ in block.named()] == ["depthwise", "narrow"]
    assert size(block) == (9 + 6) * 4 + 2 * (4 + 6)


@pytest.mark.parametrize(
    ("changed", "kind", "output"),
    [({}, Residual, (4, 10)), ({"channels": 6}, Stack, (6, 10)), ({"stride": 2}, Stack, (4, 5))],
)
def test_a_shortcut_only_where_sizes_stay(changed, kind, output):
    block = InvertedSpec(**({"channels": 4, "hidden": 8} | changed)).build((4, 10), 10)
    assert isinstance(block, kind) and block.output == output


def test_nothing_but_the_shortcut_is_left_without_the_last_kernels():
    block = InvertedSpec(channels=4, hidden=8).build((4, 10), 10).eval()
    nn.init.zeros_(block.branch("body").blocks["body"].blocks["narrow"].blocks["conv"].weight)
    x = torch.randn(2, 4, 10, 10)
    assert torch.equal(block(x), x)


@torch.no_grad()
@pytest.mark.parametrize(("gate", "bias", "weight"), [("sigmoid", 0, 0.5), ("hardsigmoid", 1.5, 0.75)])
def test_the_gate_weighs_the_channels_of_the_depthwise_convolution(gate, bias, weight):
    spec = InvertedSpec(channels=6, hidden=8, squeeze=2, gate=gate)
    block = spec.build((4, 10), 10).eval()
    expand = block.blocks["gate"].body.blocks["expand"].blocks["conv"]
    nn.init.zeros_(expand.weight)
    nn.init.constant_(expand.bias, bias)
    x = torch.randn(2, 4, 10, 10)
    inside = block.blocks["depthwise"](block.blocks["widen"](x))
    torch.testing.assert_close(block(x), block.blocks["narrow"](weight * inside))
    assert size(block) - size(InvertedSpec(channels=6, hidden=8).build((4, 10), 10)) == 8 * 2 + 2 + 2 * 8 + 8


def test_a_gate_needs_an_image_of_a_known_size_and_that_size():
    spec = InvertedSpec(channels=6, hidden=8, squeeze=2)
    with pytest.raises(SpecnetError, match="squeeze looks at the whole input, which a scanner never has"):
        spec.build((4, 10))
    with pytest.raises(SpecnetError, match="a gate looks at all of 10 elements, not a part of 12"):
        spec.build((4, 10), 10)(torch.zeros(1, 4, 10, 12))


def test_examples_skip_the_body_in_training_alone():
    torch.manual_seed(0)
    block = InvertedSpec(channels=4, hidden=8, skipped=0.5).build((4, 10), 10)
    x = torch.randn(32, 4, 10, 10)
    same = [torch.equal(before, after) for before, after in zip(x, block(x), strict=True)]
    assert any(same) and not all(same)
    assert not any(torch.equal(before, after) for before, after in zip(x, block.eval()(x), strict=True))
