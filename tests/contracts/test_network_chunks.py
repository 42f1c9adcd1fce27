"""Laws 2 and 3 on streams: whatever the chunks, the scores are those of one pass, and those of `forward`."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from specnet.core.block import State
from specnet.models.heads import Keyword
from specnet.models.spec import presets

TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5}
CHUNKS = st.lists(st.integers(1, 40), min_size=1, max_size=8)
"""Lengths of chunks in strides."""


def noise(frames: int, dtype: torch.dtype) -> torch.Tensor:
    generator = torch.Generator().manual_seed(2)
    return (2 * torch.randn(1, 40, frames, generator=generator, dtype=torch.float64) - 6).to(dtype)


def streamed(keyword: Keyword, x: torch.Tensor, chunks: list[int], state: State) -> tuple[torch.Tensor, State]:
    """Probabilities and bounds of all chunks, one below the other."""
    outputs = []
    for chunk in x.split([n * keyword.window.stride for n in chunks], dim=-1):
        scores, state = keyword.step(chunk, state)
        outputs.append(torch.cat([keyword.head.probabilities(scores.logits), scores.bounds], dim=1))
    return torch.cat(outputs, dim=-1), state


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("preset", presets())
def test_a_stream_in_any_chunks_is_the_network_of_the_whole(network, preset, dtype):
    keyword = copy.deepcopy(network(preset)).to(dtype)
    window = keyword.window
    before = window.warm_up + 1

    @settings(max_examples=6, deadline=None)
    @given(chunks=CHUNKS)
    def law(chunks: list[int]) -> None:
        x = noise((before + sum(chunks)) * window.stride, dtype)
        with torch.no_grad():
            outputs, _ = streamed(keyword, x, [before, *chunks], keyword.start(x))
            # output j ends with input (j + 1) * stride: so does the first that sees no zeros of the start
            logits, bounds = keyword(x[..., before * window.stride - window.span :])
        whole = torch.cat([keyword.head.probabilities(logits), bounds], dim=1)
        got = outputs[..., window.warm_up :]
        torch.testing.assert_close(got, whole, atol=TOLERANCE[dtype], rtol=TOLERANCE[dtype])

    law()


@pytest.mark.parametrize("preset", presets())
def test_one_stride_at_a_time_is_one_pass_from_the_very_start(network, preset):
    keyword = copy.deepcopy(network(preset)).double()
    x = noise(60 * keyword.window.stride, torch.float64)
    with torch.no_grad():
        singly, _ = streamed(keyword, x, [1] * 60, keyword.start(x))
        at_once, _ = streamed(keyword, x, [60], keyword.start(x))
    torch.testing.assert_close(singly, at_once, atol=1e-12, rtol=1e-12)


@pytest.mark.parametrize("preset", presets())
def test_a_state_is_a_value(network, preset):
    keyword = network(preset)
    x = noise(20 * keyword.window.stride, torch.float32)
    with torch.no_grad():
        _, state = streamed(keyword, x, [20], keyword.start(x))
        first, _ = streamed(keyword, x, [20], state)
        streamed(keyword, -x, [20], state)
        again, _ = streamed(keyword, x, [20], state)
    assert torch.equal(first, again)
