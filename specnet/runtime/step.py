"""One step of the scan in onnxruntime: features and a state in, scores and the next state out."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle
from specnet.runtime.session import open_session, run

Array: TypeAlias = NDArray[np.float32]
State: TypeAlias = tuple[Array, ...]


class OnnxStep:
    """The network of a bundle, on one thread.

    Raises `SpecnetError` where graph or weights are not what `specnet.runtime.bundle` says they should be.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._session = open_session(bundle, keep_buffers=True)
        inputs = self._session.get_inputs()
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._shapes = {each.name: each.shape for each in inputs if each.name != "features"}
        self.has_bounds = "bounds" in self._outputs
        states = [f"state_{i}" for i in range(len(self._shapes))]
        expected = ["scores", *["bounds"] * self.has_bounds, *(f"next_{name}" for name in states)]
        if len(inputs) != len(states) + 1 or sorted(self._shapes) != sorted(states):
            self._refuse(bundle, f"its inputs are {[each.name for each in inputs]}, must be features, state_0, ...")
        if sorted(self._outputs) != sorted(expected):
            self._refuse(bundle, f"its outputs are {self._outputs}, must be {expected}")
        if not all(isinstance(size, int) for shape in self._shapes.values() for size in shape):
            self._refuse(bundle, f"its states have shapes {self._shapes}, must be fixed")
        shapes = {each.name: each.shape for each in [*inputs, *self._session.get_outputs()]}
        for name, size in (("features", bundle.features.bands), ("scores", len(bundle.labels))):
            if shapes[name][1:2] != [size]:
                self._refuse(bundle, f"its {name} have shape {shapes[name]}, must have {size} rows")
        self._names = expected
        self._states = states

    def start(self) -> State:
        """The state that has seen nothing."""
        return tuple(np.zeros(self._shapes[name], np.float32) for name in self._states)

    def step(self, features: Array, state: State) -> tuple[Array, Array | None, State]:
        """`features` ``[bands, T]`` to scores ``[T', labels]``, bounds ``[T', 2]`` in seconds or None, next state."""
        feeds = dict(zip(self._states, state, strict=True)) | {
            "features": features[None].astype(np.float32, copy=False)
        }
        outputs = run(self._session, self._names, feeds, f"step.onnx failed on features {features.shape}")
        bounds = outputs[1][0].T if self.has_bounds else None
        return outputs[0][0].T, bounds, tuple(outputs[1 + self.has_bounds :])

    @staticmethod
    def _refuse(bundle: Bundle, why: str) -> None:
        raise SpecnetError(f"model {bundle.name}: step.onnx is no scan step: {why}")
