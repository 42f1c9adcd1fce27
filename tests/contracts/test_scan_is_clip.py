"""Law 1: a scan gives at frame i what the same network gives for the window of frame i alone; law 2: shifts commute."""

import copy

import pytest
import torch

from specnet.models.spec import presets


def noise(frames: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return 2 * torch.randn(1, 40, frames, generator=generator, dtype=torch.float64) - 6


@pytest.mark.parametrize("preset", presets())
def test_every_frame_of_a_scan_is_the_clip_of_its_window(network, preset):
    keyword = copy.deepcopy(network(preset)).double()
    span, stride = keyword.window.span, keyword.window.stride
    x = noise(span + 25 * stride)
    with torch.no_grad():
        scan = keyword(x)
        for i in (0, 1, 7, 25):
            clip = keyword(x[..., i * stride : i * stride + span])
            assert clip.logits.shape[-1] == 1
            torch.testing.assert_close(scan.logits[..., i : i + 1], clip.logits, atol=1e-12, rtol=1e-12)
            torch.testing.assert_close(scan.bounds[..., i : i + 1], clip.bounds, atol=1e-12, rtol=1e-12)
    assert scan.logits.shape[-1] == 26
    assert scan.logits.std() > 0.01, "a network that says the same of everything proves nothing"


@pytest.mark.parametrize("preset", presets())
def test_a_delay_of_the_input_delays_the_scores(network, preset):
    keyword = copy.deepcopy(network(preset)).double()
    x = noise(keyword.window.span + 30 * keyword.window.stride)
    late = torch.cat([noise(3 * keyword.window.stride), x], dim=-1)
    with torch.no_grad():
        torch.testing.assert_close(keyword(late).logits[..., 3:], keyword(x).logits, atol=1e-12, rtol=1e-12)
