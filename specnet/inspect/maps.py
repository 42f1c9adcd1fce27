"""The maps of a layer as pictures, what its kernels look like, and which parts of the input excite them most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specnet.core.blocks import Conv
from specnet.inspect.draw import png, stretched
from specnet.inspect.fields import Layer
from specnet.inspect.subject import Subject
from specnet.pages.store import Store

MOST_MAPS, MOST_KERNELS = 24, 48
EXCITED, PATCHES = 8, 4
"""Maps whose favourite parts of the input are shown, and how many of each."""

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Scene:
    """The input as it is shown: from column `first` on `columns` of them, and `edges`, where each of its rows ends
    from the top of the picture (0) to the bottom (1), one more than there are rows.

    A place along the columns is a number, for the picture may begin within a frame: column *c* covers what is from
    there to ``c + size``, for a frame is longer than its hop. `shape` is that of all of the input, rows and columns;
    `upward` where row 0 is the lowest.
    """

    first: float
    columns: float
    edges: tuple[float, ...]
    shape: tuple[int, int]
    upward: bool
    size: float

    def across(self, place: float) -> float:
        """A place along the columns, 0 to 1 from left to right."""
        return (place - self.first) / self.columns

    def seen(self, layer: Layer, column: int) -> tuple[float, float]:
        """What a column of a layer's maps sees, as `across`; without what a level looks back at."""
        first, end = layer.columns.at(column)
        return self.across(first), self.across(end - 1 + self.size)


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of the input as a picture's: where it begins from the left and the top, and its size, in parts of all."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Map:
    """A map: its number, the largest activation and where it is, the map as a picture, and the parts of the input that
    excite it most."""

    channel: int
    peak: float
    row: int
    column: int
    picture: str
    patches: tuple[Crop, ...]


@dataclass(frozen=True, slots=True)
class LayerView:
    """A layer to look at; `maps` are the first of `count`, `first` and `shown` the columns of them that are pictured
    and `left` and `width` where these lie over the input, 0 to 1."""

    layer: Layer
    count: int
    shape: tuple[int, int]
    maps: tuple[Map, ...]
    first: int
    shown: int
    left: float
    width: float
    kernels: tuple[str, ...]


def layer_view(subject: Subject, layer: Layer, maps: NDArray[np.float32], scene: Scene, store: Store) -> LayerView:
    """The maps ``[K, rows, columns]`` of a layer, largest activations first; of those columns whose centre is shown."""
    centres = np.array([layer.columns.centre(j) + scene.size / 2 for j in range(maps.shape[2])])
    inside = np.flatnonzero((centres >= scene.first) & (centres <= scene.first + scene.columns))
    first, last = (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, maps.shape[2])
    shown = maps[:, :, first:last]
    order = np.argsort(-shown.reshape(len(maps), -1).max(axis=1), kind="stable")[:MOST_MAPS]
    views = []
    for rank, channel in enumerate(order.tolist()):
        one = shown[channel]
        row, column = np.unravel_index(int(one.argmax()), one.shape)
        name = f"{layer.name}-{channel:03d}.png"
        picture = stretched(one)[::-1] if scene.upward else stretched(one)
        patches = tuple(_patches(layer, one, first, scene)) if rank < EXCITED else ()
        found = store.file(name, png(picture, least=12 if scene.upward else 1))
        views.append(Map(channel, float(one.max()), int(row), int(column), found, patches))
    half = (layer.columns.stride or scene.columns) / 2
    left = scene.across(centres[first] - half)
    width = scene.across(centres[last - 1] + half) - left
    kernels = tuple(_kernels(subject, layer, scene, store))
    return LayerView(layer, len(maps), maps.shape[1:], tuple(views), first, last - first, left, width, kernels)


def favourites(activations: Floats, apart: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """The places ``(row, column)`` of the largest activations above 0, no two of them closer than `apart` in both.

    >>> favourites(np.array([[0.0, 3.0, 4.0, 0.0, 2.0]]), apart=(1, 2), most=3)
    [(0, 2), (0, 4)]
    """
    found: list[tuple[int, int]] = []
    for place in np.argsort(-activations, axis=None, kind="stable"):
        row, column = divmod(int(place), activations.shape[1])
        if len(found) == most or activations[row, column] <= 0:
            break
        if all(abs(row - r) >= apart[0] or abs(column - c) >= apart[1] for r, c in found):
            found.append((row, column))
    return found


def _patches(layer: Layer, activations: Floats, first: int, scene: Scene) -> Iterator[Crop]:
    """What excites a map most, as far as it lies in the input; no two that overlap by half."""
    apart = tuple(-(-field.span // (2 * max(1, field.stride))) for field in (layer.rows, layer.columns))
    high, wide = scene.shape
    for row, column in favourites(activations, (apart[0], apart[1]), PATCHES):
        top, bottom = (min(max(edge, 0), high) for edge in layer.rows.at(row))
        left, right = (min(max(edge, 0), wide) for edge in layer.columns.at(first + column))
        yield Crop(
            left / wide, (high - bottom if scene.upward else top) / high, (right - left) / wide, (bottom - top) / high
        )


def _kernels(subject: Subject, layer: Layer, scene: Scene, store: Store) -> Iterator[str]:
    """The kernels of the layer that sees the input itself, as pictures; of other layers they tell nothing."""
    for number, kernel in enumerate(kernel_pictures(subject).get(layer.name, ())):
        yield store.file(f"kernel-{number:03d}.png", png(kernel[::-1] if scene.upward else kernel, "RdBu_r"))


def kernel_pictures(subject: Subject) -> dict[str, list[Floats]]:
    """The kernels of the first convolution, by the name of its layer: ``[rows, columns]`` with 0.5 for a weight of 0,
    or ``[rows, columns, 3]`` where the input has colours. Bands that are channels are rows.

    >>> from specnet.models.classifier import Recogniser, classifier
    >>> subject = Subject.of("lenet5", map(str, range(10)), Recogniser(classifier("lenet5")))
    >>> [(name, len(kernels), kernels[0].shape) for name, kernels in kernel_pictures(subject).items()]
    [('conv1', 6, (5, 5))]
    """
    for layer in subject.layers:
        for part in subject.block(layer).modules():
            if isinstance(part, Conv):
                weights = part.weight.detach().numpy()[:MOST_KERNELS]
                return {layer.name: [_kernel(each) for each in weights]}
    return {}


def _kernel(weights: Floats) -> Floats:
    """One kernel ``[channels, *space]``."""
    if weights.shape[0] == 3 and weights.ndim == 3:
        return stretched(weights.transpose(1, 2, 0))
    flat = weights.reshape(-1, weights.shape[-1]) if weights.shape[0] > 1 or weights.ndim < 3 else weights[0]
    return 0.5 + flat / (2 * max(float(np.abs(flat).max()), 1e-12))
