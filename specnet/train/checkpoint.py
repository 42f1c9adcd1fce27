"""A training's whole state in one file: safetensors, with the rest as JSON in its header. No pickle.

Randomness needs no state of its own: every step draws from a generator seeded by (seed, step).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from specnet.errors import SpecnetError

FORMAT = 1


@dataclass(frozen=True)
class Checkpoint:
    """After `step` steps: tensors by name, the resolved recipe, and the figures of every epoch so far."""

    step: int
    recipe: dict[str, Any]
    history: list[dict[str, float]]
    tensors: dict[str, Tensor]

    def save(self, path: Path) -> None:
        """Write all or nothing: a crash leaves the file that was there."""
        part = path.with_name(path.name + ".part")
        about = {"format": FORMAT, "step": self.step, "recipe": self.recipe, "history": self.history}
        tensors = {name: tensor.detach().contiguous() for name, tensor in self.tensors.items()}
        try:
            save_file(tensors, part, {"specnet": json.dumps(about)})
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(path)
        except SafetensorError as error:  # of a full disk, too
            raise SpecnetError(f"{path}: cannot be written ({error})") from error
        finally:
            part.unlink(missing_ok=True)

    @staticmethod
    def load(path: Path) -> Checkpoint:
        """Raises `SpecnetError` where the file is not a checkpoint of this format."""
        try:
            with safe_open(path, framework="pt") as file:
                about = json.loads((file.metadata() or {})["specnet"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            version, checkpoint = about["format"], Checkpoint(about["step"], about["recipe"], about["history"], tensors)
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise SpecnetError(f"{path}: not a checkpoint of a training, or damaged ({error})") from error
        if version != FORMAT:
            raise SpecnetError(f"{path}: checkpoint format {version}, this version reads format {FORMAT}")
        return checkpoint


def module_tensors(module: nn.Module, prefix: str) -> dict[str, Tensor]:
    """The state of a module, its names under `prefix`."""
    return {f"{prefix}.{name}": tensor for name, tensor in module.state_dict().items()}


def load_module(module: nn.Module, prefix: str, tensors: dict[str, Tensor]) -> None:
    """Put what `module_tensors` took back; `SpecnetError` where it was taken from another network."""
    try:
        module.load_state_dict(_under(prefix, tensors))
    except RuntimeError as error:
        why = str(error).splitlines()[-1].strip()
        raise SpecnetError(
            f"the checkpoint is of another network ({why}): give another --out, or the network it began with"
        ) from error


def optimiser_tensors(optimiser: torch.optim.Optimizer, prefix: str) -> dict[str, Tensor]:
    """The state of an optimiser, each tensor named `prefix.parameter number.key`."""
    state = optimiser.state_dict()["state"]
    return {f"{prefix}.{number}.{key}": tensor for number, of in state.items() for key, tensor in of.items()}


def load_optimiser(optimiser: torch.optim.Optimizer, prefix: str, tensors: dict[str, Tensor]) -> None:
    """Put what `optimiser_tensors` took back; the optimiser's settings stay its own."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under(prefix, tensors).items():
        number, _, key = name.partition(".")
        state.setdefault(int(number), {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    start = prefix + "."
    return {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}
