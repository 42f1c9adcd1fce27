"""Image presets are the networks of their papers: counted to the last parameter, and compared to torchvision's."""

import math

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import get_model

from specnet.models.classifier import Classifier, classifier
from specnet.models.torchvision_weights import fitted

PARAMETERS = [
    ("lenet5", 61_706),
    ("alexnet", 61_100_840),
    ("alexnet-lrn", 60_965_224),
    ("zfnet", 62_357_608),
    ("vgg11", 132_863_336),
    ("vgg11_bn", 132_868_840),
    ("vgg13", 133_047_848),
    ("vgg13_bn", 133_053_736),
    ("vgg16", 138_357_544),
    ("vgg16_bn", 138_365_992),
    ("vgg19", 143_667_240),
    ("vgg19_bn", 143_678_248),
    ("nin", 966_986),
    ("resnet18", 11_689_512),
    ("resnet34", 21_797_672),
    ("resnet50", 25_557_032),
    ("resnet101", 44_549_160),
    ("resnet152", 60_192_808),
    ("resnet20-cifar", 269_722),
    ("resnet56-cifar", 853_018),
    ("se-resnet50", 28_088_024),
    ("wide_resnet50_2", 68_883_240),
    ("wrn-28-10", 36_479_194),
    ("lecture-cnn", 3_363_594),
]
VGG = [f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")]
RESNET = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2"]


def size(network: nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


def on_meta(preset: str, **changes: object) -> Classifier:
    with torch.device("meta"):
        return classifier(preset, **changes)


def trained(network: nn.Module) -> nn.Module:
    """Weights as He draws them and all else random, statistics too, as if trained: nothing is 0 or 1 by default."""
    torch.manual_seed(0)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if tensor.dim() > 1:
                tensor.normal_(std=math.sqrt(2 / tensor[0].numel()))
            elif name.endswith(("weight", "running_var")):
                tensor.uniform_(0.5, 1.5)
            elif tensor.is_floating_point():
                tensor.normal_(std=0.1)
    return network.eval()


def torchvision_on_meta(name: str) -> nn.Module:
    with torch.device("meta"):
        return get_model(name)


def assert_same(ours: nn.Module, theirs: nn.Module, image: Tensor) -> None:
    """Of two networks on the meta device: the same output, once ours has the weights of theirs."""
    ours.to_empty(device="cpu")
    ours.load_state_dict(fitted(trained(theirs.to_empty(device="cpu")).state_dict(), ours))
    with torch.inference_mode():
        expected = theirs(image)
        got = ours.eval()(image).reshape(expected.shape)
    scale = expected.abs().max()  # deep networks with random weights give large numbers
    assert scale > 0.1
    torch.testing.assert_close(got / scale, expected / scale, atol=1e-4, rtol=0)


@pytest.mark.parametrize(("preset", "parameters"), PARAMETERS)
def test_parameters_are_those_of_the_paper(preset, parameters):
    network = on_meta(preset)
    assert size(network) == parameters
    assert network(torch.empty(1, *network.size, device="meta")).shape == (1, *network.trunk.output, 1)


@pytest.mark.parametrize("preset", RESNET)
def test_resnets_equal_torchvision_s(preset):
    assert_same(on_meta(preset, input=(3, 64, 96)), torchvision_on_meta(preset), torch.randn(2, 3, 64, 96))


@pytest.mark.parametrize("preset", ["alexnet", "vgg11_bn"])
def test_networks_with_dense_layers_equal_torchvision_s(preset):
    assert_same(on_meta(preset), torchvision_on_meta(preset), torch.randn(1, 3, 224, 224))


@pytest.mark.parametrize("preset", VGG)
def test_convolutions_of_every_vgg_equal_torchvision_s(preset):
    """On 32x32 pixels, without the dense layers: those need 224x224 pixels and half a gigabyte, and are all alike."""
    ours, theirs = on_meta(preset), torchvision_on_meta(preset)
    dense = fitted(theirs.state_dict(), ours)
    assert [tensor.shape[0] for name, tensor in dense.items() if "dense" in name] == [4096] * 4 + [1000] * 2
    maps, _ = ours.trunk.split("pool5")
    assert_same(maps, theirs.features, torch.randn(2, 3, 32, 32))


@pytest.mark.parametrize("norm", [0, 1])
def test_the_network_of_the_lecture_is_its_class(norm):
    with torch.device("meta"):
        theirs = LectureNetwork(USE_BATCHNORM=bool(norm))
    assert_same(on_meta("lecture-cnn", overrides={"norm": norm}), theirs, torch.randn(3, 1, 28, 28))


class LectureNetwork(nn.Sequential):
    """The class of the notes, in plain torch."""

    def __init__(self, xdim=(1, 28, 28), ksize=3, cdims=(32, 64), hdims=(1024, 128), ydim=10, USE_BATCHNORM=False):
        layers, channels = [], xdim[0]
        for cdim in cdims:
            layers.append(nn.Conv2d(channels, cdim, ksize, padding=ksize // 2))
            if USE_BATCHNORM:
                layers.append(nn.BatchNorm2d(cdim))
            layers += [nn.ReLU(), nn.MaxPool2d(2), nn.Dropout2d(0.5)]
            channels = cdim
        layers.append(nn.Flatten())
        width = channels * math.prod(n // 2 ** len(cdims) for n in xdim[1:])
        for hdim in hdims:
            layers += [nn.Linear(width, hdim), nn.ReLU()]
            width = hdim
        super().__init__(*layers, nn.Linear(width, ydim))


def test_alexnet_of_2012_has_the_nodes_that_the_paper_counts():
    network = on_meta("alexnet-lrn")
    x, nodes = torch.empty(1, *network.size, device="meta"), []
    for name, block in network.trunk.named():
        x = block(x)
        if name.startswith(("conv", "dense")):
            nodes.append(x.numel())
    assert nodes == [290_400, 186_624, 64_896, 64_896, 43_264, 4096, 4096, 1000]


def test_maps_of_zfnet_have_the_sizes_of_the_paper_s_figure():
    network = on_meta("zfnet")
    x, sizes = torch.empty(1, *network.size, device="meta"), []
    for name, block in network.trunk.named():
        x = block(x)
        if name.startswith(("conv", "pool")):
            sizes.append(x.shape[-1])
    assert sizes == [110, 55, 26, 13, 13, 13, 13, 6]
