"""ONNX nodes written one after another, each by what it does to what came before."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Name: TypeAlias = str


class Nodes:
    """Nodes in the order in which they run, and the constants that they name.

    >>> nodes = Nodes()
    >>> nodes.add("Mul", "samples", nodes.constant(np.float32(2)))
    'Mul_1'
    >>> [node.op_type for node in nodes.nodes], [constant.name for constant in nodes.constants]
    (['Mul'], ['constant_0'])
    """

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic] | np.generic) -> Name:
        """A constant, and its name."""
        name = self._name("constant")
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def whole(self, *numbers: int) -> Name:
        """Whole numbers: a shape, axes, or places to cut at."""
        return self.constant(np.array(numbers, np.int64))

    def add(self, kind: str, *inputs: Name, **attributes: Any) -> Name:
        """What a node of this kind makes of its inputs."""
        [name] = self.add_several(kind, inputs, 1, **attributes)
        return name

    def add_several(self, kind: str, inputs: Sequence[Name], outputs: int, **attributes: Any) -> list[Name]:
        """The same for a node with several outputs."""
        names = [self._name(kind) if outputs == 1 else f"{self._name(kind)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names

    def cut(self, tensor: Name, first: int, last: int, axis: int) -> Name:
        """The part of a tensor from `first` up to `last` of an axis, counted as in Python."""
        return self.add("Slice", tensor, self.whole(first), self.whole(last), self.whole(axis))

    def rename(self, tensor: Name, name: Name) -> None:
        """Let a tensor have this name as well."""
        self.nodes.append(helper.make_node("Identity", [tensor], [name]))

    def _name(self, kind: str) -> Name:
        return f"{kind}_{len(self.nodes) + len(self.constants)}"
