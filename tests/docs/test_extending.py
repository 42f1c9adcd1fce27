"""docs/extending.md, followed step by step."""

import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile
import torch

from specnet.app.classify import ImageModel
from specnet.app.summary import summary
from specnet.cli.main import run
from specnet.data.voices import Line
from specnet.errors import SpecnetError
from specnet.models.table import LAYERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


def example(heading: str) -> str:
    """The code of the section under `heading`."""
    [section] = re.findall(rf"^## {heading}$(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    [code] = re.findall(r"```\w+\n(.*?)```", section, re.DOTALL)
    return code


def module(heading: str) -> ModuleType:
    made = ModuleType("example")
    exec(compile(example(heading), heading, "exec"), made.__dict__)
    return made


@pytest.fixture
def shuffle(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The block of the page, in the table of kinds."""
    block = module("A block")
    block.ShuffleSpec.model_rebuild(_types_namespace=block.__dict__)
    monkeypatch.setitem(LAYERS, "shuffle", block.ShuffleSpec)
    return block


def test_the_block_is_what_its_paper_says_and_streams(shuffle: ModuleType) -> None:
    block = shuffle.ShuffleSpec(groups=3).build((12, 5))
    x = torch.randn(2, 12, 5, 7)
    assert torch.equal(block(x), torch.nn.ChannelShuffle(3)(x))
    state, pieces = block.start(x), []
    for piece in x.split(2, dim=-1):
        y, state = block.step(piece, state)
        pieces.append(y)
    assert torch.equal(torch.cat(pieces, dim=-1), block(x))
    with pytest.raises(SpecnetError, match="12 channels cannot be shuffled in 5 groups"):
        shuffle.ShuffleSpec(groups=5).build((12, 5))


def test_the_preset_is_counted_and_the_recipe_trains_it(
    shuffle: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shuffled.toml").write_text(example("A preset"))
    Path("recipe.toml").write_text(example("A recipe"))
    counted = summary("shuffled.toml")
    assert "shuffle" in {row.kind for row in counted.rows} | {each for row in counted.rows for each in row.then}
    assert run(["train", "recipe.toml", "--out", "run"]) == 0
    model = ImageModel.load("run/shuffled.specnet")
    assert model.bundle.card.metrics["test"]["error_rate"] < 0.5  # by chance 0.9
    assert model.bundle.card.recipe["network"]["preset"]["name"] == "shuffled.toml"


def test_the_voice_says_labelled_parts_where_it_says_they_are(tmp_path: Path) -> None:
    seconds = {"turn": 0.2, "lights": 0.3, "on": 0.1}
    (tmp_path / "ann").mkdir()
    for number, (word, long) in enumerate(seconds.items(), start=1):
        soundfile.write(tmp_path / "ann" / f"{word}.wav", np.full(round(8000 * long), number / 10), 8000)
    voice = module("A voice").Recorded(tmp_path)
    said = voice.say(Line((("turn", ""), ("lights on", "lights"), ("turn,", "")), "ann"))
    assert voice.names() == ["ann"]
    assert said.duration == pytest.approx(0.8)
    [word] = said.words
    assert (word.label, word.start, word.end) == ("lights", pytest.approx(0.2), pytest.approx(0.6))
    assert said.waveform[round(16000 * 0.35)] == pytest.approx(0.2, abs=0.01)
    with pytest.raises(SpecnetError, match=r"off\.wav: not there, and ann is to say 'off'"):
        voice.say(Line((("off", ""),), "ann"))
