"""What the layers of a network that learn are given: the log-mel spectrogram with its running level taken off."""

from collections.abc import Iterator

import numpy as np
import torch

from specnet.core.blocks import Level
from specnet.errors import SpecnetError
from specnet.features.logmel import Floats
from specnet.models.source import NetworkFile
from specnet.models.spec import read_spec
from specnet.runtime.bundle import Bundle


def levelled(blocks: Iterator[Floats], bundle: Bundle) -> Iterator[Floats]:
    """Frames ``[T, bands]`` of a model's `LogMel` as they leave the `level` that its network begins with, if it does.

    The first of them, as many as the level looks back, mean nothing.
    """
    level = first_level(bundle)
    if level is None:
        yield from blocks
        return
    state = level.start(torch.zeros(1, *level.input, 0))
    for block in blocks:
        frames, state = level.step(torch.from_numpy(np.ascontiguousarray(block.T))[None], state)
        yield frames[0].numpy().T


def first_level(bundle: Bundle) -> Level | None:
    """The layer that a model's network begins with, if that is a `level`."""
    network = bundle.card.recipe.get("network", {})
    preset = network.get("preset")
    if preset is None:
        raise SpecnetError(f"model {bundle.name}: says nothing of its network: take its log-mel spectrogram")
    spec = read_spec(NetworkFile(**preset) if isinstance(preset, dict) else preset, network.get("overrides"))
    block = spec.layers[0][1].build((bundle.features.bands,))
    return block if isinstance(block, Level) else None
