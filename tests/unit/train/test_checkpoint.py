from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from torch import nn

from specnet.errors import SpecnetError
from specnet.train.checkpoint import (
    Checkpoint,
    load_module,
    load_optimiser,
    module_tensors,
    optimiser_tensors,
)


def trained() -> tuple[nn.Module, torch.optim.Optimizer]:
    network = nn.Sequential(nn.Conv1d(2, 3, 3), nn.BatchNorm1d(3))
    return network, torch.optim.AdamW(network.parameters(), lr=0.1)


def learn(network: nn.Module, optimiser: torch.optim.Optimizer, seed: int) -> None:
    x = torch.randn(4, 2, 9, generator=torch.Generator().manual_seed(seed))
    network(x).square().mean().backward()
    optimiser.step()
    optimiser.zero_grad()


def test_a_network_and_its_optimiser_go_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    network, optimiser = trained()
    learn(network, optimiser, 1)
    tensors = {**module_tensors(network, "network"), **optimiser_tensors(optimiser, "optimiser")}
    Checkpoint(1, {"name": "hey"}, [{"epoch": 1.0}], tensors).save(tmp_path / "last.safetensors")
    learn(network, optimiser, 2)

    other, its_optimiser = trained()
    loaded = Checkpoint.load(tmp_path / "last.safetensors")
    load_module(other, "network", loaded.tensors)
    load_optimiser(its_optimiser, "optimiser", loaded.tensors)
    learn(other, its_optimiser, 2)
    assert (loaded.step, loaded.recipe, loaded.history) == (1, {"name": "hey"}, [{"epoch": 1.0}])
    assert all(
        torch.equal(a, b) for a, b in zip(other.state_dict().values(), network.state_dict().values(), strict=True)
    )


def test_a_failed_save_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    Checkpoint(1, {}, [], {"x": torch.zeros(1)}).save(path)
    with pytest.raises(TypeError):
        Checkpoint(2, {"not JSON": object()}, [], {"x": torch.ones(1)}).save(path)
    assert Checkpoint.load(path).step == 1
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(SpecnetError, match=r"gone/last[.]safetensors: cannot be written"):
        Checkpoint(2, {}, [], {"x": torch.ones(1)}).save(tmp_path / "gone" / "last.safetensors")


def test_another_network_is_refused() -> None:
    network, _ = trained()
    load_module(network, "network", module_tensors(network, "network"))
    with pytest.raises(SpecnetError, match=r"of another network \(size mismatch for 0.bias: .*\): give another --out"):
        load_module(network, "network", module_tensors(nn.Sequential(nn.Conv1d(2, 4, 3), nn.BatchNorm1d(3)), "network"))


other = save({"x": torch.zeros(1)}, {"specnet": "[]"})  # safetensors, but no checkpoint


@pytest.mark.parametrize("content", [b"", b"\x08\0\0\0\0\0\0\0{}      ", b"nothing of the kind", other])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "last.safetensors"
    path.write_bytes(content)
    with pytest.raises(SpecnetError, match=r"last[.]safetensors: not a checkpoint"):
        Checkpoint.load(path)
