"""Law: a place of a scan over a picture is the classification of the crop there, in batches of any size, and shifting
the page by the stride shifts what is found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from specnet.app import scan_image
from specnet.app.scan_image import ImageScanner
from specnet.runtime.bundle import ImageBundle
from tests.shapes import NO_WEIGHTS, convolution_graph, shape, shapes_card, write_shapes

sizes = st.integers(28, 50)
strides = st.sampled_from([1, 2, 4])


def random_scanner(stride: int) -> ImageScanner:
    kernels = np.random.default_rng(stride).normal(0, 0.5, (2, 1, 28, 28)).astype(np.float32)
    return ImageScanner(ImageBundle(shapes_card(stride), convolution_graph(kernels, stride), NO_WEIGHTS, b""))


def noise(height: int, width: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).random((1, height, width), np.float32)


@given(sizes, sizes, strides)
def test_every_place_is_its_crop(height: int, width: int, stride: int) -> None:
    scanner, level = random_scanner(stride), noise(height, width)
    scan = scanner.probabilities(level)
    assert scan.shape == ((height - 28) // stride + 1, 3, (width - 28) // stride + 1)
    for i, j in np.ndindex(scan.shape[0], scan.shape[2]):
        top, left = i * stride, j * stride
        crop = scanner.model.network.probabilities(level[None, :, top : top + 28, left : left + 28])
        np.testing.assert_allclose(scan[i, :, j], crop[0, :, 0], atol=1e-5)


@given(sizes, sizes, strides, st.integers(1, 4000))
def test_the_size_of_a_batch_does_not_matter(height: int, width: int, stride: int, at_once: int) -> None:
    scanner, level = random_scanner(stride), noise(height, width)
    whole = scanner.probabilities(level)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan_image, "AT_ONCE", at_once)
        np.testing.assert_allclose(scanner.probabilities(level), whole, atol=1e-6)


@given(sizes, sizes, strides, st.integers(0, 5), st.integers(0, 5))
def test_a_shifted_level_has_shifted_scores(height: int, width: int, stride: int, down: int, right: int) -> None:
    scanner, level = random_scanner(stride), noise(height, width)
    shifted = np.pad(level, ((0, 0), (down * stride, 0), (right * stride, 0)), mode="wrap")
    found = scanner.probabilities(shifted)[down:, :, right:]
    np.testing.assert_allclose(found, scanner.probabilities(level), atol=1e-5)


@settings(max_examples=15)
@given(down=st.integers(0, 7), right=st.integers(0, 7), stride=strides, dark=st.booleans())
def test_a_shifted_page_has_shifted_boxes(
    down: int, right: int, stride: int, dark: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    scanner = ImageScanner.load(write_shapes(tmp_path_factory.mktemp("model") / "shapes.specnet", stride))

    def boxes(top: int, left: int) -> list[tuple[str, int, int, int, int]]:
        page = np.zeros((1, 90, 140), np.float32)
        for label, x in (("bar", 2), ("ring", 58)):
            page[0, top + 2 : top + 30, left + x : left + x + 28] += shape(label)
        found = scanner.scan(1 - page if dark else page, threshold=0.95)
        return [(box.label, box.left, box.top, box.width, box.height) for box in found]

    there = [(label, x + 4 * right, y + 4 * down, w, h) for label, x, y, w, h in boxes(0, 0)]
    assert len(there) == 2
    assert boxes(4 * down, 4 * right) == there
