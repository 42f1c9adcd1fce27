"""What docs/architectures.md says is what the code has."""

import re
from pathlib import Path

import torch

from specnet.models.classifier import classifier
from specnet.models.layer import LayerSpec
from specnet.models.table import LAYERS

PAGE = (Path(__file__).parents[3] / "docs" / "architectures.md").read_text(encoding="utf-8")


def row(layer: type[LayerSpec]) -> str:
    """A kind, the first line of its docstring, and the keys that not every kind has."""
    keys = ", ".join(f"`{key}`" for key in layer.model_fields if key not in LayerSpec.model_fields)
    return f"| `{layer.kind}` | {layer.__doc__.splitlines()[0]} | {keys} |"


def test_the_table_knows_every_kind_by_its_own_name():
    assert all(layer.kind == kind for kind, layer in LAYERS.items())


def test_the_page_lists_every_kind_as_its_docstring_has_it():
    head = "| kind | what it is | keys |\n|---|---|---|\n"
    listed = PAGE.partition(head)[2].partition("\n\n")[0]
    assert listed == "\n".join(map(row, LAYERS.values()))


def test_the_worked_example_has_the_parameters_that_the_page_says(tmp_path):
    path = tmp_path / "vgg16-c.toml"
    path.write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])
    with torch.device("meta"):
        parameters = sum(weights.numel() for weights in classifier(path).parameters())
    assert parameters == 133_638_952 and f"{parameters:,} parameters" in PAGE
