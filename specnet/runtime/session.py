"""onnxruntime, on one thread, with errors of one line."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specnet.errors import SpecnetError
from specnet.runtime.bundle import C, ModelFile
from specnet.runtime.weights import read_weights

ERRORS_ONLY = 3


def open_session(model: ModelFile[C], *, keep_buffers: bool = False) -> Any:
    """The session (`onnxruntime.InferenceSession`) of a model's graph and weights, on one thread.

    `keep_buffers` keeps the largest ever used, and plans them for each size of input: a third quicker, where inputs are
    small and of few sizes.

    Raises `SpecnetError` where the weights are damaged, or onnxruntime refuses the graph or the weights in it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    options.enable_cpu_mem_arena = options.enable_mem_pattern = keep_buffers
    try:
        weights = read_weights(model.weights)
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
        options.add_external_initializers(list(weights), values)
        return onnxruntime.InferenceSession(model.graph, options, providers=["CPUExecutionProvider"])
    except SpecnetError as error:
        raise SpecnetError(f"model {model.name}: {error}") from error
    except Exception as error:  # onnxruntime's exceptions have no common base
        raise SpecnetError(f"model {model.name}: {model.card.GRAPH} cannot be run: {_first_line(error)}") from error


def run(
    session: Any, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.float32]], failed: str
) -> list[NDArray[np.float32]]:
    """The `outputs` for `feeds`; an error begins with what `failed` says."""
    try:
        found: list[NDArray[np.float32]] = session.run(outputs, feeds)
    except Exception as error:  # as above
        raise SpecnetError(f"{failed}: {_first_line(error)}") from error
    return found


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
