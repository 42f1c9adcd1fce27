"""Scanning pictures: objects anywhere on a page, each with its box."""

import os
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from specnet.app.classify import ImageModel
from specnet.errors import SpecnetError
from specnet.images import files
from specnet.images.boxes import Box, non_maximum_suppression
from specnet.images.page import FINER, around_ink, page_ink, pyramid, strips
from specnet.images.prepare import INK_BOX, Picture, in_channels
from specnet.runtime.bundle import ImageBundle

THRESHOLD = 0.9
MOST_OVERLAP = 0.3
LARGER = 0.05

AT_ONCE = 1 << 18
"""Pixels that go through the network at a time."""

Progress = Callable[[float], object]
"""Called again and again with the share of the work that is done, 0 to 1."""


class Candidates(NamedTuple):
    """Places that may be objects: edges ``[N, 4]`` in pixels of the page, scores ``[N]``, numbers of labels ``[N]``."""

    edges: NDArray[np.float64]
    scores: NDArray[np.float32]
    labels: NDArray[np.intp]


class ImageScanner:
    """A model for images that slides over pictures larger than its input, as the scanner of sound does over time.

    ``ImageScanner.load("digits").scan("page.png")`` gives a list of `Box`, from top to bottom and left to right.
    Errors are `SpecnetError`; one of them is a network that pads its width, whose places are not those of crops.
    """

    def __init__(self, bundle: ImageBundle) -> None:
        card = bundle.card
        if card.stride is None:
            size = f"{card.input.width} x {card.input.height}"
            raise SpecnetError(f"model {card.name} cannot scan, it sees {size} pixels only: use specnet classify")
        self.model = ImageModel(bundle)
        self.stride, self.size = card.stride, card.input
        self._of_ink = card.prepare == "ink"
        self._margin = card.input.width // 2 if self._of_ink else 0
        self._background = -1 if card.background is None else card.labels.index(card.background)

    @classmethod
    def load(cls, model: str | os.PathLike[str]) -> "ImageScanner":
        """The model of this shipped name, or in this NAME.specnet file."""
        return cls(ImageBundle.load(model))

    def scan(
        self,
        picture: str | os.PathLike[str] | Picture,
        threshold: float = THRESHOLD,
        labels: Collection[str] | None = None,
        progress: Progress = lambda _: None,
    ) -> list[Box]:
        """The objects on a picture: a file, or ``[1, H, W]`` or ``[3, H, W]`` in 0..1.

        `threshold` is the least score that counts, `labels` keeps only these; `progress` hears how far it is.
        """
        page = picture if isinstance(picture, np.ndarray) else files.read(picture)
        page = page_ink(page) if self._of_ink else in_channels(page, self.size.channels)
        none = Candidates(np.zeros((0, 4)), np.zeros(0, np.float32), np.zeros(0, np.intp))
        candidates = [none, *self._candidates(page, threshold, progress)]
        edges, scores, found = map(np.concatenate, zip(*candidates, strict=True))
        boxes = []
        for i in non_maximum_suppression(edges, scores, MOST_OVERLAP, LARGER):
            left, top, right, bottom = map(round, edges[i].tolist())
            box = Box(self.model.bundle.labels[found[i]], float(scores[i]), left, top, right - left, bottom - top)
            if labels is None or box.label in labels:
                boxes.append(box)
        return sorted(boxes, key=lambda box: (box.top, box.left, box.label))

    def probabilities(self, level: Picture) -> NDArray[np.float32]:
        """``[rows, labels, columns]`` of a prepared picture: at row *i*, column *j* those of the crop of the input's
        size whose first pixel is ``(i * stride, j * stride)``."""
        return np.concatenate([probabilities for *_, probabilities in self._batches(level)])

    def _batches(self, level: Picture) -> Iterator[tuple[int, float, NDArray[np.float32]]]:
        """Some rows of `probabilities` at a time: the first one, the share of the level that is done then, and they."""
        rows = strips(level, self.size.height, self.stride)
        batch = max(1, AT_ONCE // rows[0].size)
        for first in range(0, len(rows), batch):
            some = rows[first : first + batch]
            yield first, (first + len(some)) / len(rows), self.model.network.probabilities(some)

    def _candidates(self, page: Picture, threshold: float, progress: Progress) -> Iterator[Candidates]:
        """The places of each size whose likeliest label is an object with a score of `threshold` or more."""
        largest, smallest = self._scales(page)
        sides = page.shape[2], page.shape[1]
        window = np.array([0, 0, self.size.width, self.size.height])
        for scale, level in pyramid(page, largest, smallest):
            padded = np.pad(level, ((0, 0), (self._margin, self._margin), (self._margin, self._margin)))
            left = (scale / largest) ** 2  # of all work, which goes with the area
            places, scores, labels = self._places(padded, threshold, partial(_tell, progress, left))
            edges = window + self.stride * np.tile(places, 2)
            if self._of_ink:
                edges = around_ink(padded, edges, round(self.size.width * (1 - INK_BOX) / 4))
            yield Candidates(np.clip((edges - self._margin) / scale, 0, sides * 2), scores, labels)

    def _places(
        self, level: Picture, threshold: float, progress: Progress
    ) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
        """The candidates of a level: column and row ``[N, 2]``, score and label of each."""
        found = []
        for first, part, probabilities in self._batches(level):
            labels, scores = probabilities.argmax(axis=1), probabilities.max(axis=1)
            rows, columns = np.nonzero((scores >= threshold) & (labels != self._background))
            found.append((np.stack([columns, first + rows], axis=1), scores[rows, columns], labels[rows, columns]))
            progress(part)
        places, scores, labels = map(np.concatenate, zip(*found, strict=True))
        return places, scores, labels

    def _scales(self, page: Picture) -> tuple[float, float]:
        """The largest and the smallest: ink fills 20 of 28 pixels, anything else the whole window.

        Characters of 14 pixels and more are found, for smaller ones have too few to be told apart.
        """
        sides = np.array([page.shape[2], page.shape[1]])
        if self._of_ink:
            box = self.size.width * INK_BOX
            return FINER, float(box / sides.max())
        whole = float(max([self.size.width, self.size.height] / sides))
        return max(1.0, whole), whole


def _tell(progress: Progress, left: float, part: float) -> None:
    """Of the work that was `left` for a level and all smaller ones, part of the level is done."""
    progress(1 - left * (1 - part * (1 - FINER**-2)))
