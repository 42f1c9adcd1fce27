"""Where a network looks when it decides: what each place of a layer, or of the input, adds to a label's score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from captum.attr import IntegratedGradients, Occlusion
from torch import Tensor

from specnet.inspect.fields import Layer
from specnet.inspect.subject import Subject

STEPS = 32
"""Of the integral from the baseline to the input."""

AT_ONCE = 32
"""Inputs that go through the network together."""

PATCHES = 16
"""That an input is covered with along each axis: each half over the one before."""

HEAVY = 100_000_000
"""Multiply-adds of a decision from which on half as many steps, and patches along each axis, have to do."""


class Traced(NamedTuple):
    """The maps `[1, K, rows, columns]` of a layer for one decision, and the gradient of a label's score by them."""

    maps: Tensor
    gradient: Tensor


def traced(subject: Subject, layer: Layer, x: Tensor, label: int) -> Traced:
    """For an input `x` of `subject.size`, with a batch of 1, and the number of a label."""
    below = subject.below(layer, x).detach().requires_grad_()
    [gradient] = torch.autograd.grad(subject.above(layer, below)[0, label, 0], below)
    return Traced(*(subject.as_maps(layer, each.detach())[None] for each in (below, gradient)))


def class_activation(found: Traced) -> Tensor:
    """What each place adds to the score: its activations, each times the slope of the score there, `[rows, columns]`.

    At `Subject.cam_layer`, where all places have the same slopes, this is the class activation map (CAM, Zhou et al.
    2016, arXiv:1512.04150), and the sum over all places is the score without its bias. At any other layer it is
    HiResCAM (Draelos, Carin 2020, arXiv:2011.08891): the slopes of a place are its own.
    """
    return (found.maps * found.gradient)[0].sum(dim=0)


def grad_cam(found: Traced) -> Tensor:
    """Maps weighted by the mean of the slope over all places, where the sum is above 0, `[rows, columns]`.

    Selvaraju et al. 2017, arXiv:1610.02391.
    """
    weights = found.gradient.mean(dim=(2, 3), keepdim=True)
    return torch.relu((weights * found.maps)[0].sum(dim=0))


def grad_cam_plus_plus(found: Traced) -> Tensor:
    """Maps weighted by the sum of the slopes above 0, each place by how much it alone explains, `[rows, columns]`.

    Chattopadhay et al. 2018, arXiv:1710.11063, for the exponential of the score, whose factor is left out.
    """
    squares, cubes = found.gradient**2, found.gradient**3
    below = 2 * squares + (found.maps * cubes).sum(dim=(2, 3), keepdim=True)
    shares = squares / torch.where(below == 0, 1.0, below)
    weights = (shares * torch.relu(found.gradient)).sum(dim=(2, 3), keepdim=True)
    return torch.relu((weights * found.maps)[0].sum(dim=0))


def activation_sum(found: Traced) -> Tensor:
    """The plain sum of all maps, whatever the label, `[rows, columns]`."""
    return found.maps[0].sum(dim=0)


BY_LAYER: Mapping[str, Callable[[Traced], Tensor]] = {
    "CAM": class_activation,
    "Grad-CAM": grad_cam,
    "Grad-CAM++": grad_cam_plus_plus,
    "sum of activations": activation_sum,
}
"""What is told from the maps of one layer."""


def integrated_gradients(subject: Subject, x: Tensor, baseline: Tensor, label: int) -> Tensor:
    """What each number of the input adds to the score on the way from `baseline` to `x`, of the shape of `x`.

    The sum is the difference of their scores. Sundararajan et al. 2017, arXiv:1703.01365.
    """
    steps = STEPS // _coarse(subject)
    method = IntegratedGradients(subject)
    found: Tensor = method.attribute(x, baseline, (label, 0), n_steps=steps, internal_batch_size=AT_ONCE)
    return found.detach().float()


def occlusion(subject: Subject, x: Tensor, baseline: Tensor, label: int) -> Tensor:
    """How much the score falls where a patch of the input is covered by that of `baseline`, of the shape of `x`."""
    patch = [-(-2 * _coarse(subject) * size // PATCHES) for size in x.shape[-2:]]
    depth = x.shape[1:-2]  # all colours at once
    window, strides = (*depth, *patch), (*depth, *(max(1, size // 2) for size in patch))
    found: Tensor = Occlusion(subject).attribute(
        x, window, strides, baseline, (label, 0), perturbations_per_eval=AT_ONCE
    )
    return found.detach().float()


def _coarse(subject: Subject) -> int:
    return 2 if subject.multiply_adds > HEAVY else 1


def baseline_of(x: Tensor) -> Tensor:
    """An input that says nothing: the mean of each band over time, or of each colour over the picture."""
    return x.mean(dim=tuple(range(2, x.dim())), keepdim=True).expand_as(x)
