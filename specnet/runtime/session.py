"""A model's graph in onnxruntime, on one thread and with little memory."""

from typing import Any

from specnet.errors import SpecnetError
from specnet.runtime.bundle import ModelFile
from specnet.runtime.weights import read_weights

ERRORS_ONLY = 3


def open_session(model: ModelFile[Any]) -> Any:
    """An `onnxruntime.InferenceSession`: the graph says what is computed, the weights beside it with which numbers.

    Raises `SpecnetError` where the weights are damaged, or onnxruntime refuses the graph or the weights in it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    # The arena would keep the largest buffers ever used, and patterns are planned for one length of input.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    try:
        weights = read_weights(model.weights)
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
        options.add_external_initializers(list(weights), values)
        return onnxruntime.InferenceSession(model.graph, options, providers=["CPUExecutionProvider"])
    except SpecnetError as error:
        raise SpecnetError(f"model {model.name}: {error}") from error
    except Exception as error:  # onnxruntime's exceptions have no common base
        raise SpecnetError(f"model {model.name}: {model.card.GRAPH} cannot be run: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """What onnxruntime says, without the lines on where in its source."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
