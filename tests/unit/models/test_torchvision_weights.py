import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torchvision.models import get_model

from specnet.errors import SpecnetError
from specnet.models.layers import ConvSpec, DenseSpec
from specnet.models.torchvision_weights import fitted, read_state


def ours() -> nn.Module:
    unit = ConvSpec(channels=4, kernel=3).build((1, 5), 5)
    return nn.Sequential(unit, DenseSpec(channels=2, frames="all", norm=False).build((4, 3), 3))


def theirs() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(36, 2), nn.ReLU()
    )


def test_a_network_gives_what_the_one_gives_whose_weights_it_got():
    network, source = ours().eval(), theirs().eval()
    nn.init.normal_(source[1].running_mean)
    network.load_state_dict(fitted(source.state_dict(), network))
    x = torch.randn(3, 1, 5, 5)
    torch.testing.assert_close(network(x).flatten(1), source(x))


def test_counters_of_batches_may_be_missing_and_are_never_taken_over():
    state = theirs().state_dict()
    state["1.num_batches_tracked"] += 7
    counted = fitted(state, ours())
    del state["1.num_batches_tracked"]
    assert fitted(state, ours()).keys() == counted.keys() == ours().state_dict().keys()
    assert [tensor.item() for name, tensor in counted.items() if name.endswith("tracked")] == [0]


def test_auxiliary_heads_come_last():
    layers = nn.Sequential(nn.Linear(3, 2, bias=False), nn.Linear(3, 2, bias=False))
    given = {"aux1.fc.weight": torch.ones(2, 3), "fc.weight": torch.zeros(2, 3)}
    assert [tensor.sum().item() for tensor in fitted(given, layers).values()] == [0, 6]


def test_auxiliary_heads_may_be_missing():
    network = nn.ModuleDict({"trunk": nn.Linear(3, 2), "auxiliary": nn.ModuleDict({"mid": nn.Linear(3, 2)})})
    given = {"fc.weight": torch.ones(2, 3), "fc.bias": torch.ones(2)}
    assert list(fitted(given, network)) == ["trunk.weight", "trunk.bias"]
    with pytest.raises(SpecnetError, match=r"nothing is left for auxiliary\.mid\.bias"):
        fitted({**given, "aux1.weight": torch.ones(2, 3)}, network)


def test_halves_become_floats():
    state = {name: tensor.half() for name, tensor in theirs().state_dict().items()}
    assert fitted(state, ours())["0.blocks.conv.weight"].dtype == torch.float32


def changed(**tensors: Tensor | None) -> dict[str, Tensor]:
    state = theirs().state_dict() | {name.replace("_", "."): tensor for name, tensor in tensors.items()}
    return {name: tensor for name, tensor in state.items() if tensor is not None}


def exchanged(one: str, other: str) -> dict[str, Tensor]:
    """With two tensors in each other's place in the order."""
    names = {one: other, other: one}
    return {name: theirs().state_dict()[name] for name in (names.get(each, each) for each in theirs().state_dict())}


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({}, r"nothing is left for 0\.blocks\.conv\.weight \(4x1x3x3 float32\): the network has 7 tensors"),
        (changed(more=torch.zeros(1)), "more is left over: the network has only 7 tensors"),
        (changed(**{"1_bias": None}), r"1\.running_mean \(4 float32\) does not fit 0\.blocks\.norm\.layer\.bias"),
        (exchanged("1.weight", "1.bias"), r"1\.bias \(4 float32\) does not fit 0\.blocks\.norm\.layer\.weight \(4 f"),
        (exchanged("1.running_mean", "1.running_var"), r"1\.running_var .* does not fit 0\..*\.running_mean"),
        (changed(**{"4_weight": torch.zeros(2, 35)}), r"4\.weight \(2x35 float32\) does not fit 1\..* \(2x4x3x3 float"),
        (changed(**{"1_bias": torch.zeros(4).char()}), r"1\.bias \(4 int8\) does not fit 0\..*bias \(4 float32\)"),
        (changed(**{"0_weight": torch.zeros(4, 9, 1)}), r"0\.weight \(4x9x1 float32\) does not fit"),
    ],
)
def test_the_first_tensor_that_does_not_fit_is_named(state, message):
    with pytest.raises(SpecnetError, match=message):
        fitted(state, ours())


def test_both_kinds_of_file_are_read_in_torchvision_s_order(tmp_path: Path):
    state = get_model("squeezenet1_1", weights=None).state_dict()
    torch.save(state, tmp_path / "weights.pth")
    save_file(state, tmp_path / "weights.safetensors")
    for path in tmp_path.iterdir():
        read = read_state(path, "squeezenet1_1")
        assert list(read) == list(state)
        assert all(torch.equal(read[name], tensor) for name, tensor in state.items())


class Trap:
    """What runs code when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_nothing_is_executed(tmp_path: Path):
    sprung = tmp_path / "sprung"
    torch.save({"weight": Trap(sprung)}, tmp_path / "weights.pth")
    (tmp_path / "old.pth").write_bytes(pickle.dumps(Trap(sprung)))
    for name in ("weights.pth", "old.pth"):
        with pytest.raises(SpecnetError, match=f"{name}: no state dict"):
            read_state(tmp_path / name, "resnet18")
    assert not sprung.exists()


@pytest.mark.parametrize(
    "content", [theirs(), [torch.zeros(1)], {"model": {}}, {"epoch": 3}, {1: torch.zeros(1)}, torch.zeros(1)]
)
def test_what_is_no_state_dict_is_refused(content, tmp_path: Path):
    torch.save(content, path := tmp_path / "weights.pth")
    with pytest.raises(SpecnetError, match=r"weights\.pth: no state dict: save model\.state_dict\(\)"):
        read_state(path, "resnet18")


def test_damaged_files_are_refused(tmp_path: Path):
    torch.save(theirs().state_dict(), whole := tmp_path / "whole.pth")
    for name in ("half.pth", "half.safetensors", "empty.pth"):
        (tmp_path / name).write_bytes(b"" if name == "empty.pth" else whole.read_bytes()[:500])
        with pytest.raises(SpecnetError, match=rf"{name}: (no state dict|damaged)"):
            read_state(tmp_path / name, "resnet18")


def test_a_sorted_file_of_a_network_that_torchvision_lacks_is_refused(tmp_path: Path):
    save_file(theirs().state_dict(), path := tmp_path / "w.safetensors")
    with pytest.raises(SpecnetError, match=r"w\.safetensors: torchvision has no nin to tell the order of its tensors"):
        read_state(path, "nin")
