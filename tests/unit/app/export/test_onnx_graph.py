"""What the exported graph is made of, and a model that is damaged."""

from dataclasses import replace

import onnx
import pytest

from specnet.app.export.onnx_graph import onnx_graph
from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle
from tests.conftest import bundle
from tests.shapes import NO_WEIGHTS


def test_it_holds_all_it_needs() -> None:
    model = onnx.load_from_string(onnx_graph(Bundle.load("welcome")))
    onnx.checker.check_model(model, full_check=True)
    assert not any(tensor.external_data for tensor in model.graph.initializer)
    assert {node.domain for node in model.graph.node} == {""}
    assert not {"DFT", "STFT"} & {node.op_type for node in model.graph.node}


@pytest.mark.parametrize("damage", [{"weights": NO_WEIGHTS}, {"graph": b"no graph"}, {"graph": bundle().graph}])
def test_a_damaged_model_is_one_line(damage: dict[str, bytes]) -> None:
    with pytest.raises(SpecnetError, match=r"^model welcome: "):
        onnx_graph(replace(Bundle.load("welcome"), **damage))
