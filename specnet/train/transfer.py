"""Transfer learning: a training that begins with the layers of a model, and may leave some of them as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from specnet.errors import SpecnetError
from specnet.train.origin import weights_of
from specnet.train.recipe import Transfer

BACKBONE = "backbone"
TRUNK = "trunk.blocks."


@dataclass(frozen=True)
class Layers:
    """The layers of a network by name: `frozen` ones never change, `tuned` ones were taken over, `fresh` ones not."""

    frozen: Mapping[str, nn.Module]
    tuned: Mapping[str, nn.Module]
    fresh: Mapping[str, nn.Module]

    def __str__(self) -> str:
        parts = {"frozen": self.frozen, "taken over": self.tuned, "new": self.fresh}
        return "; ".join(f"{name}: {', '.join(layers)}" for name, layers in parts.items() if layers)


def take_over(layers: Mapping[str, nn.Module], transfer: Transfer) -> Layers:
    """Copy the weights of `transfer.init` into the layers of the same names and shapes, all but the last unless that is
    wanted.

    Frozen layers no longer want gradients. Raises `SpecnetError` where the model is damaged, no layer fits, or one that
    is to be frozen is none that was taken over.
    """
    with_weights = {name: layer for name, layer in layers.items() if layer.state_dict()}
    if transfer.init is None:
        return Layers({}, {}, with_weights)
    source = _by_layer(weights_of(transfer.init))
    *backbone, last = with_weights
    sought = [*backbone, last] if transfer.last else backbone
    taken = {name: with_weights[name] for name in sought if _copied(with_weights[name], source.get(name, {}))}
    if not taken:
        there, here = ", ".join(sorted(source)), ", ".join(backbone)
        raise SpecnetError(f"{transfer.init}: none of its layers ({there}) is like one of this network ({here})")
    if transfer.last and last not in taken:
        raise SpecnetError(
            f"transfer.last = true: the last layer, {last}, should tell the same labels apart as that of "
            f"{transfer.init}: {_unlike(with_weights[last], source.get(last, {}))}"
        )
    wanted = set(taken) if BACKBONE in transfer.freeze else set(transfer.freeze)
    for name in transfer.freeze:
        if name == BACKBONE or name in taken:
            continue
        raise SpecnetError(
            f"transfer.freeze: {name!r} should be a layer that is taken over from {transfer.init}: "
            f"{', '.join(taken)}, or {BACKBONE!r} for all of them"
        )
    frozen = {name: layer.requires_grad_(False) for name, layer in taken.items() if name in wanted}
    return Layers(
        frozen,
        {name: layer for name, layer in taken.items() if name not in wanted},
        {name: layer for name, layer in with_weights.items() if name not in taken},
    )


def _by_layer(weights: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """Tensors by layer and by their name in it, whatever kind of network the layers are in."""
    found: dict[str, dict[str, Tensor]] = {}
    for name, tensor in weights.items():
        layer, _, inside = name.partition(TRUNK)[2].partition(".") if TRUNK in name else name.partition(".")
        found.setdefault(layer, {})[inside] = tensor
    return found


def _copied(layer: nn.Module, tensors: Mapping[str, Tensor]) -> bool:
    """Put the tensors into the layer, if they are those of such a layer."""
    if _unlike(layer, tensors):
        return False
    layer.load_state_dict(dict(tensors))
    return True


def _unlike(layer: nn.Module, tensors: Mapping[str, Tensor]) -> str | None:
    """The first tensor of a layer that others lack or have in another shape, if they are not those of such a layer.

    >>> _unlike(nn.Linear(8, 10), nn.Linear(8, 11).state_dict())
    'weight is 10x8 here, and 11x8 there'
    """
    own = layer.state_dict()
    for name in (*own, *(tensors.keys() - own.keys())):
        shapes = [_look(tensors[name]) if name in tensors else "missing" for tensors in (own, tensors)]
        if shapes[0] != shapes[1]:
            return f"{name} is {shapes[0]} here, and {shapes[1]} there"
    return None


def _look(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "a number"
