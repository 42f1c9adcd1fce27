"""Networks as ONNX graphs: one streaming step of a scanner for sound, or a recogniser of images.

Batch norm is left for the runtime to fold into the kernels: weights of half precision then stay so, and the graph
compresses well.
"""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from specnet.core.block import State, flatten_state, unflatten_state
from specnet.errors import SpecnetError
from specnet.models.classifier import Recogniser
from specnet.models.heads import Keyword

_OPSET = 17
_TOLERANCE = 1e-4
_Network = TypeVar("_Network", bound=nn.Module)


def export_step(keyword: Keyword, path: str | Path, *, check: bool = True) -> None:
    """Write the step of `keyword` to `path` (ONNX, float32, batch 1).

    Inputs `features [1, bands, T]` with T any multiple of the total stride, and `state_0 ...`; outputs `scores
    [1, labels, T']` in 0..1 without the background, `bounds [1, 2, T']` in seconds where the head has them, and
    `next_state_0 ...`, of the same shapes as the states. A stream starts from states of zeros.

    With `check`, onnxruntime runs the graph in chunks and `SpecnetError` is raised where it differs from torch.
    """
    graph = step_graph(keyword)
    if check:
        _check(keyword, graph)
    Path(path).write_bytes(graph)


def step_graph(keyword: Keyword) -> bytes:
    """The graph of `export_step` as bytes."""
    step = _Step(_frozen(keyword))
    features = torch.zeros(1, keyword.trunk.input[0], 8 * keyword.window.stride)
    state = flatten_state(step.like)
    bounds = ["bounds"] if keyword.head.boundaries else []
    names = [f"state_{i}" for i in range(len(state))]
    outputs = ["scores", *bounds, *(f"next_{name}" for name in names)]
    axes = {"features": {2: "T"}} | {name: {2: "frames"} for name in ["scores", *bounds]}
    model = _traced(step, {"features": features, **dict(zip(names, state, strict=True))}, outputs, axes)
    for output, tensor in zip(model.graph.output[1 + len(bounds) :], state, strict=True):
        for axis, size in zip(output.type.tensor_type.shape.dim, tensor.shape, strict=True):
            axis.dim_value = size
    onnx.checker.check_model(model)
    graph: bytes = model.SerializeToString()
    return graph


def recogniser_graph(recogniser: Recogniser) -> bytes:
    """The probabilities of `recogniser` as a graph (ONNX, float32), with the normalisation of the images inside.

    Input `images [N, channels, height, W]` in 0..1, output `probabilities [N, classes, positions]`. N is any number,
    and where the network can scan, so is W from its width on; see `Classifier.stride`.

    Raises `SpecnetError` where onnxruntime, running the graph, differs from torch.
    """
    network = _Probabilities(_frozen(recogniser))
    channels, height, width = recogniser.classifier.size
    images, positions = {0: "N"}, {0: "N"}
    if recogniser.classifier.stride:
        images[3], positions[2] = "W", "positions"
    example = {"images": torch.zeros(2, channels, height, width)}
    model = _traced(network, example, ["probabilities"], {"images": images, "probabilities": positions})
    graph: bytes = model.SerializeToString()
    wider = width + 2 * (recogniser.classifier.stride or 0)
    noise = np.random.default_rng(0).random((3, channels, height, wider), np.float32)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        _require_same(session.run(None, {"images": noise})[0], network(torch.from_numpy(noise)))
    return graph


class _Probabilities(nn.Module):
    """`Recogniser.probabilities` as a module, for tracing."""

    def __init__(self, recogniser: Recogniser) -> None:
        super().__init__()
        self.recogniser = recogniser

    def forward(self, images: Tensor) -> Tensor:
        return self.recogniser.probabilities(images)


def _traced(
    network: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str], axes: Mapping[str, Mapping[int, str]]
) -> onnx.ModelProto:
    """The graph of `network` called with `inputs`, whose named `axes` are of any size."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # the tracing exporter gives a smaller graph than its successor, at once, and is deprecated for it
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            buffer,  # type: ignore[arg-type]  # a file object will do with dynamo=False
            dynamo=False,
            training=torch.onnx.TrainingMode.PRESERVE,
            opset_version=_OPSET,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
        )
    model = onnx.load_from_string(buffer.getvalue())
    for node in model.graph.node:
        node.name, node.doc_string = "", ""
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    return model


class _Step(nn.Module):
    """`Keyword.step` with a flat state, for tracing."""

    def __init__(self, keyword: Keyword) -> None:
        super().__init__()
        self.keyword = keyword
        self.like: State = keyword.start(torch.zeros(1))

    def forward(self, features: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        x, after = self.keyword.trunk.step(features, unflatten_state(state, self.like))
        logits, bounds = self.keyword.head(x)
        scores = self.keyword.head.probabilities(logits)
        return (scores, *([] if bounds is None else [bounds]), *flatten_state(after))


def _frozen(network: _Network) -> _Network:
    return copy.deepcopy(network).float().cpu().eval()


def _check(keyword: Keyword, graph: bytes) -> None:
    window, network = keyword.window, _frozen(keyword)
    frames = (window.warm_up + 9) * window.stride
    noise = np.random.default_rng(0).standard_normal((1, keyword.trunk.input[0], frames))
    features = (2 * noise - 6).astype(np.float32)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    state = {i.name: np.zeros(i.shape, np.float32) for i in session.get_inputs() if i.name != "features"}
    chunks = []
    for chunk in np.split(features, range(5 * window.stride, frames, 5 * window.stride), axis=-1):
        outputs = session.run(None, {"features": chunk, **state})
        state = dict(zip(state, outputs[len(outputs) - len(state) :], strict=True))
        chunks.append(outputs[: len(outputs) - len(state)])
    with torch.no_grad():
        # output j of a stream ends with input (j + 1) * stride
        logits, bounds = network(torch.from_numpy(features[..., (window.warm_up + 1) * window.stride - window.span :]))
        wanted = [network.head.probabilities(logits), *([] if bounds is None else [bounds])]
    for parts, expected in zip(zip(*chunks, strict=True), wanted, strict=True):
        _require_same(np.concatenate(parts, axis=-1)[..., window.warm_up :], expected)


def _require_same(got: NDArray[np.float32], wanted: Tensor) -> None:
    right = wanted.numpy()
    difference = float((np.abs(got - right) / (1 + np.abs(right))).max())
    if not difference <= _TOLERANCE:
        raise SpecnetError(f"the exported graph differs from the network by {difference:.2g}, over {_TOLERANCE}")
