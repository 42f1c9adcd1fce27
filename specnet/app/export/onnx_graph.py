"""One ONNX graph from samples to scores: the log-mel and the network of a model, with one state for both."""

import numpy as np
import onnx
from onnx import TensorProto, compose, helper, numpy_helper

from specnet.app.export.interface import Interface
from specnet.app.export.logmel import FAR, add_logmel
from specnet.app.export.nodes import Name, Nodes
from specnet.runtime.bundle import Bundle
from specnet.runtime.weights import read_weights

PREFIX = "network/"
"""Of all names in the network's own graph."""


def onnx_graph(bundle: Bundle) -> bytes:
    """The graph with weights and metadata; `Interface` says what it takes and gives.

    It also gives `features` ``[1, hops, bands]``, what the network is shown: to draw, or to look for a fault. Samples
    whose number is no multiple of the stride are refused by its first `Reshape`.

    Raises `SpecnetError` where the graph or the weights of the model are damaged.
    """
    interface, nodes = Interface(bundle), Nodes()
    samples, *states = _heard(nodes, interface)  # runs the network once, and so refuses what is damaged
    network = _network(bundle)
    heard = nodes.add("Concat", samples, _whole_strides(nodes, interface), axis=1)
    features = add_logmel(nodes, bundle.features, heard, interface.delay)
    nodes.rename(features, f"{PREFIX}features")
    for i, state in enumerate(states):
        nodes.rename(state, f"{PREFIX}state_{i}")
    nodes.nodes.extend(network.graph.node)
    nodes.constants.extend(network.graph.initializer)
    results = {"scores": len(bundle.labels), **({"bounds": 2} if interface.has_bounds else {})}
    for name in [*results, "features"]:
        nodes.rename(nodes.add("Transpose", PREFIX + name, perm=[0, 2, 1]), name)
    _keep(nodes, interface, heard)
    graph = helper.make_graph(
        nodes.nodes,
        "specnet",
        [_value("samples", [1, "n"]), _value("state", [1, interface.size])],
        [
            *(_value(name, [1, "frames", size]) for name, size in results.items()),
            _value("features", [1, "hops", bundle.features.bands]),
            _value("next_state", [1, interface.size]),
        ],
        nodes.constants,
    )
    model = helper.make_model(
        graph, producer_name="specnet", opset_imports=network.opset_import, ir_version=network.ir_version
    )
    helper.set_model_props(model, interface.metadata())
    onnx.checker.check_model(model)
    whole: bytes = model.SerializeToString()
    return whole


def _network(bundle: Bundle) -> onnx.ModelProto:
    """The model's own graph with its weights inside."""
    model = onnx.load_from_string(bundle.graph)
    weights = read_weights(bundle.weights)
    for tensor in model.graph.initializer:
        if tensor.data_location == TensorProto.EXTERNAL:
            tensor.CopyFrom(numpy_helper.from_array(weights[tensor.name], tensor.name))
    return compose.add_prefix(model, PREFIX)


def _heard(nodes: Nodes, interface: Interface) -> list[Name]:
    """The samples kept, and the states of the network: those of the state, or of silence where it is all zeros."""
    flag, kept = nodes.cut("state", 0, 1, axis=1), nodes.cut("state", 1, FAR, axis=1)
    begun = nodes.add("Cast", flag, to=TensorProto.BOOL)
    state = nodes.add("Where", begun, kept, nodes.constant(interface.start))
    sizes = [interface.carried, *(part.size for part in interface.network)]
    samples, *parts = nodes.add_several("Split", [state, nodes.whole(*sizes)], len(sizes), axis=1)
    shapes = [part.shape for part in interface.network]
    return [
        samples,
        *(nodes.add("Reshape", part, nodes.whole(*shape)) for part, shape in zip(parts, shapes, strict=True)),
    ]


def _whole_strides(nodes: Nodes, interface: Interface) -> Name:
    """The samples that came, if they are whole strides."""
    strides = nodes.add("Reshape", "samples", nodes.whole(-1, interface.grid.stride))
    return nodes.add("Reshape", strides, nodes.whole(1, -1))


def _keep(nodes: Nodes, interface: Interface, heard: Name) -> None:
    """The next state: that something was heard, the last samples, and what the network keeps."""
    begun = nodes.constant(np.ones((1, 1), np.float32))
    samples = nodes.cut(heard, -interface.carried or FAR, FAR, axis=1)
    states = [
        nodes.add("Reshape", f"{PREFIX}next_state_{i}", nodes.whole(1, -1)) for i in range(len(interface.network))
    ]
    nodes.rename(nodes.add("Concat", begun, samples, *states, axis=1), "next_state")


def _value(name: Name, shape: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
