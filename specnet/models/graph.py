"""A network as an ONNX graph without its weights: they are named in it, and lie beside it in the model file."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence

import onnx
import torch
from torch import Tensor, nn

_OPSET = 17
WEIGHTS = "weights.safetensors"


def traced(
    wrapper: nn.Module,
    weights: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    lengths: Mapping[str, Mapping[int, str]],
) -> onnx.ModelProto:
    """The graph of `wrapper(*inputs)`, in which the numbers of its submodule `weights` are external data.

    Each tensor of `weights` keeps its name there. `lengths` names the axes of any length, by input or output. Batch
    norm is left for the runtime to fold into the kernels: weights of half precision then stay so.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # the tracing exporter gives a smaller graph than its successor, at once, and is deprecated for it
        warnings.simplefilter("ignore")
        torch.onnx.export(
            wrapper,
            tuple(inputs.values()),
            buffer,  # type: ignore[arg-type]  # a file object will do with dynamo=False
            dynamo=False,
            export_params=False,
            training=torch.onnx.TrainingMode.PRESERVE,
            opset_version=_OPSET,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=dict(lengths),
        )
    model = onnx.load_from_string(buffer.getvalue())
    for node in model.graph.node:
        node.name, node.doc_string = "", ""
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    _externalise(model, wrapper, weights, inputs)
    return model


def _externalise(model: onnx.ModelProto, wrapper: nn.Module, weights: nn.Module, inputs: Mapping[str, Tensor]) -> None:
    """Turn the inputs that the exporter made of all tensors into initialisers whose numbers are elsewhere."""
    [prefix] = [name for name, module in wrapper.named_modules() if module is weights]
    own = {f"{prefix}.{name}": name for name, tensor in weights.state_dict().items() if tensor.is_floating_point()}
    del model.graph.input[len(inputs) :]
    for name, tensor in weights.state_dict().items():
        if tensor.is_floating_point():
            external = onnx.TensorProto(name=name, data_type=onnx.TensorProto.FLOAT, dims=tensor.shape)
            external.data_location = onnx.TensorProto.EXTERNAL
            external.external_data.add(key="location", value=WEIGHTS)
            model.graph.initializer.append(external)
    for node in model.graph.node:
        node.input[:] = [own.get(name, name) for name in node.input]
