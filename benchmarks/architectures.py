"""The networks for images, and those for sound that have a paper, next to those of their papers and of torchvision.

    python benchmarks/architectures.py [PRESET ...] [--write]

Parameters are those of all weights, auxiliary heads too. Multiply-adds are those of all convolutions and dense layers
for one image of the preset's size; a network for sound has a head of twelve classes, as in the papers, and its
multiply-adds are those of one score of a whole window, with nothing kept from the one before. The difference is the
largest between the logits of torchvision's network, with random weights and the batch-norm statistics of two images of
noise, and ours with these copied in, in float64 and as a share of the largest logit. A dash: the paper does not say, or
torchvision has no such network. `--write` puts the table into `docs/architectures-table.md`. Needs torchvision.
"""

import argparse
import warnings
from pathlib import Path

import torch
import torchvision
from torch import Tensor, nn

from specnet.models.build import build
from specnet.models.classifier import Classifier, classifier
from specnet.models.heads import Head, Keyword
from specnet.models.spec import presets
from specnet.models.summary import summarise
from specnet.models.torchvision_weights import fitted

TABLE = Path(__file__).parents[1] / "docs" / "architectures-table.md"
PAPERS = {
    "lenet5": "60,000",
    "alexnet-lrn": "60 million",
    "vgg11": "133 million",
    "vgg13": "133 million",
    "vgg16": "138 million",
    "vgg19": "144 million",
    "googlenet": "a twelfth of AlexNet's",
    "resnet20-cifar": "0.27 million",
    "resnet56-cifar": "0.85 million",
    "se-resnet50": "about 25 + 2.5 million",
    "wrn-28-10": "36.5 million",
    "wide_resnet50_2": "68.9 million",
    "mobilenet_v1": "4.2 million",
    "mobilenet_v2": "3.4 million",
    "mobilenet_v3_small": "2.5 million",
    "efficientnet_b0": "5.3 million",
    "bcresnet": "9.2 thousand",
    "tcresnet": "66 thousand",
}
"""What each paper states, in its own precision."""


SCANNERS = ("bcresnet", "tcresnet")
LABELS = 11  # and the background: the twelve classes of Speech Commands


def size(network: nn.Module) -> int:
    return sum(weights.numel() for weights in network.parameters())


def as_trained(network: nn.Module, images: Tensor) -> nn.Module:
    """With channels that differ, and the statistics of the images."""
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
def difference(theirs: nn.Module, ours: Classifier) -> float:
    torch.manual_seed(0)
    images = torch.randn(2, *ours.size, dtype=torch.float64)
    ours, theirs = ours.double(), theirs.double()
    ours.load_state_dict(fitted(as_trained(theirs, images).state_dict(), ours))
    wanted = theirs(images)
    return float((ours.eval()(images)[..., 0] - wanted).abs().max() / wanted.abs().max())


def built(preset: str) -> Classifier | Keyword:
    if preset not in SCANNERS:
        return classifier(preset)
    trunk = build(preset)
    return Keyword(trunk, Head("softmax", trunk.output[0], LABELS))


def row(preset: str) -> str:
    ours = built(preset)
    cells = [f"`{preset}`", PAPERS.get(preset, "–"), f"{size(ours):,}"]
    if isinstance(ours, Classifier) and preset in torchvision.models.list_models(torchvision.models):
        theirs = torchvision.models.get_model(preset, weights=None)
        last = f"{difference(theirs, ours):.0e}"
        cells.append(f"{size(theirs):,}")
    else:
        last = "–"
        cells.append("–")
    return "| " + " | ".join([*cells, f"{summarise(preset, ours).total.multiply_adds:,}", last]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", metavar="PRESET", default=[*presets("images"), *SCANNERS])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", FutureWarning)  # torchvision's, about how GoogLeNet's weights are drawn
    lines = [
        "| architecture | parameters in the paper | parameters | torchvision's | multiply-adds | largest difference |",
        "|---|---|---|---|---|---|",
    ]
    lines += [row(preset) for preset in arguments.presets]
    if arguments.write:
        TABLE.write_text(
            "Written by `benchmarks/architectures.py`, which says what the columns are.\n\n" + "\n".join(lines) + "\n"
        )
    else:
        print("\n".join(lines))


if __name__ == "__main__":
    main()
