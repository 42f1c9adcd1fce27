import pytest
import torch

from specnet.core.blocks import Conv, Level, Pool
from specnet.core.branches import Residual
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.errors import SpecnetError


def three() -> Stack:
    blocks = [
        ("low", Conv((4,), 8, [Window(3)])),
        ("middle", Conv((8,), 6, [Window(4, stride=2)])),
        ("high", Conv((6,), 2, [Window(3)])),
    ]
    return Stack((4,), blocks)


def test_a_split_stack_is_the_stack_and_shares_its_weights():
    stack = three()
    lower, upper = stack.split("middle")
    x = torch.randn(1, 4, 30)
    assert torch.equal(upper(lower(x)), stack(x))
    assert lower.output == upper.input == (6,)
    assert [name for name, _ in upper.named()] == ["high"]
    assert lower.blocks["low"] is stack.blocks["low"]


def test_split_at_an_unknown_layer_names_the_known():
    with pytest.raises(SpecnetError, match="no layer named top; there are low, middle, high"):
        three().split("top")


def test_blocks_that_do_not_fit_are_refused():
    with pytest.raises(SpecnetError, match=r"layer b takes the shape \(7,\), but \(8,\) reaches it"):
        Stack((4,), [("a", Conv((4,), 8, [Window(3)])), ("b", Conv((7,), 2, [Window(3)]))])


@pytest.mark.parametrize("name", ["a", "train"])
def test_a_name_can_be_used_once_and_not_for_torch_s_own(name):
    blocks = [("a", Level((4,), 3)), (name, Level((4,), 3))]
    with pytest.raises(SpecnetError, match=f"layer name {name} is taken"):
        Stack((4,), blocks)


def test_the_shortcut_is_the_frame_at_the_centre_of_the_kernel():
    conv = Conv((2,), 2, [Window(5, dilation=2)])
    x = torch.randn(1, 2, 20)
    y = Residual(conv, Stack((2,), []))(x)
    torch.testing.assert_close(y, conv(x) + x[..., 4:-4])


def test_a_body_pooled_over_frequency_is_broadcast():
    body = Stack((3, 5), [("pool", Pool((3, 5), [Window(5), Window(3)], mode="average"))])
    block = Residual(body, Stack((3, 5), []))
    x = torch.randn(1, 3, 5, 7)
    assert block.output == (3, 5)
    torch.testing.assert_close(block(x), x[..., 1:-1] + body(x))


@pytest.mark.parametrize(
    ("body", "shortcut", "message"),
    [
        (Conv((4,), 8, [Window(3)]), Stack((4,), []), r"gives \(4,\), but the body \(8,\)"),
        (Conv((4,), 4, [Window(3, stride=2)]), Stack((4,), []), "at stride 1, but the body .* at stride 2"),
        (Conv((4,), 4, [Window(3)]), Conv((4,), 4, [Window(5)]), "spans 5, but the body only 3"),
    ],
)
def test_a_shortcut_that_does_not_match_is_refused(body, shortcut, message):
    with pytest.raises(SpecnetError, match=message):
        Residual(body, shortcut)
