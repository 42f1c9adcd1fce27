"""Summarise a network by the name of a preset, the file of one, a recipe, or a trained model."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from specnet.errors import SpecnetError
from specnet.models.classifier import Recogniser, classifier_of
from specnet.models.figures import Summary
from specnet.models.heads import Keyword
from specnet.models.spec import presets, read_spec, require_known
from specnet.models.summary import summarise
from specnet.runtime.bundle import read_model, shipped_models

BANDS = 40
"""Of the features of a scanner whose preset alone is given."""


def summary(network: str, input: tuple[int, ...] | None = None) -> Summary:
    """The figures of a network.

    `network` is the name of a preset or of a shipped model, a TOML file (of layers, or a recipe) or a NAME.specnet
    file. `input` is channels, height and width of an image (without it, the preset's own), or bands and frames of a
    scanner (without it, 40 or the recipe's bands, and the frames of its receptive field).

    >>> summary("lenet5").total.parameters
    61706

    Raises `SpecnetError` where there is no such network, a model is damaged, or the input does not fit.
    """
    if network.endswith(".specnet") or network in shipped_models():
        return _of_network(network, _trained(network), input)
    if not network.endswith(".toml"):
        known = [*presets("scanners"), *presets("images"), *shipped_models()]
        require_known(network, known, "preset, model or recipe")
    elif not _lists_layers(Path(network)):
        return _of_network(network, _untrained(network), input)
    return _of_preset(network, input)


def _lists_layers(path: Path) -> bool:
    """Whether a TOML file is a network; else it is a recipe, or refused."""
    from specnet.train.settings import read_toml

    keys = read_toml(path).keys()
    if not keys & {"layers", "network"}:
        raise SpecnetError(f"{path}: no network, which has [[layers]], and no recipe, which has a [network]")
    return "layers" in keys


def _untrained(path: str) -> nn.Module:
    from specnet.train.learners import learner_of  # what trains takes long to import, and presets do without
    from specnet.train.recipes import read_recipe

    return learner_of(read_recipe(path)).product


def _trained(model: str) -> nn.Module:
    from specnet.train.learners import trained

    bundle = read_model(model)
    try:
        return trained(bundle)
    except SpecnetError as error:
        raise SpecnetError(f"{model}: {error}") from None


def _of_network(name: str, network: nn.Module, input: tuple[int, ...] | None) -> Summary:
    if isinstance(network, Recogniser):
        size = network.classifier.size
        if input not in (None, size):
            raise SpecnetError(f"--input {_text(input or ())}: {name} takes images of {_text(size)}")
        return summarise(name, network.classifier)
    assert isinstance(network, Keyword)
    return _of_scanner(name, network, input)


def _of_scanner(network: str, keyword: Keyword, input: tuple[int, ...] | None) -> Summary:
    bands = keyword.trunk.input[0]
    if input is not None and (len(input) != 2 or input[0] != bands):
        raise SpecnetError(f"--input {_text(input)}: {network} takes bands and frames: {bands},FRAMES")
    return summarise(network, keyword, input[1] if input else None)


def _of_preset(network: str, input: tuple[int, ...] | None) -> Summary:
    spec = read_spec(network)
    wanted = spec.input or (BANDS, 100)
    if input is not None and len(input) != len(wanted):
        axes = "channels, height and width" if spec.input else "bands and frames"
        raise SpecnetError(f"--input {_text(input)}: {network} takes {axes}, for example {_text(wanted)}")
    with torch.device("meta"):  # sizes without memory
        if spec.input:
            return summarise(spec.name, classifier_of(spec, input))
        bands, frames = input or (BANDS, None)
        return summarise(spec.name, spec.build((bands,)), frames)


def _text(input: tuple[int, ...]) -> str:
    return ",".join(map(str, input))
