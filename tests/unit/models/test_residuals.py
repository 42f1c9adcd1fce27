"""Layer kinds around a shortcut: with the last of the body's weights zero, only the shortcut is left."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from specnet.core.block import Block
from specnet.errors import SpecnetError
from specnet.models.residuals import BottleneckSpec, PreactivatedSpec, ResidualSpec

X = torch.randn(2, 8, 6, 10)


def size(network: nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


def silenced(block: Block, last: str) -> Block:
    nn.init.zeros_(block.get_submodule(last).weight)
    return block.eval()


def test_widened_shortcuts_have_no_parameters_and_are_the_thinned_input_between_zeros():
    spec = ResidualSpec(channels=12, kernel=3, stride=2, padding=1, shortcut="widened")
    block = spec.build((8, 6), 10)
    assert size(block) == 8 * 12 * 9 + 12 * 12 * 9 + 4 * 12
    y = silenced(block, "blocks.residual.body.blocks.second.blocks.norm.layer")(X)
    assert torch.equal(y, F.pad(X[..., ::2, ::2], [0, 0, 0, 0, 2, 2]).relu())


@pytest.mark.parametrize(("shortcut", "activated"), [("projection", False), ("activated", True)])
def test_projected_shortcuts_are_activated_only_in_tc_resnet(shortcut, activated):
    block = ResidualSpec(channels=8, kernel=3, stride=2, padding=1, shortcut=shortcut).build((8, 6), 10)
    names = [name for name, _ in block.blocks["residual"].shortcut.named()]
    assert ("activation" in names) == activated


def test_a_bottleneck_is_narrow_inside_and_has_its_stride_in_the_middle():
    block = BottleneckSpec(channels=12, width=4, stride=2).build((8, 6), 10)
    assert size(block) == 8 * 4 + 4 * 4 * 9 + 4 * 12 + 8 * 12 + 2 * (4 + 4 + 12 + 12)
    assert block(X).shape == (2, 12, 3, 5)
    body = block.blocks["residual"].body
    strides = [body.blocks[name].window.stride for name in ("reduce", "spatial", "expand")]
    assert strides == [1, 2, 1]


def test_a_bottleneck_without_its_body_is_its_shortcut():
    block = BottleneckSpec(channels=8, width=4).build((8, 6), 10)
    assert torch.equal(silenced(block, "blocks.residual.body.blocks.expand.blocks.norm.layer")(X), X.relu())


def test_a_squeezed_bottleneck_weighs_its_channels_before_the_shortcut():
    plain, squeezed = (BottleneckSpec(channels=8, width=4, squeeze=n).build((8, 6), 10) for n in (None, 2))
    assert size(squeezed) - size(plain) == 8 * 2 + 2 + 2 * 8 + 8
    silenced(squeezed, "blocks.residual.body.blocks.gate.body.blocks.expand.blocks.conv")
    squeezed.load_state_dict(plain.state_dict(), strict=False)
    x, body = X, plain.eval().blocks["residual"].body
    torch.testing.assert_close(squeezed(x), (x + 0.5 * body(x)).relu())  # an expansion of zeros says sigmoid(0)


def test_a_squeeze_needs_an_input_of_a_known_size():
    with pytest.raises(SpecnetError, match="squeeze looks at the whole input, which a scanner never has"):
        BottleneckSpec(channels=8, width=4, squeeze=2).build((8, 6))


def test_a_preactivated_block_without_its_body_is_its_input():
    block = PreactivatedSpec(channels=8).build((8, 6), 10)
    assert torch.equal(silenced(block, "body.blocks.second")(X), X)


def test_the_shortcut_of_a_preactivated_block_that_changes_size_is_of_what_is_activated():
    block = PreactivatedSpec(channels=12, stride=2, dropout=0.3).build((8, 6), 10)
    assert size(block) == 2 * 8 + 8 * 12 * 9 + 2 * 12 + 12 * 12 * 9 + 8 * 12
    y = silenced(block, "blocks.residual.body.blocks.second")(X)
    activated = block.blocks["norm"](X).relu()
    torch.testing.assert_close(y, block.blocks["residual"].shortcut(activated))
