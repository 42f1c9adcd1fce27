import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from specnet.errors import SpecnetError
from specnet.models import export
from specnet.models.build import build, load_weights, save_weights
from specnet.models.classifier import Recogniser, classifier
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


def recogniser(preset, **options):
    """With statistics as after training."""
    torch.manual_seed(1)
    network = Recogniser(classifier(preset, **options))
    for _ in range(3):
        network(torch.rand(8, *network.classifier.size))
    return network


def test_a_recogniser_that_scans_takes_any_width_and_any_number_of_images():
    network = recogniser("digits-scan", overrides={"width": 4})
    session = onnxruntime.InferenceSession(export.recogniser_graph(network))
    images = np.random.default_rng(0).random((2, 1, 28, 28 + 4 * 5 + 3), np.float32)
    [found] = session.run(None, {"images": images})
    assert found.shape == (2, 10, 6)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    for place in range(6):  # the law of the scan, along the width
        [crop] = session.run(None, {"images": images[..., 4 * place : 4 * place + 28]})
        np.testing.assert_allclose(crop[..., 0], found[..., place], atol=1e-5)


def test_a_recogniser_that_pads_takes_the_size_it_was_built_for():
    network = recogniser("cifar-conv", overrides={"width": 8, "stem": 4})
    assert network.classifier.stride is None
    graph = onnx.load_from_string(export.recogniser_graph(network)).graph
    shapes = [
        [axis.dim_value or axis.dim_param for axis in each.type.tensor_type.shape.dim]
        for each in (*graph.input, *graph.output)
    ]
    assert shapes == [["N", 3, 32, 32], ["N", 10, 1]]


def test_the_normalisation_of_the_images_is_in_the_graph():
    network = recogniser("lenet5")
    images = torch.rand(4, 1, 28, 28)
    before = onnxruntime.InferenceSession(export.recogniser_graph(network)).run(None, {"images": images.numpy()})[0]
    network.norm.running_mean += 0.4
    after = onnxruntime.InferenceSession(export.recogniser_graph(network)).run(None, {"images": images.numpy()})[0]
    assert abs(before - after).max() > 1e-3
    with torch.no_grad():
        np.testing.assert_allclose(after, network.eval().probabilities(images).numpy(), atol=1e-5)


def test_a_recogniser_that_differs_is_refused(monkeypatch):
    other = export._traced
    monkeypatch.setattr(export, "_traced", lambda network, *rest: other(nn.Sequential(network, nn.Softmax(1)), *rest))
    with pytest.raises(SpecnetError, match="the exported graph differs from the network by"):
        export.recogniser_graph(recogniser("lenet5"))
