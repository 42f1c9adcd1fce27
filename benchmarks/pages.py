"""Digits anywhere on a page: how many `specnet scan-image` boxes, reads right, and sees where there are none.

    python benchmarks/pages.py --data DIR [--pages 8]

Pages of 400 x 300 pixels hold ten of MNIST's test digits each, 18 to 90 pixels high, dark on light; a drawing of lines,
arcs and circles holds none. A digit is boxed where a box overlaps it by half (intersection over union).
"""

import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from specnet import ImageScanner
from specnet.data.picture_sets import read_pictures
from specnet.data.pictures import CLASSES, SIZES, Pictures, PictureSource
from specnet.images.boxes import Box

WIDTH, HEIGHT, DIGITS, SMALLEST, LARGEST = 400, 300, 10, 18, 90
THRESHOLDS = (0.5, 0.7, 0.9)
OVERLAP = 0.5
INK_SHARE = 20 / 28  # of the height of an MNIST picture


class Truth(NamedTuple):
    label: str
    edges: NDArray[np.float64]  # left, top, right, bottom


def page(pictures: Pictures, random: np.random.Generator) -> tuple[NDArray[np.float32], list[Truth]]:
    """Digits at random places and of random sizes, none upon another."""
    ink, taken, truth = np.zeros((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), bool), []
    while len(truth) < DIGITS:
        which = int(random.integers(len(pictures)))
        side = round(np.exp(random.uniform(np.log(SMALLEST), np.log(LARGEST))) / INK_SHARE)
        top, left = int(random.integers(HEIGHT - side)), int(random.integers(WIDTH - side))
        place = np.s_[top : top + side, left : left + side]
        if taken[place].any():
            continue
        drawn = Image.fromarray(pictures.images[which, 0]).resize((side, side), Image.Resampling.BICUBIC)
        ink[place], taken[place] = np.asarray(drawn, np.float32) / 255, True
        rows, columns = np.nonzero(ink[place] > 0.1)
        edges = [left + columns.min(), top + rows.min(), left + columns.max() + 1, top + rows.max() + 1]
        truth.append(Truth(str(pictures.labels[which]), np.array(edges, float)))
    return 1 - 0.85 * ink[None], truth


def drawing() -> NDArray[np.float32]:
    """A house, the sun, a fence and a slope, but no digit."""
    image = Image.new("L", (WIDTH, HEIGHT), 235)
    draw = ImageDraw.Draw(image)
    draw.polygon([(40, 260), (120, 120), (200, 260)], outline=60, width=3)
    draw.rectangle((230, 150, 340, 260), outline=40, width=2)
    draw.ellipse((280, 30, 350, 100), outline=30, width=4)
    draw.line((0, 20, 250, 90), fill=50, width=2)
    for left in range(0, WIDTH, 20):
        draw.arc((left, 270, left + 20, 290), 180, 360, fill=70, width=2)
    return np.asarray(image, np.float32)[None] / 255


def iou(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intersection over union of a box [4] with each of others [N, 4]."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    both = np.prod(np.maximum(sides, 0), axis=1)
    return both / (np.prod(others[:, 2:] - others[:, :2], axis=1) + np.prod(box[2:] - box[:2]) - both)


def compared(boxes: list[Box], truth: list[Truth]) -> tuple[int, int, int]:
    """Digits that are boxed, those that are read right, and boxes round no digit."""
    edges = np.array([[b.left, b.top, b.left + b.width, b.top + b.height] for b in boxes], float).reshape(-1, 4)
    boxed = right = 0
    hit: set[int] = set()
    for label, place in truth:
        overlaps = iou(place, edges)
        if len(boxes) and overlaps.max() > OVERLAP:
            best = int(overlaps.argmax())
            hit.add(best)
            boxed += 1
            right += boxes[best].label == label
    return boxed, right, len(boxes) - len(hit)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--cache", type=click.Path(path_type=Path), default=Path.home() / ".cache" / "specnet")
@click.option("--model", default="digits", show_default=True)
@click.option("--pages", default=8, show_default=True)
def main(data: Path, cache: Path, model: str, pages: int) -> None:
    """Print the table."""
    scanner, random = ImageScanner.load(model), np.random.default_rng(0)
    source = PictureSource("mnist")
    known = read_pictures(source, CLASSES["mnist"], SIZES["mnist"], data=data, cache=cache, progress=click.echo)
    drawn = [page(known.test, random) for _ in range(pages)]
    click.echo("| threshold | boxed | read right | boxes round no digit | in the drawing | seconds a page |")
    click.echo("|---|---|---|---|---|---|")
    for threshold in THRESHOLDS:
        sums, took = np.zeros(3, int), []
        for picture, truth in drawn:
            begin = time.perf_counter()
            boxes = scanner.scan(picture, threshold)
            took.append(time.perf_counter() - begin)
            sums += compared(boxes, truth)
        boxed, right, wrong = sums
        count, none = pages * DIGITS, len(scanner.scan(drawing(), threshold))
        click.echo(f"| {threshold} | {boxed} of {count} | {right} | {wrong} | {none} | {median(took):.1f} |")


if __name__ == "__main__":
    main()
