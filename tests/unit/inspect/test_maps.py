"""Pictures of maps show the numbers of the maps, over the part of the input that they are of."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from specnet.app.detect import Detector
from specnet.audio.files import read
from specnet.inspect.listening import Hearing
from specnet.inspect.maps import Scene, favourites, kernel_pictures, layer_view
from specnet.inspect.subject import Subject
from specnet.models.classifier import Recogniser, classifier
from specnet.pages.store import Embedded
from tests.unit.inspect.test_fields import pictures, scanner

DATA = Path(__file__).parents[3] / "data"
PAGE = Scene(0, 28, tuple(row / 28 for row in range(29)), (28, 28), False, 1)


def pixels(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))))


def test_what_excites_a_map_is_cut_out_of_the_picture() -> None:
    subject = pictures("digits-scan")
    layer = subject.layer("pool1")
    x = torch.rand(1, 1, 28, 28)
    maps = subject.maps(x)["pool1"].numpy()
    view = layer_view(subject, layer, maps, PAGE, Embedded())
    peaks = [each.peak for each in view.maps]
    assert peaks == sorted(maps.max(axis=(1, 2)).tolist(), reverse=True)
    for each in view.maps[:8]:
        assert maps[each.channel, each.row, each.column] == each.peak
        crop = each.patches[0]
        rows, columns = layer.rows.at(each.row), layer.columns.at(each.column)
        found = 28 * np.array([crop.top, crop.top + crop.height, crop.left, crop.left + crop.width])
        assert found == pytest.approx([*rows, *columns])
        shown = pixels(each.picture)
        assert shown.shape == (12, 12) and shown[each.row, each.column] == 255 == shown.max()
    assert (view.left, view.width, view.shown) == (pytest.approx(2 / 28), pytest.approx(24 / 28), 12)


def test_maps_of_a_sound_lie_over_their_time() -> None:
    detector = Detector.load("welcome")
    logmel = detector.bundle.features
    hearing = Hearing.of(read(DATA / "dir-welcome.flac"), subject := scanner("phonetic2d"), logmel, detector.grid)
    frames = hearing.frames
    columns = hearing.duration * frames.sample_rate / frames.stride
    edges = tuple(1 - band / 40 for band in range(41))
    size = logmel.n_fft / logmel.hop
    scene = Scene(-frames.offset / frames.stride, columns, edges, (40, hearing.features.shape[2]), True, size)
    layer = subject.layer("conv2")
    maps = subject.maps(hearing.features)["conv2"].numpy()
    view = layer_view(subject, layer, maps, scene, Embedded())
    grid = hearing.grid(layer)
    assert view.first == next(i for i in range(maps.shape[2]) if grid.centre(i) >= 0)
    assert grid.centre(view.first + view.shown - 1) <= hearing.duration < grid.centre(view.first + view.shown)
    best = view.maps[0]
    time = grid.centre(view.first + best.column)
    assert view.left + view.width * (best.column + 0.5) / view.shown == pytest.approx(time / hearing.duration)
    start, end = scene.seen(layer, view.first + best.column)
    place = view.first + best.column
    assert start == pytest.approx(grid.start(place) / hearing.duration)
    assert end == pytest.approx(grid.end(place) / hearing.duration)
    crop = best.patches[0]
    low, high = layer.rows.at(best.row)
    assert 40 * (1 - crop.top - crop.height) == pytest.approx(low) and 40 * (1 - crop.top) == pytest.approx(high)


def test_favourites_are_the_largest_and_apart() -> None:
    activations = np.zeros((6, 6))
    activations[1, 1], activations[1, 2], activations[5, 1], activations[0, 5] = 5, 4, 3, -1
    assert favourites(activations, (2, 2), 9) == [(1, 1), (5, 1)]


def test_kernels_are_drawn_around_grey_and_colours_as_they_are() -> None:
    subject = pictures("digits-scan")
    kernels = kernel_pictures(subject)["conv1"]
    weights = dict(subject.trunk.named())["conv1"].blocks["conv"].weight.detach().numpy()
    assert len(kernels) == 16
    for picture, kernel in zip(kernels, weights[:, 0], strict=True):
        np.testing.assert_allclose((picture - 0.5) * 2 * np.abs(kernel).max(), kernel, atol=1e-6)
    coloured = Subject.of("resnet20-cifar", map(str, range(10)), Recogniser(classifier("resnet20-cifar")))
    [(name, kernels)] = kernel_pictures(coloured).items()
    assert (name, kernels[0].shape) == ("conv1", (3, 3, 3))
    [(_, kernels)] = kernel_pictures(scanner("tcresnet")).items()
    assert kernels[0].shape == (40, 3)  # bands by frames
