"""Objects on pages: where they are, how large, and what keeps a model from scanning."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from specnet.app.scan_image import ImageScanner
from specnet.errors import SpecnetError
from specnet.images.boxes import Box
from specnet.images.files import write_png
from specnet.runtime.bundle import ImageBundle, ImageSize
from tests.shapes import NO_WEIGHTS, convolution_graph, shape, shapes_card, shapes_graph, write_shapes

Page = NDArray[np.float32]


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> ImageScanner:
    return ImageScanner.load(write_shapes(tmp_path_factory.mktemp("model") / "shapes.specnet"))


def page_of(*placed: tuple[str, int, int, int], size: tuple[int, int] = (120, 160)) -> Page:
    """Light on dark: label, left, top and how many times as large."""
    page = np.zeros((1, *size), np.float32)
    for label, left, top, times in placed:
        drawn = np.kron(shape(label), np.ones((times, times), np.float32))
        page[0, top : top + len(drawn), left : left + len(drawn)] += drawn
    return page


def places(boxes: list[Box]) -> list[tuple[str, int, int, int, int]]:
    return [(box.label, box.left, box.top, box.width, box.height) for box in boxes]


WANTED = [("ring", 14, 24, 20, 20), ("bar", 92, 44, 4, 20)]
PAGE = page_of(("ring", 10, 20, 1), ("bar", 80, 40, 1))


@pytest.mark.parametrize(
    "page",
    [PAGE, 1 - PAGE, 0.8 - 0.5 * np.repeat(PAGE, 3, axis=0), 0.3 + 0.2 * PAGE + np.linspace(0, 0.4, 160)],
    ids=["light on dark", "dark on light", "coloured", "shaded"],
)
def test_each_object_has_one_box_around_its_ink(page: Page, scanner: ImageScanner) -> None:
    found = scanner.scan(page.astype(np.float32))
    assert [box.label for box in found] == ["ring", "bar"] and all(box.score > 0.9 for box in found)
    for place, wanted in zip(places(found), WANTED, strict=True):
        assert place[1:] == pytest.approx(wanted[1:], abs=1)  # the faint edge of faint ink is taken for paper


def test_the_share_of_the_work_that_is_done_only_grows(scanner: ImageScanner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specnet.app.scan_image.AT_ONCE", 28 * 200 * 4)
    told: list[float] = []
    assert places(scanner.scan(PAGE, progress=told.append)) == WANTED
    assert told == sorted(told) and len(told) > 20 and 0 < told[0] < 0.2 and 0.95 < told[-1] < 1


def test_large_objects_and_those_that_touch_the_edge(scanner: ImageScanner) -> None:
    page = page_of(("ring", 0, 0, 4), ("ring", 132, 92, 1))
    assert page.shape == (1, 120, 160)
    found = scanner.scan(page[:, 16:116, 16:156], threshold=0.5)
    [large, small] = [(box.left, box.top, box.width, box.height) for box in found]
    assert large == pytest.approx((0, 0, 80, 80), abs=4)
    assert small == pytest.approx((120, 80, 20, 20), abs=1)


def test_the_threshold_and_the_labels_choose(scanner: ImageScanner, tmp_path: Path) -> None:
    write_png(path := tmp_path / "page.png", PAGE)
    assert places(scanner.scan(path)) == WANTED
    assert places(scanner.scan(path, labels=["bar"])) == WANTED[1:]
    assert scanner.scan(path, threshold=1.0) == []


@pytest.mark.parametrize("size", [(1, 1), (5, 200), (200, 3), (40, 40)])
def test_an_empty_page_of_any_size_has_nothing_on_it(size: tuple[int, int], scanner: ImageScanner) -> None:
    for page in (np.zeros((1, *size), np.float32), np.ones((3, *size), np.float32)):
        assert scanner.scan(page) == []


def test_a_network_that_is_not_for_ink_sees_the_page_as_it_is() -> None:
    kernels = np.zeros((2, 3, 8, 12), np.float32)
    kernels[0, 0], kernels[1, 2] = 0.16, 0.16  # of 96 pixels: how red, how blue
    card = replace(shapes_card(), labels=("red", "blue", "none"), input=ImageSize(3, 8, 12), prepare="fit")
    scanner = ImageScanner(ImageBundle(card, convolution_graph(kernels, 1), NO_WEIGHTS, b""))
    page = np.zeros((3, 40, 90), np.float32)
    page[0, 5:13, 60:72] = 1
    page[2, 10:18, 10:22] = 1
    assert places(scanner.scan(page, threshold=0.999)) == [("red", 60, 5, 12, 8), ("blue", 10, 10, 12, 8)]
    tiny = page[:, 5:9, 60:66]  # smaller than the window: enlarged until the window fits
    assert [box.label for box in scanner.scan(tiny)] == ["red"]


def test_what_cannot_scan() -> None:
    bundle = ImageBundle(shapes_card(stride=None), shapes_graph(), NO_WEIGHTS, b"")
    with pytest.raises(
        SpecnetError, match=r"^model shapes cannot scan, it sees 28 x 28 pixels only: use specnet class"
    ):
        ImageScanner(bundle)
