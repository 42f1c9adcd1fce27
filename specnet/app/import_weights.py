"""Take over the weights of a network that was trained elsewhere."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from specnet.errors import SpecnetError
from specnet.models.classifier import classifier
from specnet.models.spec import presets, require_known
from specnet.models.torchvision_weights import fitted, read_state


def import_torchvision(architecture: str, weights: Path, target: Path) -> None:
    """Write torchvision's `weights` of a network to `target` as safetensors, named and shaped as in our preset.

    The metadata say `preset` and `source`. Raises `SpecnetError` where there is no such image preset, the file holds no
    state dict, or its tensors are not those of the network.
    """
    require_known(architecture, presets("images"), "architecture")
    state = read_state(weights, architecture)
    with torch.device("meta"):
        network = classifier(architecture)
    try:
        ours = fitted(state, network)
    except SpecnetError as error:
        raise SpecnetError(f"{weights}: no weights of {architecture}: {error}") from None
    save_file(ours, target, metadata={"preset": architecture, "source": f"torchvision:{architecture} {weights.name}"})
