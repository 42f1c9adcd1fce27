"""Where a network looked for one decision, by every method, ready to be drawn over what it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from specnet.inspect.attribution import BY_LAYER, baseline_of, integrated_gradients, occlusion, traced
from specnet.inspect.draw import spread
from specnet.inspect.fields import Layer
from specnet.inspect.subject import Subject

ABOUT = {
    "CAM": "What each place of {layer} adds to the score: its activations, each times the slope of the score there.",
    "Grad-CAM": "Maps of {layer}, each weighted by the mean of its slope over all places. Order is lost in that mean.",
    "Grad-CAM++": "Maps of {layer}, weighted by where the slope is above 0.",
    "sum of activations": "All maps of {layer} added up, whatever they speak for.",
    "integrated gradients": "What each point of the input adds on the way from its mean to what it is.",
    "occlusion": "How much the score falls where a patch of the input is covered with its mean.",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What one method finds: `heat` is as large as the input, ``[rows, columns]`` in 0..1."""

    method: str
    about: str
    heat: NDArray[np.float64]

    @property
    def said(self) -> str:
        """The explanation, and that there is nothing to see where that is so."""
        return self.about if self.heat.any() else f"{self.about} Nothing here: it is above 0 nowhere."


def looks(subject: Subject, layer: Layer, x: Tensor, label: int, slow: bool = True) -> Iterator[Look]:
    """For an input `x` with a batch of 1 and the number of a label: each method in turn.

    `layer` is where those look that look at a layer; those of many passes through the network are left out unless
    `slow`.
    """
    found = traced(subject, layer, x, label)
    shape = (x.shape[-2], x.shape[-1])
    for method, by in BY_LAYER.items():
        yield Look(method, ABOUT[method].format(layer=layer.name), over_input(by(found).numpy(), layer, shape))
    if slow:
        methods: dict[str, Callable[..., Tensor]] = {
            "integrated gradients": integrated_gradients,
            "occlusion": occlusion,
        }
        for method, attribute in methods.items():
            each = attribute(subject, x, baseline_of(x), label)[0]
            total = each.sum(dim=0) if each.dim() == 3 else each
            rows, columns = (np.arange(size, dtype=np.float64) for size in shape)
            yield Look(method, ABOUT[method], spread(total.numpy(), rows, columns, shape))


def over_input(values: NDArray[np.floating], layer: Layer, shape: tuple[int, int]) -> NDArray[np.float64]:
    """What a layer's positions say, ``[rows, columns]``, at the centre of what each sees of the input."""
    rows, columns = (
        np.array([field.centre(place) for place in range(count)])
        for field, count in zip((layer.rows, layer.columns), values.shape, strict=True)
    )
    return spread(values, rows, columns, shape)
