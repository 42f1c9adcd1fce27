"""GoogLeNet, DenseNet and the networks for small devices: as large as in their papers, and equal to torchvision's."""

import pytest
import torch
import torchvision
from torch import Tensor, nn

from specnet.models.classifier import classifier
from specnet.models.torchvision_weights import fitted

PARAMETERS = {
    "googlenet": 13_004_888,
    "densenet121": 7_978_856,
    "mobilenet_v1": 4_231_976,
    "mobilenet_v2": 3_504_872,
    "mobilenet_v3_small": 2_542_856,
    "efficientnet_b0": 5_288_548,
}


def size(network: nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


@pytest.mark.parametrize(("preset", "parameters"), PARAMETERS.items())
def test_parameters_are_those_of_paper_or_torchvision(preset, parameters):
    with torch.device("meta"):
        network = classifier(preset)
    assert size(network) == parameters
    assert network.size == (3, 224, 224) and network.trunk.window.output(224) == 1


def test_googlenet_without_its_auxiliary_heads():
    with torch.device("meta"):
        network = classifier("googlenet")
    assert size(network.trunk) == 6_624_904
    assert list(network.auxiliary) == ["inception4a", "inception4d"]


def test_efficientnet_skips_more_the_deeper_it_gets():
    with torch.device("meta"):
        layers = [layer for layer in classifier("efficientnet_b0").modules() if hasattr(layer, "rate")]
    rates = [layer.rate for layer in layers]
    assert rates == pytest.approx([0.2 * depth / 16 for depth in (2, 4, 6, 7, 9, 10, 12, 13, 14)])


def as_trained(preset: str, images: Tensor, **settings: bool) -> nn.Module:
    """Torchvision's network with random weights, channels that differ, and the statistics of images."""
    network = torchvision.models.get_model(preset, weights=None, **settings)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias, std=0.2)
            layer.momentum = None  # the mean of all batches
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
    network.train()(images)
    return network.eval()


@torch.no_grad()
@pytest.mark.parametrize("preset", ["densenet121", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0"])
def test_output_is_that_of_torchvision(preset):
    torch.manual_seed(0)
    images = torch.randn(4, 3, 64, 64)
    theirs, ours = as_trained(preset, images), classifier(preset, input=(3, 64, 64)).eval()
    ours.load_state_dict(fitted(theirs.state_dict(), ours))
    wanted = theirs(images)
    assert wanted.std(dim=0).mean() > 0.05, "a network that says the same of everything proves nothing"
    torch.testing.assert_close(ours(images)[..., 0], wanted, atol=1e-4, rtol=0)


@torch.no_grad()
def test_googlenet_and_its_heads_are_those_of_torchvision():
    torch.manual_seed(0)
    images = torch.randn(2, 3, 224, 224)
    theirs, ours = as_trained("googlenet", images, init_weights=False), classifier("googlenet").eval()
    ours.load_state_dict(fitted(theirs.state_dict(), ours))
    wanted = theirs(images)
    assert wanted.std(dim=0).mean() > 0.05
    torch.testing.assert_close(ours(images)[..., 0], wanted, atol=1e-4, rtol=0)
    for name, head in (("inception4a", theirs.aux1), ("inception4d", theirs.aux2)):
        # on 4x4 torchvision's pool does nothing; before, it is another than the paper's 5x5 with stride 3
        pool, rest = ours.auxiliary[name].split("pool1")
        maps = torch.rand(2, *pool.output, 4)
        torch.testing.assert_close(rest(maps)[..., 0], head(maps), atol=1e-4, rtol=0)
