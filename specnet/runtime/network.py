"""The network of a model for images in onnxruntime: prepared pictures in, probabilities out."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from specnet.errors import SpecnetError
from specnet.runtime.bundle import ImageBundle
from specnet.runtime.session import open_session, run

Array: TypeAlias = NDArray[np.float32]


class OnnxNetwork:
    """The network of a bundle, on one thread.

    Raises `SpecnetError` where the graph is not what `specnet.runtime.bundle` says it should be.
    """

    def __init__(self, bundle: ImageBundle) -> None:
        self._session = open_session(bundle)
        self._size, self._labels = bundle.card.input, len(bundle.labels)
        self._where = f"model {bundle.name}: {bundle.card.GRAPH}"
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        names = [each.name for each in inputs], [each.name for each in outputs]
        if names != (["images"], ["probabilities"]):
            raise SpecnetError(f"{self._where} is no classifier: it maps {names[0]} to {names[1]}")
        channels, rows = self._size.channels, self._size.height
        if [size for size in inputs[0].shape[1:3] if isinstance(size, int)] != [channels, rows]:
            raise SpecnetError(f"{self._where} takes {inputs[0].shape}: must take {channels} channels and {rows} rows")

    def probabilities(self, images: Array) -> Array:
        """Of ``[N, C, H, W]`` in 0..1: ``[N, labels, positions]``, one position for the width of the input."""
        failed = f"{self._where} failed on images {images.shape}"
        [found] = run(self._session, ["probabilities"], {"images": images.astype(np.float32, copy=False)}, failed)
        if found.ndim != 3 or found.shape[:2] != (len(images), self._labels):
            raise SpecnetError(
                f"{self._where} gives {found.shape}: must give [{len(images)}, {self._labels}, positions]"
            )
        return found
