"""Weights of torchvision's networks under the names of ours.

Both list the tensors of a network layer by layer, so their order says which is which, and the last part of their names
(weight, bias, running_mean, running_var) that none has taken another's place. Two things differ: a fully connected
layer is a convolution here, and auxiliary heads come last, if they are there at all.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path
from typing import IO

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from specnet.errors import SpecnetError

_COUNTER = "num_batches_tracked"
"""Of the batches that a batch norm has seen: no weight, and missing in old files."""


def fitted(given: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """A state dict of torchvision's network as one of ours, `network`, which may lie on the meta device.

    >>> layers = nn.Sequential(nn.Conv2d(1, 2, kernel_size=3), nn.BatchNorm2d(2))
    >>> norm = {f"bn1.{name}": torch.ones(2) for name in ("weight", "bias", "running_mean", "running_var")}
    >>> weights = {"fc.weight": torch.ones(2, 9), "fc.bias": torch.zeros(2), **norm}
    >>> fitted(weights, layers)["0.weight"].shape
    torch.Size([2, 1, 3, 3])

    Auxiliary heads that were not given are not in it. Raises `SpecnetError` with the first tensor that is missing, left
    over, or of another kind, shape or type.
    """
    network_state = network.state_dict()
    if not any(name.startswith("aux") for name in given):
        network_state = {name: tensor for name, tensor in network_state.items() if not name.startswith("auxiliary.")}
    wanted = [name for name in network_state if not name.endswith(_COUNTER)]
    # torchvision lists auxiliary heads where they branch off, before the last layer
    order = sorted(given, key=lambda name: name.startswith("aux"))
    found = {name: torch.tensor(0) for name in network_state}
    for theirs, ours in zip_longest((name for name in order if not name.endswith(_COUNTER)), wanted):
        if ours is None:
            raise SpecnetError(f"{theirs} is left over: the network has only {len(wanted)} tensors")
        place = network_state[ours]
        if theirs is None:
            raise SpecnetError(f"nothing is left for {ours} {_look(place)}: the network has {len(wanted)} tensors")
        if _last(theirs) != _last(ours) or not _fits(given[theirs], place):
            raise SpecnetError(f"{theirs} {_look(given[theirs])} does not fit {ours} {_look(place)}")
        found[ours] = given[theirs].to(place.dtype).reshape(place.shape).contiguous()
    return found


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _fits(given: Tensor, place: Tensor) -> bool:
    """Whether it is the same tensor, or one of a fully connected layer, which is a kernel that spans all there is."""
    connected = place.dim() > 2 and given.shape == place.flatten(1).shape
    return given.is_floating_point() and (connected or given.shape == place.shape)


def _look(tensor: Tensor) -> str:
    """
    >>> _look(torch.zeros(3, 5))
    '(3x5 float32)'
    """
    return f"({'x'.join(map(str, tensor.shape))} {str(tensor.dtype).removeprefix('torch.')})"


def read_state(path: Path, architecture: str) -> dict[str, Tensor]:
    """The state dict of torchvision's `architecture` in a .pth or .safetensors file, in torchvision's order.

    Nothing in the file is executed. A .safetensors file keeps no order, so torchvision, which has to be installed for
    it, is asked.

    Raises `SpecnetError` where the file cannot be read, is damaged or holds anything but tensors by name.
    """
    try:
        with path.open("rb") as file:
            state = _safetensors(path, architecture) if path.suffix == ".safetensors" else _pickled(file)
    except OSError as error:
        raise SpecnetError(f"{path}: {error.strerror or error}") from None
    if not isinstance(state, dict) or not all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in state.items()
    ):
        raise SpecnetError(f"{path}: no state dict: save model.state_dict(), tensors by name and nothing else")
    return state


def _pickled(file: IO[bytes]) -> object:
    """What the file holds, or nothing where that is damaged or not plain data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch talks of kinds of archive that it then refuses
        try:
            return torch.load(file, map_location="cpu", weights_only=True)
        except Exception:  # which one, a damaged pickle decides
            return None


def _safetensors(path: Path, architecture: str) -> dict[str, Tensor]:
    from torchvision.models import get_model

    try:
        tensors = load_file(path)
    except SafetensorError as error:
        raise SpecnetError(f"{path}: damaged: {error}") from None
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a builder announces that its defaults will change
        try:
            names = list(get_model(architecture, weights=None).state_dict())
        except ValueError:
            raise SpecnetError(f"{path}: torchvision has no {architecture} to tell the order of its tensors") from None
    return {name: tensors[name] for name in names if name in tensors} | tensors
