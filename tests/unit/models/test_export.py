import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from specnet.models import export
from specnet.models.build import build
from specnet.models.classifier import Recogniser, classifier
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


def session(graph, network, **settings):
    """A graph in onnxruntime, with the weights of a network."""
    options = onnxruntime.SessionOptions()
    for name, setting in settings.items():
        setattr(options, name, setting)
    weights = {name: t.detach().numpy() for name, t in network.state_dict().items() if t.is_floating_point()}
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array)) for array in weights.values()]
    options.add_external_initializers(list(weights), values)
    return onnxruntime.InferenceSession(graph, options)


def test_the_runtime_folds_batch_norm(keyword, tmp_path):
    level, folded = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED, tmp_path / "folded.onnx"
    session(export.step_graph(keyword), keyword, graph_optimization_level=level, optimized_model_filepath=str(folded))
    kinds = {node.op_type for node in onnx.load(folded).graph.node}
    assert any("Conv" in kind for kind in kinds) and "BatchNormalization" not in kinds


def test_the_network_is_left_as_it_was(keyword):
    before = {name: tensor.clone() for name, tensor in keyword.state_dict().items()}
    export.step_graph(keyword)
    assert keyword.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in keyword.state_dict().items())


def recogniser(preset, **options):
    """With statistics as after training."""
    torch.manual_seed(1)
    network = Recogniser(classifier(preset, **options))
    for _ in range(3):
        network(torch.rand(8, *network.classifier.size))
    return network.eval()


def recognise(network, images):
    return session(export.recogniser_graph(network), network).run(None, {"images": images})[0]


@pytest.mark.parametrize("preset", ["lenet5", "digits-scan", "cifar-conv"])
def test_the_graph_of_a_recogniser_is_the_network(preset):
    network = recogniser(preset, **({} if preset == "lenet5" else {"overrides": {"width": 4}}))
    images = np.random.default_rng(0).random((3, *network.classifier.size), np.float32)
    with torch.no_grad():
        wanted = network.probabilities(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(recognise(network, images), wanted, atol=1e-5)


def test_a_recogniser_that_scans_takes_any_width_and_any_number_of_images():
    network = recogniser("digits-scan", overrides={"width": 4})
    images = np.random.default_rng(0).random((2, 1, 28, 28 + 4 * 5 + 3), np.float32)
    found = recognise(network, images)
    assert found.shape == (2, 10, 6)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    for place in range(6):  # the law of the scan, along the width
        crop = recognise(network, images[..., 4 * place : 4 * place + 28])
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
    images = np.random.default_rng(0).random((4, 1, 28, 28), np.float32)
    before = recognise(network, images)
    network.norm.running_mean += 0.4
    after = recognise(network, images)
    assert abs(before - after).max() > 1e-3
    with torch.no_grad():
        np.testing.assert_allclose(after, network.probabilities(torch.from_numpy(images)).numpy(), atol=1e-5)
