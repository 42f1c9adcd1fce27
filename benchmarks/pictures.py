"""How many test pictures a model for images gets right, through all that `specnet classify` does with a file's pixels.

    python benchmarks/pictures.py --data DIR [--set mnist] [--model digits]

Aims: 98.5 % of MNIST for the model `digits`, at most 150 KB; 99.5 % for the recipe `mnist`; 91 % for `cifar10`.
"""

import time
from pathlib import Path

import click
import numpy as np

from specnet import ImageModel
from specnet.data.picture_sets import read_pictures
from specnet.data.pictures import CLASSES, SIZES, PictureSource


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--cache", type=click.Path(path_type=Path), default=Path.home() / ".cache" / "specnet")
@click.option("--set", "name", type=click.Choice(["mnist", "cifar10"]), default="mnist", show_default=True)
@click.option("--model", default="digits", show_default=True)
def main(data: Path, cache: Path, name: str, model: str) -> None:
    """Print the share of the test pictures that is right, and the model's size."""
    loaded, classes = ImageModel.load(model), CLASSES[name]
    source = PictureSource(name)  # type: ignore[arg-type]
    test = read_pictures(source, classes, SIZES[name], data=data, cache=cache, progress=click.echo).test
    begin = time.perf_counter()
    taken = [loaded.classify(image / np.float32(255), top=1)[0].label for image in test.images]
    seconds = (time.perf_counter() - begin) / len(test)
    right = np.mean([guess == classes[label] for guess, label in zip(taken, test.labels, strict=True)])
    size = len(loaded.bundle.file) / 1000
    click.echo(f"{model}: {right:.2%} of {len(test)} test pictures, {size:.0f} KB, {seconds * 1000:.2f} ms a picture")


if __name__ == "__main__":
    main()
