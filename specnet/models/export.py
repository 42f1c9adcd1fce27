"""Networks as ONNX graphs: one streaming step of a scanner, and the probabilities of a recogniser of images.

Their weights are those of `save_weights`, by name; the graphs hold none.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from specnet.core.block import State, flatten_state, unflatten_state
from specnet.models.classifier import Recogniser
from specnet.models.graph import traced
from specnet.models.heads import Keyword


def step_graph(keyword: Keyword) -> bytes:
    """One step of `keyword`: float32, batch 1.

    Inputs `features [1, bands, T]` with T any multiple of the total stride, and `state_0 ...`; outputs `scores
    [1, labels, T']` in 0..1 without the background, `bounds [1, 2, T']` in seconds where the head has them, and
    `next_state_0 ...`, of the same shapes as the states. A stream starts from states of zeros.
    """
    step = Step(copy.deepcopy(keyword).float().cpu().eval())
    state = flatten_state(step.like)
    names = [f"state_{i}" for i in range(len(state))]
    results = ["scores", "bounds"] if keyword.head.boundaries else ["scores"]
    model = traced(
        step,
        step.keyword,
        {
            "features": torch.zeros(1, keyword.trunk.input[0], 8 * keyword.window.stride),
            **dict(zip(names, state, strict=True)),
        },
        [*results, *(f"next_{name}" for name in names)],
        {"features": {2: "T"}, **{name: {2: "frames"} for name in results}},
    )
    for output, tensor in zip(model.graph.output[len(results) :], state, strict=True):
        for axis, size in zip(output.type.tensor_type.shape.dim, tensor.shape, strict=True):
            axis.dim_value = size
    graph: bytes = model.SerializeToString()
    return graph


def recogniser_graph(recogniser: Recogniser) -> bytes:
    """The probabilities of `recogniser`, float32, with the normalisation of the images inside.

    Input `images [N, channels, height, W]` in 0..1, output `probabilities [N, classes, positions]`. N is any number,
    and where the network can scan, so is W from its width on; see `Classifier.stride`.
    """
    network = _Probabilities(copy.deepcopy(recogniser).float().cpu().eval())
    images, positions = {0: "N"}, {0: "N"}
    if recogniser.classifier.stride:
        images[3], positions[2] = "W", "positions"
    example = {"images": torch.zeros(2, *recogniser.classifier.size)}
    lengths = {"images": images, "probabilities": positions}
    graph: bytes = traced(network, network.recogniser, example, ["probabilities"], lengths).SerializeToString()
    return graph


class _Probabilities(nn.Module):
    """`Recogniser.probabilities` as a module, for tracing."""

    def __init__(self, recogniser: Recogniser) -> None:
        super().__init__()
        self.recogniser = recogniser

    def forward(self, images: Tensor) -> Tensor:
        return self.recogniser.probabilities(images)


class Step(nn.Module):
    """`Keyword.step` with a flat state, and scores in 0..1, for tracing."""

    def __init__(self, keyword: Keyword) -> None:
        super().__init__()
        self.keyword = keyword
        self.like: State = keyword.start(torch.zeros(1))

    def forward(self, features: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        x, after = self.keyword.trunk.step(features, unflatten_state(state, self.like))
        logits, bounds = self.keyword.head(x)
        scores = self.keyword.head.probabilities(logits)
        return (scores, *([] if bounds is None else [bounds]), *flatten_state(after))
