import pytest
import torch

from specnet.core.block import flatten_state
from specnet.core.blocks import Conv, Pool, Reshape
from specnet.core.branches import Concat, Gate, Residual
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.errors import SpecnetError


def narrow_and_wide() -> Concat:
    return Concat({"narrow": Conv((4,), 3, [Window(1)]), "wide": Conv((4,), 5, [Window(3, dilation=2)])}).double()


def test_channels_are_put_together_in_order_each_at_the_centre_of_the_widest():
    block = narrow_and_wide()
    x = torch.randn(2, 4, 12, dtype=torch.float64)
    y = block(x)
    assert block.output == (8,) and y.shape == (2, 8, 8)
    assert torch.equal(y[:, :3], block.branch("narrow")(x[..., 2:-2]))
    assert torch.equal(y[:, 3:], block.branch("wide")(x))


@pytest.mark.parametrize("chunks", [[30], [1] * 30, [7, 3, 20]])
def test_a_stream_of_paths_is_the_whole(chunks):
    block = narrow_and_wide()
    x = torch.randn(1, 4, 30, dtype=torch.float64)
    outputs, state = [], block.start(x)
    for chunk in x.split(chunks, dim=-1):
        y, state = block.step(chunk, state)
        outputs.append(y)
    streamed = torch.cat(outputs, dim=-1)[..., block.window.warm_up :]
    torch.testing.assert_close(streamed, block(x), atol=1e-12, rtol=1e-12)


def test_branches_carry_what_they_see_once():
    deep = Stack((4,), [("first", Conv((4,), 4, [Window(3)])), ("second", Conv((4,), 4, [Window(5)]))])
    state = Residual(deep, Stack((4,), [])).start(torch.zeros(1))
    # the longer of: two frames for the first convolution, three by which the shortcut is late; and inside, the second's
    assert [tuple(part.shape) for part in flatten_state(state)] == [(1, 4, 3), (1, 4, 4)]


def test_a_padded_body_leaves_the_shortcut_whole():
    body = Conv((3, 6), 3, [Window(3, padding=1)] * 2)
    x = torch.randn(2, 3, 6, 7)
    torch.testing.assert_close(Residual(body, Stack((3, 6), []))(x), body(x) + x)


@pytest.mark.parametrize("width", [7, 8])
def test_a_padded_body_and_a_thinned_shortcut_meet(width):
    body = Conv((3, 6), 5, [Window(3, stride=2, padding=1)] * 2)
    shortcut = Conv((3, 6), 5, [Window(1, stride=2)] * 2)
    x = torch.randn(2, 3, 6, width)
    torch.testing.assert_close(Residual(body, shortcut)(x), body(x) + shortcut(x))


def test_a_gate_weighs_each_channel_by_what_its_body_says():
    x = torch.randn(2, 3, 4, 5)
    gate = Gate(Pool((3, 4), [Window(4), Window(5)], mode="average"))
    assert gate.output == (3, 4)
    torch.testing.assert_close(gate(x), x * x.mean(dim=(2, 3), keepdim=True))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Gate(Conv((3, 4), 2, [Window(4)] * 2)), r"one number for each of 3 channels, not \(2, 1\)"),
        (lambda: Gate(Pool((3,), [Window(4)], mode="max")).start(torch.zeros(1)), "a gate looks at the whole input"),
        (
            lambda: Concat({"a": Conv((1, 5), 2, [Window(3)] * 2), "b": Conv((1, 5), 2, [Window(1)] * 2)}),
            "branches give different sizes",
        ),
        (
            lambda: Concat({"a": Conv((4,), 2, [Window(2)]), "b": Conv((4,), 2, [Window(3, padding=1)])}),
            "the a spans 2 with padding 0, but the b 3 with padding 1",
        ),
    ],
)
def test_branches_that_do_not_match_are_refused(build, message):
    with pytest.raises(SpecnetError, match=message):
        build()


def test_gradients_keep_the_memory_order_of_the_map_where_branches_and_reshapes_cut_it():
    # a backward pass through maps of one order and gradients of another takes a sixth longer
    branches = Residual(Conv((8, 1), 8, [Window(1), Window(9)]), Stack((8, 1), []))
    maps = (torch.randn(2, 8, 1, 20).to(memory_format=torch.channels_last).requires_grad_() * 1).squeeze(2).unsqueeze(2)
    orders = []
    maps.register_hook(lambda gradient: orders.append(gradient.stride()))
    flat = Reshape((8, 1), (8,))(branches(maps))
    torch.autograd.backward(torch.nn.Conv1d(8, 3, 1)(flat).sum())
    assert orders == [maps.stride()] and maps.stride()[1] == 1
