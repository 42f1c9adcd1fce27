from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from specnet.errors import SpecnetError
from specnet.runtime.bundle import read_model
from specnet.train.origin import sources_of, weights_of

ABOUT = {"preset": "lenet5", "source": "torchvision:lenet5 weights.pth"}


def test_a_model_gives_its_weights_and_what_it_was_trained_on() -> None:
    assert "norm.running_mean" in weights_of("digits")
    assert sources_of("digits") == read_model("digits").card.data


def test_imported_weights_give_theirs_and_where_they_come_from(tmp_path: Path) -> None:
    path = str(tmp_path / "mine.safetensors")
    save_file({"a": torch.ones(2)}, path, ABOUT)
    assert weights_of(path)["a"].tolist() == [1, 1]
    assert sources_of(path) == ({"name": ABOUT["source"], "licence": "that of the weights"},)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere.safetensors", "cannot read the weights: "),
        ("cut.safetensors", "damaged weights: "),
        ("last.safetensors", "should be weights that specnet import wrote, or a NAME.specnet file"),
    ],
)
def test_what_are_no_weights_is_one_line(name: str, message: str, tmp_path: Path) -> None:
    save_file({"a": torch.ones(2)}, tmp_path / "last.safetensors", {"specnet": "{}"})
    (tmp_path / "cut.safetensors").write_bytes((tmp_path / "last.safetensors").read_bytes()[:-3])
    for read in (weights_of, sources_of):
        with pytest.raises(SpecnetError, match=rf"{name}: {message}") as caught:
            read(str(tmp_path / name))
        assert "\n" not in str(caught.value)
