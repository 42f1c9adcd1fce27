import pytest
import torch

from specnet.core.branches import Residual
from specnet.core.stack import Stack
from specnet.errors import SpecnetError
from specnet.models.broadcasted import BroadcastedSpec
from specnet.models.layers import ConvSpec, DenseSpec, DropoutSpec, FlattenSpec, ResponseSpec, UnsqueezeSpec
from specnet.models.mobile import SeparableSpec
from specnet.models.residuals import ResidualSpec


def test_separable_has_a_shortcut_only_where_the_shape_stays():
    assert isinstance(SeparableSpec(channels=8, kernel=9).build((8,)), Residual)
    assert isinstance(SeparableSpec(channels=12, kernel=9).build((8,)), Stack)
    assert isinstance(SeparableSpec(channels=8, kernel=9, stride=2).build((8,)), Stack)


def test_separable_without_its_kernels_is_its_shortcut():
    block = SeparableSpec(channels=8, kernel=9, dilation=2).build((8,)).eval()
    torch.nn.init.zeros_(block.body.blocks["pointwise"].blocks["conv"].weight)
    x = torch.randn(1, 8, 30)
    assert torch.equal(block(x), x[..., 8:-8])


def test_residual_projects_the_shortcut_where_the_shape_changes():
    plain, projected = ResidualSpec(channels=8, kernel=9), ResidualSpec(channels=8, kernel=9, stride=2)
    sizes = [sum(p.numel() for p in spec.build((8,)).parameters()) for spec in (plain, projected)]
    assert sizes[1] - sizes[0] == 8 * 8 + 2 * 8


def test_broadcasted_adds_to_every_frequency_the_same():
    block = BroadcastedSpec(channels=8).build((8, 20)).eval()
    broadcast = block.blocks["body"].body.blocks["broadcast"]
    x = torch.randn(1, 8, 20, 12)
    added = broadcast(x) - x[..., 1:-1]
    torch.testing.assert_close(added, added[:, :, :1].expand_as(added), atol=1e-5, rtol=0)


@pytest.mark.parametrize("shape", [(40,), (4, 10), (2, 4, 5)])
def test_dense_is_a_fully_connected_layer_of_each_window(shape):
    block = DenseSpec(channels=7, frames=3, norm=False, activation="none").build(shape)
    conv = block.blocks["dense"].blocks["conv"]
    x = torch.randn(1, *shape, 5)
    expected = torch.nn.functional.linear(x[..., 1:4].flatten(1), conv.weight.flatten(1), conv.bias)
    torch.testing.assert_close(block(x)[..., 1], expected)


def test_rank_goes_up_and_down_again():
    assert UnsqueezeSpec().build((40,)).output == (1, 40)
    assert UnsqueezeSpec(bands="channels").build((40,)).output == (40, 1)
    assert FlattenSpec().build((16, 9)).output == (144,)


def test_one_padding_is_for_all_axes_and_same_keeps_sizes():
    block = ConvSpec(channels=2, kernel=3, padding=1).build((1, 10), 7)
    assert block(torch.zeros(1, 1, 10, 7)).shape == (1, 2, 10, 7)
    block = ConvSpec(channels=2, kernel=(5, 3), dilation=(1, 2), padding="same").build((1, 10), 7)
    assert block(torch.zeros(1, 1, 10, 7)).shape == (1, 2, 10, 7)
    with pytest.raises(SpecnetError, match="odd span, not \\[2, 2\\]"):
        ConvSpec(channels=2, kernel=2, padding="same").build((1, 10), 7)


@pytest.mark.parametrize(
    ("norm", "bias", "parameters"), [(True, None, 9 + 2), (True, True, 9 + 3), (False, None, 9 + 1), (False, False, 9)]
)
def test_a_bias_is_there_without_a_norm_or_where_told(norm, bias, parameters):
    block = ConvSpec(channels=1, kernel=3, norm=norm, bias=bias).build((1, 5))
    assert sum(weights.numel() for weights in block.parameters()) == parameters


def test_response_normalisation_is_that_of_its_paper():
    x = torch.randn(2, 7, 3, 4)
    y = ResponseSpec(channels=5, alpha=0.3, beta=0.75, k=2).build((7, 3))(x)
    neighbours = x[:, 1:6].square().sum(dim=1)  # of channel 3: two on either side
    torch.testing.assert_close(y[:, 3], x[:, 3] / (2 + 0.3 * neighbours) ** 0.75)
    torch.testing.assert_close(y[:, 0], x[:, 0] / (2 + 0.3 * x[:, :3].square().sum(dim=1)) ** 0.75)


@pytest.mark.parametrize(("of", "whole"), [("channels", True), ("elements", False)])
def test_dropout_takes_whole_channels_or_single_elements(of, whole):
    torch.manual_seed(0)
    kept = DropoutSpec(rate=0.5, of=of).build((50, 4))(torch.ones(1, 50, 4, 5)).flatten(2).count_nonzero(dim=2)
    assert set(kept.flatten().tolist()) == {0, 20} if whole else len(set(kept.flatten().tolist())) > 2
