"""`specnet import` as a process, and what it refuses."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torchvision.models import resnet18

from specnet.cli.main import run
from specnet.models.classifier import classifier

Run = Callable[..., CompletedProcess[str]]


def test_weights_of_torchvision_become_ours(specnet: Run, tmp_path: Path) -> None:
    theirs = resnet18(weights=None).eval()
    torch.save(theirs.state_dict(), tmp_path / "weights.pth")
    done = specnet("import", "torchvision:resnet18", "weights.pth", "-o", "mine.safetensors", timeout=300)
    assert (done.returncode, done.stdout) == (0, "mine.safetensors\n"), done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"weights.pth", "mine.safetensors"}
    with safe_open(tmp_path / "mine.safetensors", "pt") as file:
        assert file.metadata() == {"preset": "resnet18", "source": "torchvision:resnet18 weights.pth"}
    ours = classifier("resnet18", input=(3, 64, 64)).eval()
    ours.load_state_dict(load_file(tmp_path / "mine.safetensors"))
    image = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(ours(image).flatten(1), theirs(image), atol=1e-4, rtol=1e-4)


def test_the_file_is_named_after_the_network_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    state = {f"{i}.{name.split('.')[-1]}": t for i, (name, t) in enumerate(classifier("lenet5").state_dict().items())}
    torch.save(state, "lenet5.pth")
    assert run(["import", "torchvision:lenet5", "lenet5.pth"]) == 0
    assert capfd.readouterr().out == "lenet5.safetensors\n"
    assert run(["import", "torchvision:lenet5", "lenet5.safetensors"]) == 2
    assert "lenet5.safetensors would replace the weights it is made of" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["resnet18", "w.pth"], "specnet: resnet18: say whose weights they are: torchvision:resnet18."),
        (["torchvision:resnet17", "w.pth"], "specnet: architecture 'resnet17' is unknown; did you mean resnet18?"),
        (["torchvision:phonetic", "w.pth"], "specnet: architecture 'phonetic' is unknown; "),
        (["torchvision:lenet5", "nowhere.pth"], "specnet: nowhere.pth: No such file or directory"),
        (["torchvision:lenet5", "nowhere.safetensors"], "specnet: nowhere.safetensors: No such file or directory"),
        (["torchvision:lenet5", "notes.pth"], "specnet: notes.pth: no state dict: save model.state_dict()"),
        (
            ["torchvision:lenet5", "w.pth"],
            "specnet: w.pth: no weights of lenet5: fc (3x5 float32) does not fit trunk.blocks.conv1.blocks.conv.weight",
        ),
        (["torchvision:lenet5", "w.pth", "-o", "no/where"], "Invalid value for '-o' / '--output': the directory no"),
    ],
)
def test_what_cannot_be_imported_is_one_line_and_leaves_nothing(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"fc": torch.zeros(3, 5)}, "w.pth")
    Path("notes.pth").write_text("not weights at all")
    assert run(["import", *arguments]) == 2
    error = capfd.readouterr().err
    assert message in error and error.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"w.pth", "notes.pth"}
