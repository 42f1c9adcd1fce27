import pytest
import torch

from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.models.build import build, load_weights, save_weights
from specnet.models.heads import Head, Keyword


def size(network: torch.nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


def test_bcresnet_1_has_the_parameters_of_its_paper_with_twelve_classes():
    trunk = build("bcresnet")
    assert size(Keyword(trunk, Head("softmax", 32, labels=11))) == 9232
    assert trunk.window == Window(117)


def test_tcresnet_8_has_the_66_thousand_parameters_of_its_paper():
    assert size(Keyword(build("tcresnet"), Head("softmax", 48, labels=11))) == 65_180


@pytest.mark.parametrize(
    ("preset", "parameters", "output", "window"),
    [
        ("bcresnet20", 8_836, (32,), Window(164, stride=2)),
        ("mlp-scan", 96_672, (24,), Window(100)),
        ("phonetic", 71_104, (88,), Window(282, stride=2)),
        ("phonetic2d", 66_852, (88,), Window(286, stride=2)),
        ("tcresnet", 64_592, (48,), Window(91, stride=2)),
    ],
)
def test_size_and_view_of_the_presets(preset, parameters, output, window):
    trunk = build(preset)
    assert (size(trunk), trunk.output, trunk.window) == (parameters, output, window)


def test_width_bands_and_overrides():
    assert build("bcresnet", width=2).output == (64,)
    assert build("tcresnet", bands=64, width=1.5).output == (72,)
    trunk = build("phonetic", overrides={"level": 50, "width": 16})
    assert trunk.output == (16,) and trunk.window.span == 182


def test_the_phones_layer_gives_channels_alone():
    for preset in ("phonetic", "phonetic2d"):
        lower, upper = build(preset, width=12).split("phones")
        assert lower.output == upper.input == (12,)


def test_weights_survive_bytes():
    torch.manual_seed(0)
    first, second = build("phonetic", width=8), build("phonetic", width=8)
    first(torch.randn(2, 40, 300))  # moves the statistics of the batch norms
    data = save_weights(first)
    before = first.eval()(x := torch.randn(1, 40, 300))
    load_weights(first, data)
    load_weights(second, data)
    assert torch.equal(first(x), second.eval()(x))
    torch.testing.assert_close(first(x), before, atol=5e-3, rtol=5e-3)  # they are stored in half precision


def test_weights_that_are_damaged_or_of_another_network_are_refused():
    data = save_weights(build("phonetic", width=8))
    with pytest.raises(SpecnetError, match="damaged weights"):
        load_weights(build("phonetic", width=8), data[:100])
    with pytest.raises(SpecnetError, match="weights of another network: size mismatch"):
        load_weights(build("phonetic", width=12), data)
