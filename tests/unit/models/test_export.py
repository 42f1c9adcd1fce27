import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from specnet.models import export
from specnet.models.build import build
from specnet.models.heads import Head, Keyword


@pytest.fixture
def keyword() -> Keyword:
    torch.manual_seed(1)
    return Keyword(build("phonetic", width=8, overrides={"level": 20}), Head("max", 8, labels=2)).train()


def test_the_graph_names_its_inputs_and_outputs_and_fixes_the_states(keyword):
    graph = onnx.load_from_string(export.step_graph(keyword)).graph
    states = [f"state_{i}" for i in range(len(graph.input) - 1)]
    assert [each.name for each in graph.input] == ["features", *states]
    assert [each.name for each in graph.output] == ["scores", *(f"next_{name}" for name in states)]
    shapes = {
        each.name: [axis.dim_value or axis.dim_param for axis in each.type.tensor_type.shape.dim]
        for each in (*graph.input, *graph.output)
    }
    assert shapes["features"] == [1, 40, "T"] and shapes["scores"] == [1, 2, "frames"]
    assert shapes["state_0"] == shapes["next_state_0"] == [1, 40, 19]


def test_the_graph_names_the_weights_and_holds_none(keyword):
    graph = onnx.load_from_string(export.step_graph(keyword)).graph
    held = {each.name: tuple(each.dims) for each in graph.initializer}
    assert held == {name: tuple(t.shape) for name, t in keyword.state_dict().items() if t.is_floating_point()}
    for each in graph.initializer:
        assert each.data_location == onnx.TensorProto.EXTERNAL and not each.raw_data and not each.float_data
        assert [(entry.key, entry.value) for entry in each.external_data] == [("location", "weights.safetensors")]


def test_the_runtime_folds_batch_norm(keyword, tmp_path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(tmp_path / "folded.onnx")
    weights = {name: t.detach().numpy() for name, t in keyword.state_dict().items() if t.is_floating_point()}
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array)) for array in weights.values()]
    options.add_external_initializers(list(weights), values)
    onnxruntime.InferenceSession(export.step_graph(keyword), options)
    kinds = {node.op_type for node in onnx.load(tmp_path / "folded.onnx").graph.node}
    assert any("Conv" in kind for kind in kinds) and "BatchNormalization" not in kinds


def test_the_network_is_left_as_it_was(keyword):
    before = {name: tensor.clone() for name, tensor in keyword.state_dict().items()}
    export.step_graph(keyword)
    assert keyword.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in keyword.state_dict().items())
