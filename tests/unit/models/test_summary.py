import json
from pathlib import Path

import pytest
import torch

from specnet.core.blocks import Conv, Pool
from specnet.core.branches import Gate
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.models.build import build
from specnet.models.classifier import classifier
from specnet.models.figures import Summary
from specnet.models.summary import summarise


def of_layers(path: Path, input: list[int], layers: str) -> Summary:
    (path / "net.toml").write_text(f"input = {input}\n{layers}")
    spec = path / "net.toml"
    with torch.device("meta"):
        return summarise("net", classifier(spec))


CONV = '[[layers]]\nkind = "conv"\nnorm = false\nchannels = {}\nkernel = {}\npadding = {}\n'
DENSE = '[[layers]]\nkind = "dense"\nnorm = false\nframes = "all"\nchannels = 10\n'


def test_ten_kernels_of_5_by_5_on_32_by_32_by_3(tmp_path):
    row = of_layers(tmp_path, [3, 32, 32], CONV.format(10, 5, 2) + DENSE).rows[0]
    assert (row.output, row.weights, row.biases, row.parameters) == ((10, 32, 32), 750, 10, 760)
    assert row.multiply_adds == 5 * 5 * 3 * 10 * 32 * 32
    assert row.memory == 4 * 10 * 32 * 32


def test_64_kernels_of_7_by_7_on_one_channel(tmp_path):
    assert of_layers(tmp_path, [1, 28, 28], CONV.format(64, 7, 0) + DENSE).rows[0].parameters == 3200


def test_two_3_by_3_see_what_one_5_by_5_sees_with_fewer_weights(tmp_path):
    small = of_layers(tmp_path, [1, 9, 9], 2 * CONV.format(1, 3, 1) + DENSE).rows[:2]
    large = of_layers(tmp_path, [1, 9, 9], CONV.format(1, 5, 2) + DENSE).rows[:1]
    assert small[-1].receptive_field == large[-1].receptive_field == (5, 5)
    assert (sum(row.weights for row in small), large[0].weights) == (18, 25)


def test_a_convolution_that_spans_its_input_is_dense(tmp_path):
    [row] = of_layers(tmp_path, [1, 100, 100], DENSE).rows
    assert (row.name, row.kind, row.then, row.output) == ("dense1", "dense", ("relu",), (10, 1))
    assert (row.parameters, row.multiply_adds, row.receptive_field) == (100_010, 100_000, (100, 100))


def test_resnet50_is_that_of_its_paper():
    with torch.device("meta"):
        summary = summarise("resnet50", classifier("resnet50"))
    assert (summary.total.parameters, summary.total.multiply_adds) == (25_557_032, 4_089_184_256)
    assert [row.name for row in summary.rows if row.name.startswith("bottleneck1.")] == [
        f"bottleneck1.{part}" for part in ("reduce", "spatial", "expand", "shortcut", "residual")
    ]
    assert summary.rows[0].then == ("norm", "relu") and summary.rows[0].norm == 128
    assert summary.rows[-1].receptive_stride == (32, 32)


def test_a_scanner_gets_the_frames_of_one_score_unless_told():
    trunk = build("phonetic")
    summary = summarise("phonetic", trunk)
    assert summary.input == (40, 282) and summary.rows[-1].output == (88, 1)
    assert summarise("phonetic", trunk, 382).rows[-1].output == (88, 51)


def test_too_little_is_refused_with_the_layer():
    wrong = r"phonetic: layer separable6 on input \(88, 1, 16\): a kernel that spans 17 is larger than the 16"
    with pytest.raises(SpecnetError, match=wrong):
        summarise("phonetic", build("phonetic"), 280)


def test_a_gate_is_not_counted_in_what_is_seen():
    means = Pool((4, 6), [Window(6), Window(5)], mode="average")
    body = Stack((4, 6), [("means", means), ("excite", Conv((4, 1), 4, [Window(), Window()]))])
    *_, before, after = summarise("gated", Stack((4, 6), [("gate", Gate(body))]), 5).rows
    assert (before.name, before.receptive_field) == ("gate.excite", (6, 5))
    assert (after.name, after.kind, after.receptive_field) == ("gate.gate", "gate", (1, 1))


def test_auxiliary_heads_are_counted_apart(tmp_path):
    head = '[[auxiliary.conv1]]\nkind = "dense"\nnorm = false\nframes = "all"\nchannels = 10\n'
    summary = of_layers(tmp_path, [1, 8, 8], CONV.format(2, 3, 1) + DENSE + head)
    [row] = summary.auxiliary["conv1"]
    assert row.parameters == 2 * 8 * 8 * 10 + 10 and row.receptive_field == (10, 10)
    assert summary.total.parameters == 20 + 1290


def test_the_document_is_plain_numbers_whose_rows_add_up():
    document = json.loads(json.dumps(summarise("lenet5", classifier("lenet5")).as_dict()))
    assert list(document) == ["network", "input", "layers", "total", "auxiliary"]
    total = document["total"]
    for key in ("parameters", "weights", "biases", "norm", "multiply_adds", "memory"):
        assert total[key] == sum(layer[key] for layer in document["layers"])
    assert sum(layer["share"] for layer in document["layers"]) == pytest.approx(1)
    assert total["parameter_memory"] == 4 * total["parameters"]
    assert document["layers"][0] == {
        "name": "conv1", "kind": "conv", "then": ["tanh"], "groups": 1, "output": [6, 28, 28],
        "kernel": [5, 5], "stride": [1, 1], "padding": [2, 2], "overhang": [0, 0], "dilation": [1, 1],
        "weights": 150, "biases": 6, "norm": 0, "parameters": 156, "share": 156 / 61706, "multiply_adds": 117_600,
        "receptive_field": [5, 5], "receptive_stride": [1, 1], "memory": 18_816,
    }  # fmt: skip
