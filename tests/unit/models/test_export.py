import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from specnet.errors import SpecnetError
from specnet.models import export
from specnet.models.build import build, load_weights, save_weights
from specnet.models.heads import Head, Keyword


@pytest.fixture
def keyword() -> Keyword:
    torch.manual_seed(1)
    return Keyword(build("phonetic", width=8, overrides={"level": 20}), Head("max", 8, labels=2)).train()


def test_the_graph_names_its_inputs_and_outputs_and_fixes_the_states(keyword, tmp_path):
    export.export_step(keyword, tmp_path / "step.onnx")
    graph = onnx.load(tmp_path / "step.onnx").graph
    states = [f"state_{i}" for i in range(len(graph.input) - 1)]
    assert [each.name for each in graph.input] == ["features", *states]
    assert [each.name for each in graph.output] == ["scores", *(f"next_{name}" for name in states)]
    shapes = {
        each.name: [axis.dim_value or axis.dim_param for axis in each.type.tensor_type.shape.dim]
        for each in (*graph.input, *graph.output)
    }
    assert shapes["features"] == [1, 40, "T"] and shapes["scores"] == [1, 2, "frames"]
    assert shapes["state_0"] == shapes["next_state_0"] == [1, 40, 19]


def test_the_runtime_folds_batch_norm(keyword, tmp_path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(tmp_path / "folded.onnx")
    onnxruntime.InferenceSession(export.step_graph(keyword), options)
    kinds = {node.op_type for node in onnx.load(tmp_path / "folded.onnx").graph.node}
    assert any("Conv" in kind for kind in kinds) and "BatchNormalization" not in kinds


def test_weights_of_half_precision_stay_so_in_the_graph(keyword):
    load_weights(keyword, save_weights(keyword))
    for tensor in onnx.load_from_string(export.step_graph(keyword)).graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32:
            np.testing.assert_array_equal(values, values.astype(np.float16))


def test_the_network_is_left_as_it_was(keyword):
    before = {name: tensor.clone() for name, tensor in keyword.state_dict().items()}
    export.step_graph(keyword)
    assert keyword.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in keyword.state_dict().items())


def test_a_graph_that_differs_is_not_written(keyword, tmp_path, monkeypatch):
    other = export.step_graph(Keyword(keyword.trunk, Head("max", 8, labels=2)))
    monkeypatch.setattr(export, "step_graph", lambda _: other)
    with pytest.raises(SpecnetError, match="the exported graph differs from the network by"):
        export.export_step(keyword, tmp_path / "step.onnx")
    assert not (tmp_path / "step.onnx").exists()
