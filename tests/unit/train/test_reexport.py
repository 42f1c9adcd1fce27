import numpy as np
import onnx
from onnx import helper

from specnet.app.detect import Detector
from specnet.runtime.bundle import Bundle, write_bundle
from specnet.train.reexport import reexport
from tests.conftest import beeps


def test_a_model_with_another_graph_gets_ours_and_keeps_its_scores(tmp_path):
    shipped, older = Bundle.load("welcome"), tmp_path / "welcome.specnet"
    graph = onnx.load_from_string(shipped.graph)
    for number, output in enumerate(graph.graph.output):  # one node more for each, as if this had once been needed
        [node] = [node for node in graph.graph.node if output.name in node.output]
        node.output[list(node.output).index(output.name)] = f"before_{number}"
        graph.graph.node.append(helper.make_node("Identity", [f"before_{number}"], [output.name]))
    write_bundle(older, model=shipped.card, graph=graph.SerializeToString(), weights=shipped.weights)
    nodes = len(graph.graph.node)

    reexport(str(older))
    again = Bundle.load(older)
    assert len(onnx.load_from_string(again.graph).graph.node) < nodes and again.card == shipped.card
    sound = beeps(2.0, ("low", 0.5))
    (_, scores), (_, wanted) = (Detector(model).scores(sound, 16_000) for model in (again, shipped))
    np.testing.assert_allclose(scores, wanted, atol=1e-6)
