"""Convolution and its relatives as plain functions on arrays ``[channels, *space]``, for rank 1, 2 and 3 alike.

They show the arithmetic that the layers of `specnet.core.blocks` do, without batch, gradient or torch, in the dtype of
what they are given. All raise `SpecnetError`, with the numbers and the rule, where shapes don't fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Unpack

import numpy as np

from specnet.core.sliding import Floats, Sizes, Sliding, per_axis, slide
from specnet.core.window import Window
from specnet.errors import SpecnetError


def correlate(
    x: Floats, kernels: Floats, bias: Floats | None = None, *, groups: int = 1, **sliding: Unpack[Sliding]
) -> Floats:
    """Cross-correlation, which networks call convolution: `x` ``[C, *space]`` to ``[N, *out]``.

    ``y[n, j, i] = bias[n] + sum over c, y, x of x[c, j + y, i + x] * kernels[n, c, y, x]``, with `kernels`
    ``[N, C / groups, *kernel]`` and `bias` ``[N]``. Group g of the kernels sees group g of the channels alone.
    `sliding`: stride, dilation, padding (a number, or one per axis) and fill ("zero", "replicate").

    >>> picture = np.arange(9.0).reshape(1, 3, 3)
    >>> correlate(picture, np.array([[[[1.0, 0.0], [0.0, -1.0]]]]), np.array([10.0]))
    array([[[6., 6.],
            [6., 6.]]])

    Raises `SpecnetError` where channels don't match, groups don't divide them, or a kernel spans more than reaches it.
    """
    rank = x.ndim - 1
    if kernels.ndim != rank + 2:
        raise SpecnetError(f"kernels of shape {kernels.shape}: an input of rank {rank} needs [N, C, *{rank} sizes]")
    channels, count = x.shape[0], kernels.shape[0]
    if groups < 1 or channels % groups or count % groups:
        raise SpecnetError(f"{groups} groups must divide the {channels} channels and the {count} kernels")
    if kernels.shape[1] * groups != channels:
        share = f"{channels} channels in {groups} groups" if groups > 1 else f"{channels} channels"
        raise SpecnetError(f"kernels of {kernels.shape[1]} channels for {share}: must be {channels // groups}")
    if bias is not None and bias.shape != (count,):
        raise SpecnetError(f"a bias of shape {bias.shape} for {count} kernels: must be ({count},)")
    seen = slide(x, kernels.shape[2:], **sliding)
    out = seen.shape[1 : x.ndim]
    weights = kernels.reshape(groups, count // groups, channels // groups, *kernels.shape[2:])
    y = np.zeros((groups, count // groups, math.prod(out)), np.result_type(x, kernels))
    for at in np.ndindex(*kernels.shape[2:]):  # one weight of every kernel, times the input shifted to it
        y += weights[..., *at] @ seen[..., *at].reshape(groups, channels // groups, -1)
    y = y.reshape(count, *out)
    return y if bias is None else y + bias.reshape(count, *(1,) * rank)


def convolve(
    x: Floats, kernels: Floats, bias: Floats | None = None, *, groups: int = 1, **sliding: Unpack[Sliding]
) -> Floats:
    """True convolution: `correlate` with every kernel flipped, which makes it commutative and associative.

    ``y[n, j, i] = sum of x[c, j - y, i - x] * kernels[n, c, y, x]``. A padding of kernel - 1 gives it all ("full").

    >>> convolve(np.array([[1.0, 2.0]]), np.array([[[3.0, 4.0]]]), padding=1)     # (1 + 2z)(3 + 4z)
    array([[ 3., 10.,  8.]])
    """
    flipped = np.flip(kernels, axis=tuple(range(2, kernels.ndim)))
    return correlate(x, flipped, bias, groups=groups, **sliding)


def depthwise(x: Floats, kernels: Floats, bias: Floats | None = None, **sliding: Unpack[Sliding]) -> Floats:
    """Each channel of `x` ``[C, *space]`` with a kernel of its own, of `kernels` ``[C, *kernel]``: ``[C, *out]``.

    With a stride, and weights that sum to 1, it is weighted average pooling.

    >>> depthwise(np.array([[1.0, 5.0, 1.0, 1.0]]), np.array([[0.25, 0.75]]), stride=2)
    array([[4., 1.]])
    """
    return correlate(x, kernels[:, None], bias, groups=x.shape[0], **sliding)


def pointwise(x: Floats, weights: Floats, bias: Floats | None = None) -> Floats:
    """A 1x1 convolution: `weights` ``[N, C]`` mix the channels of `x` ``[C, *space]`` at each place: ``[N, *space]``.

    >>> pointwise(np.array([[1.0, 2.0], [10.0, 20.0]]), np.array([[1.0, 1.0]]))
    array([[11., 22.]])
    """
    return correlate(x, weights.reshape(*weights.shape, *(1,) * (x.ndim - 1)), bias)


def mlpconv(x: Floats, layers: Sequence[tuple[Floats, Floats]]) -> Floats:
    """An MLP slid over a map: layers of weights ``[N, C]`` and bias ``[N]`` at each place of `x`, a ReLU after each.

    After a convolution with its ReLU this is the mlpconv layer of Lin, Chen, Yan, Network In Network, 2013
    (arXiv:1312.4400).

    >>> xor = [(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])), (np.array([[1.0, -2.0]]), np.array([0.0]))]
    >>> mlpconv(np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]), xor)
    array([[0., 1., 1., 0.]])
    """
    for weights, bias in layers:
        x = np.maximum(pointwise(x, weights, bias), 0)
    return x


def fully_connected(x: Floats, weights: Floats, bias: Floats | None = None) -> Floats:
    """An FC layer, as a convolution whose kernels span all of `x` ``[C, *space]``: ``[N]``.

    `weights` ``[N, C * space]`` in the order of the flattened input, as an FC layer has them.

    >>> fully_connected(np.ones((1, 100, 100)), np.ones((10, 100 * 100))).tolist() == [10_000.0] * 10
    True
    """
    if weights.shape[1:] != (x.size,):
        raise SpecnetError(f"weights of shape {weights.shape} for an input of {x.size} elements: must be [N, {x.size}]")
    return correlate(x, weights.reshape(-1, *x.shape), bias).reshape(-1)


def insert_zeros(x: Floats, factor: Sizes) -> Floats:
    """`x` ``[C, *space]`` with `factor` - 1 zeros between neighbours: up-sampling, before a low-pass fills them in.

    A stride of `factor` takes them out again.

    >>> insert_zeros(np.array([[1.0, 2.0, 3.0]]), 2)
    array([[1., 0., 2., 0., 3.]])
    """
    factors = per_axis("factor", factor, x.ndim - 1)
    spans = [Window(size, dilation=apart).span for size, apart in zip(x.shape[1:], factors, strict=True)]
    y = np.zeros((x.shape[0], *spans), x.dtype)
    y[(slice(None), *(slice(None, None, apart) for apart in factors))] = x
    return y
