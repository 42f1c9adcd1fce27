"""A model for images, small enough to be written by hand: it knows a bar and a ring, light on dark, in 28 x 28."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from specnet.runtime.bundle import ImageCard, ImageSize, write_bundle

SIZE = 28
LABELS = ("bar", "ring", "none")
Array = NDArray[np.float32]


def shape(label: str) -> Array:
    """``[28, 28]``, light on dark, 20 pixels high."""
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    away = np.hypot(x, y) - 8.5 if label == "ring" else np.maximum(np.abs(x), np.abs(y) - 8.5)
    return np.clip(2 - np.abs(away) if label == "ring" else 2 - away, 0, 1).astype(np.float32)


def shapes_card(stride: int | None = 1, name: str = "shapes") -> ImageCard:
    return ImageCard(
        name=name,
        labels=LABELS,
        input=ImageSize(1, SIZE, SIZE),
        prepare="ink",
        stride=stride,
        background="none",
        recipe={"made": "by hand"},
        data=({"name": "nothing", "licence": "CC0-1.0"},),
        metrics={"error_rate": 0.0},
    )


def shapes_graph(stride: int = 1) -> bytes:
    """How alike what is seen is to each shape, for its ink: a convolution that spans the input's height."""
    shapes = np.stack([shape(label) for label in LABELS[:2]])[:, None]
    kernels = shapes - 0.45
    return convolution_graph(12 * kernels / (kernels * shapes).sum(axis=(1, 2, 3), keepdims=True), stride)


def convolution_graph(kernels: Array, stride: int) -> bytes:
    """The softmax of one convolution with `kernels` ``[classes, channels, height, width]``, and a class of logit 0."""
    classes, channels, height, _ = kernels.shape
    kernels = np.concatenate([kernels, np.zeros_like(kernels[:1])])
    constants = {
        "kernels": kernels.astype(np.float32),
        "biases": np.array([*[-7.0] * classes, 0.0], np.float32),
        "rows": np.array([2]),
    }
    nodes = [
        helper.make_node("Conv", ["images", "kernels", "biases"], ["map"], strides=[1, stride]),
        helper.make_node("Squeeze", ["map", "rows"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", channels, height, "W"])
    scores = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", classes + 1, "P"])
    weights = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "shapes", [images], [scores], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    serialised: bytes = model.SerializeToString()
    return serialised


def write_shapes(path: Path, stride: int | None = 1, name: str = "shapes") -> Path:
    write_bundle(path, model=shapes_card(stride, name), graph=shapes_graph(stride or 1), weights=b"none")
    return path
