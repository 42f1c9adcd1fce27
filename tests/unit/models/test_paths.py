import pytest
import torch
from torch import nn

from specnet.models.paths import GrowSpec, InceptionSpec


def size(network: nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


FIRST = {"point": 64, "middle": (96, 128), "wide": (16, 32), "pool": 32}
"""Inception (3a) of the paper."""


def test_the_first_inception_has_the_159_thousand_parameters_of_its_paper():
    block = InceptionSpec(**FIRST, norm=False).build((192, 28), 28)
    assert size(block) == 163_696 and size(block) // 1024 == 159
    assert block.output == (64 + 128 + 32 + 32, 28) and block.window.output(28) == 28


def test_norms_replace_biases_and_the_wide_kernel_is_as_given():
    block = InceptionSpec(**FIRST, wide_kernel=3).build((192, 28), 28)
    assert size(block) == 163_696 - 16 * 32 * (25 - 9) + (64 + 96 + 128 + 16 + 32 + 32)


@torch.no_grad()
def test_the_four_paths_come_one_after_the_other():
    block = InceptionSpec(point=1, middle=(2, 2), wide=(2, 3), pool=4, norm=False).build((3, 8), 8)
    x = torch.rand(1, 3, 8, 8)
    paths = [block.branch(name)(x) for name in ("point", "middle", "wide", "pooled")]
    assert [path.shape[1] for path in paths] == [1, 2, 3, 4]
    assert torch.equal(block(x), torch.cat(paths, dim=1))
    highest = nn.functional.max_pool2d(x, 3, stride=1, padding=1)
    conv = block.branch("pooled").blocks["conv"].blocks["conv"]
    torch.testing.assert_close(paths[3], nn.functional.conv2d(highest, conv.weight, conv.bias).relu())


@torch.no_grad()
def test_a_dense_layer_keeps_what_it_gets_and_grows():
    block = GrowSpec(growth=5, width=12).build((4, 8), 8).eval()
    x = torch.randn(2, 4, 8, 8)
    y = block(x)
    assert y.shape == (2, 9, 8, 8) and block.output == (9, 8)
    assert torch.equal(y[:, :4], x)
    assert (y[:, 4:] < 0).any(), "no activation after the last convolution"
    assert size(block) == 2 * 4 + 4 * 12 + 2 * 12 + 12 * 5 * 9


def test_dropout_is_for_what_is_new():
    torch.manual_seed(0)
    block = GrowSpec(growth=50, width=12, dropout=0.5).build((4, 8), 8)
    x = torch.randn(1, 4, 8, 8)
    old, new = block(x).split([4, 50], dim=1)
    assert torch.equal(old, x)
    assert 10 < (new == 0).all(dim=(0, 2, 3)).sum() < 40


@pytest.mark.parametrize("spec", [InceptionSpec(**FIRST), GrowSpec(growth=5, width=12)])
def test_paths_are_for_every_rank(spec):
    for shape in ((3,), (3, 7), (3, 6, 7)):
        block = spec.build(shape, 8)
        assert block(torch.zeros(1, *shape, 8)).shape == (1, *block.output, 8)
