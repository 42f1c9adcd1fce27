"""From a preset's name to a network, and weights to and from bytes."""

from __future__ import annotations

from collections.abc import Mapping

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from specnet.core.stack import Stack
from specnet.errors import SpecnetError
from specnet.models.spec import Preset, read_spec


def build(
    preset: Preset,
    *,
    bands: int = 40,
    width: float | None = None,
    overrides: Mapping[str, float] | None = None,
) -> Stack:
    """The network of a preset (its name, or a TOML file) for features `[batch, bands, time]`, with fresh weights.

    `overrides` changes parameters of the preset by name; `width` is short for the parameter of that name.

    >>> trunk = build("phonetic", width=48)
    >>> trunk.output, trunk.window.stride
    ((48,), 2)

    Raises `SpecnetError` where the preset or a parameter is unknown or the stack is impossible.
    """
    changed = dict(overrides or {}) | ({} if width is None else {"width": width})
    return read_spec(preset, changed).build((bands,))


def save_weights(network: nn.Module) -> bytes:
    """All weights and statistics in the safetensors format, floats rounded to half precision.

    Half the bytes at no measurable loss; a network that is to equal its file loads what it saved.
    """
    tensors = {name: tensor.detach().contiguous() for name, tensor in network.state_dict().items()}
    return save({name: t.half() if t.is_floating_point() else t for name, t in tensors.items()})


def load_weights(network: nn.Module, data: bytes) -> None:
    """Put weights made by `save_weights` into a network of the same make.

    Raises `SpecnetError` where the bytes are damaged or belong to another network.
    """
    try:
        network.load_state_dict(load(data))
    except SafetensorError as error:
        raise SpecnetError(f"damaged weights: {error}") from None
    except RuntimeError as error:
        raise SpecnetError(f"weights of another network: {str(error).splitlines()[-1].strip()}") from None
