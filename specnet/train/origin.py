"""What a training may begin with: a model, or weights that `specnet import` wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import load
from torch import Tensor

from specnet.errors import SpecnetError
from specnet.runtime.bundle import read_model

IMPORTED = ".safetensors"
"""What the names of weights end in that `specnet import` wrote."""


def weights_of(init: str) -> dict[str, Tensor]:
    """The tensors of a model (the name of one that ships, or a NAME.specnet file), or of a .safetensors file, by name.

    >>> weights_of("digits")["classifier.trunk.blocks.dense2.blocks.dense.blocks.conv.bias"].shape
    torch.Size([11])

    Raises `SpecnetError` that names the file where it is damaged, or neither.
    """
    if init.endswith(IMPORTED):
        _about(init)
    try:
        return load(Path(init).read_bytes() if init.endswith(IMPORTED) else read_model(init).weights)
    except SafetensorError as error:
        raise SpecnetError(f"{init}: damaged weights: {error}") from error


def sources_of(init: str) -> tuple[Mapping[str, Any], ...]:
    """What it was trained on: a `name` and a `licence` each."""
    if init.endswith(IMPORTED):
        return ({"name": _about(init)["source"], "licence": "that of the weights"},)
    return read_model(init).card.data


def preset_of(path: str) -> str:
    """The network for images whose weights `specnet import` wrote to a file."""
    return _about(path)["preset"]


def _about(path: str) -> dict[str, str]:
    """What `specnet import` says of weights."""
    try:
        with safe_open(path, "pt") as file:
            about: dict[str, str] = file.metadata() or {}
    except OSError as error:
        raise SpecnetError(f"{path}: cannot read the weights: {error.strerror or 'no such file'}") from error
    except SafetensorError as error:
        raise SpecnetError(f"{path}: damaged weights: {error}") from error
    if not {"preset", "source"} <= about.keys():
        raise SpecnetError(f"{path}: should be weights that specnet import wrote, or a NAME.specnet file")
    return about
