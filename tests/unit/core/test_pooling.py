"""Pooling against torch."""

from itertools import product

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from specnet.core.pooling import average_pool, global_average_pool, max_pool
from specnet.errors import SpecnetError

MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVERAGE = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}


@pytest.mark.parametrize(("rank", "stride", "padding"), list(product((1, 2, 3), (None, 1, 2), (0, 1))))
def test_pools_are_those_of_torch(rank: int, stride: int | None, padding: int) -> None:
    x = np.random.default_rng(0).normal(size=(2, *(9, 8, 7)[:rank])) - 3  # below the zeros of a padding
    for ours, theirs in ((max_pool, MAX), (average_pool, AVERAGE)):
        expected = theirs[rank](torch.from_numpy(x)[None], 3, stride, padding)[0].numpy()
        np.testing.assert_allclose(ours(x, 3, stride, padding), expected, atol=1e-12)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_global_average_forgets_the_place(rank: int) -> None:
    x = np.random.default_rng(0).normal(size=(2, *(9, 8, 7)[:rank]))
    np.testing.assert_allclose(global_average_pool(x), x.reshape(2, -1).mean(1))
    np.testing.assert_allclose(global_average_pool(x), average_pool(x, x.shape[1:]).ravel())
    np.testing.assert_allclose(global_average_pool(np.roll(x, 3, axis=-1)), global_average_pool(x))


@pytest.mark.parametrize("pool", [max_pool, average_pool])
def test_a_window_larger_than_its_input_is_refused(pool: object) -> None:
    with pytest.raises(SpecnetError, match="spans 4 is larger than the 3 that reach it"):
        pool(np.zeros((1, 3, 8)), 4)  # type: ignore[operator]
