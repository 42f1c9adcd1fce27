"""The classical kernels are those of the textbooks."""

import numpy as np
import pytest
import scipy.ndimage

from specnet.core.kernels import NAMES, kernel
from specnet.core.operations import correlate
from specnet.errors import SpecnetError

PICTURE = np.random.default_rng(0).normal(size=(12, 11))


def filtered(name: str) -> np.ndarray:
    weights = kernel(name)
    return correlate(PICTURE[None], weights[None, None], padding=weights.shape[0] // 2, fill="replicate")[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("identity", PICTURE),
        ("sobel-x", scipy.ndimage.sobel(PICTURE, axis=1, mode="nearest")),
        ("sobel-y", scipy.ndimage.sobel(PICTURE, axis=0, mode="nearest")),
        ("prewitt-x", scipy.ndimage.prewitt(PICTURE, axis=1, mode="nearest")),
        ("prewitt-y", scipy.ndimage.prewitt(PICTURE, axis=0, mode="nearest")),
        ("edge-laplacian", scipy.ndimage.laplace(PICTURE, mode="nearest")),
        ("edge-outline", 9 * (PICTURE - scipy.ndimage.uniform_filter(PICTURE, 3, mode="nearest"))),
        ("sharpen", PICTURE - scipy.ndimage.laplace(PICTURE, mode="nearest")),
        ("box-blur", scipy.ndimage.uniform_filter(PICTURE, 3, mode="nearest")),
        ("box-blur-5", scipy.ndimage.uniform_filter(PICTURE, 5, mode="nearest")),
    ],
)
def test_a_filtered_picture_is_that_of_scipy(name: str, expected: np.ndarray) -> None:
    np.testing.assert_allclose(filtered(name), expected, atol=1e-12)


def test_those_that_scipy_has_not() -> None:
    assert kernel("edge-diagonal").tolist() == [[1, 0, -1], [0, 0, 0], [-1, 0, 1]]
    assert (16 * kernel("gaussian")).tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


@pytest.mark.parametrize("name", NAMES)
def test_weights_sum_to_0_for_edges_and_to_1_for_pictures(name: str) -> None:
    edges = name.startswith(("edge", "sobel", "prewitt"))
    assert kernel(name).sum() == pytest.approx(0 if edges else 1)


def test_nobody_can_change_a_kernel_for_the_others() -> None:
    kernel("identity")[:] = 9
    assert kernel("identity").sum() == 1


def test_an_unknown_name() -> None:
    with pytest.raises(SpecnetError, match="no kernel named 'sobelx': did you mean 'sobel-x'"):
        kernel("sobelx")
    with pytest.raises(SpecnetError, match="no kernel named 'q': there are identity, edge-diagonal, "):
        kernel("q")
