import torch

from specnet.core.block import carried, carry, flatten_state, unflatten_state


def test_a_state_survives_flattening():
    state = (torch.tensor([1.0]), (), (torch.tensor([2.0]), (torch.tensor([3.0]),)))
    flat = flatten_state(state)
    assert [tensor.item() for tensor in flat] == [1, 2, 3]
    again = unflatten_state([2 * tensor for tensor in flat], state)
    assert again == (torch.tensor([2.0]), (), (torch.tensor([4.0]), (torch.tensor([6.0]),)))


def test_carry_keeps_the_last_frames_even_of_chunks_shorter_than_the_tail():
    like = torch.zeros(1, 1, 0)
    state = carried(like, (1,), 3)
    seen = []
    for value in (1.0, 2.0):
        x, state = carry(torch.full((1, 1, 1), value), state, 3)
        seen.append(x.flatten().tolist())
    assert seen == [[0, 0, 0, 1], [0, 0, 1, 2]]
    assert state.flatten().tolist() == [0, 1, 2]


def test_no_frames_to_carry_is_no_state():
    assert carried(torch.zeros(1, 1, 5), (1,), 0) == ()
    x, state = carry(torch.ones(1, 1, 5), (), 0)
    assert x.shape[-1] == 5 and state == ()
