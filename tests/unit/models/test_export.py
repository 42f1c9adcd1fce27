import onnx
import pytest
import torch

from specnet.errors import SpecnetError
from specnet.models import export
from specnet.models.build import build
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


def test_batch_norm_is_folded(keyword):
    graph = onnx.load_from_string(export.step_graph(keyword)).graph
    assert "BatchNormalization" not in {node.op_type for node in graph.node}


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
