"""Images classified per second, one at a time on one thread: the runtime of specnet against torchvision's eager model.

    python benchmarks/images.py [--rounds 15] [NETWORK...]

Each network is one that torchvision names too, with random weights. An image of 224 x 224 pixels goes through both in
turn, so that a busy machine slows them alike; the table holds medians. Aim: at least as fast as torchvision's.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from torchvision.models import get_model

from specnet.models.classifier import Recogniser, classifier
from specnet.models.export import recogniser_graph
from specnet.runtime.bundle import ImageBundle, ImageCard, ImageSize
from specnet.runtime.network import OnnxNetwork

NETWORKS = ("resnet18", "mobilenet_v2", "vgg11")
CLASSES = tuple(str(number) for number in range(1000))
AIM = 1.0


def runtime(name: str) -> OnnxNetwork:
    """The network as `specnet classify` runs it."""
    network = classifier(name)
    card = ImageCard(name, CLASSES, ImageSize(*network.size), prepare="fit")
    return OnnxNetwork(ImageBundle(card, recogniser_graph(Recogniser(network)), b"", b""))


def seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def measure(name: str, rounds: int) -> tuple[float, float]:
    """Median seconds per image: ours and torchvision's."""
    ours, theirs = runtime(name), get_model(name, weights=None).eval()
    image = np.random.default_rng(0).random((1, 3, 224, 224), np.float32)
    tensor = torch.from_numpy(image)
    times: list[tuple[float, float]] = []
    with torch.inference_mode():
        for _ in range(rounds + 2):  # the first two warm up
            times.append((seconds(lambda: ours.probabilities(image)), seconds(lambda: theirs(tensor))))
    mine, other = zip(*times[2:], strict=True)
    return median(mine), median(other)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print("| network | specnet, images a second | torchvision | ratio |\n|---|---|---|---|")
    for name in arguments.networks:
        ours, theirs = measure(name, arguments.rounds)
        print(f"| {name} | {1 / ours:.1f} | {1 / theirs:.1f} | {theirs / ours:.2f} |", flush=True)
    print(f"\naim: a ratio of at least {AIM}")


if __name__ == "__main__":
    main()
