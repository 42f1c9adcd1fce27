"""`specnet new`: from a word to a model that detects, with a stand-in for the synthetic voices."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from specnet.app.keyword.recipe import EFFORTS, Effort
from specnet.cli.main import run
from specnet.data import ipa
from specnet.data.corpus import is_held_out
from specnet.data.interval import Interval
from specnet.data.utterance import Utterance
from specnet.data.voices import Line
from specnet.runtime.bundle import Bundle

TINY = Effort(positives=30, negatives=10, epochs=2, steps_per_epoch=2)
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def folder(folder: Path) -> Path:
    """With a speaker who is held out."""
    index = folder / "speech" / "index.tsv"
    kept = next(name for name in map(str, range(100)) if is_held_out("fixtures", name, 0.15))
    index.write_text(index.read_text().replace("\t26\t", f"\t{kept}\t"))
    return folder


@pytest.fixture
def voices(monkeypatch: pytest.MonkeyPatch, data: Path) -> list[Line]:
    """The lines that were said: a real "welcome" for one with the word, else something about weasels."""
    said: list[Line] = []
    welcome, weasels = (
        soundfile.read(data / f"{name}.flac", dtype="float32")[0] for name in ("dir-welcome", "tt-weasels")
    )

    def synthesise(lines: list[Line], *_: Any) -> Iterator[Utterance]:
        said.extend(lines)
        for line in lines:
            words = [Interval(label, 0.1, 0.68) for _, label in line.parts if label][:1]
            yield Utterance(welcome if words else weasels, tuple(words), ())

    monkeypatch.setattr("specnet.data.corpus.synthesise", synthesise)
    monkeypatch.setitem(EFFORTS, "quick", TINY)
    return said


def test_a_word_becomes_a_model_that_detects(
    voices: list[Line], folder: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Printed
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["new", "Welcome", "--data", str(folder), "--effort", "quick", "--cache", "cache"]
    assert run(command) == 0
    out, said = capfd.readouterr()
    assert out == f"{Path('runs/welcome/welcome.specnet')}\n"
    assert "recipes/welcome/recipe.toml: written" in said and "minutes on two cores" in said
    assert "english: taken over: conv1, separable1" in said and "separable6; new: head" in said.replace("\n", " ")
    positives = [line for line in voices if any(label for _, label in line.parts)]
    assert (len(positives), len(voices)) == (30, 40)
    assert run(["detect", "--model", out.strip(), "--format", "json", str(data / "dir-welcome.flac")]) == 0
    assert json.loads(capfd.readouterr().out)["model"]["labels"] == ["welcome"]

    before = Path("runs/welcome/last.safetensors").stat().st_mtime_ns
    assert run(command) == 0, "goes on where it ended"
    assert "epoch" not in capfd.readouterr().err
    assert Path("runs/welcome/last.safetensors").stat().st_mtime_ns == before
    it_goes_on_from_what_it_missed(Path(out.strip()), folder, data, monkeypatch, capfd)


def test_a_word_of_another_language_becomes_a_model(
    voices: list[Line], folder: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Printed
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["new", "--language", "fr", "Bienvenue", "là", "--data", str(folder), "--effort", "quick"]
    assert run([*command, "--cache", "cache"]) == 0
    out, said = capfd.readouterr()
    assert out == f"{Path('runs/bienvenue-la/bienvenue-la.specnet')}\n"
    assert "warning: 'là' has only 2 phones" in said
    assert {line.accent for line in voices} == {"fr-fr"}
    assert run(["detect", "--model", out.strip(), "--format", "json", str(data / "dir-welcome.flac")]) == 0
    assert json.loads(capfd.readouterr().out)["model"]["labels"] == ["bienvenue", "là"]


def it_goes_on_from_what_it_missed(
    model: Path, folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capfd: Printed
) -> None:
    for name, value in (("EPOCHS", 1), ("STEPS", 2)):
        monkeypatch.setattr(f"specnet.app.keyword.improve.{name}", value)
    for place, fixture in (("mine", "dir-welcome"), ("television", "librispeech-26-495-0030")):
        Path(place).mkdir()
        shutil.copy(data / f"{fixture}.flac", place)
    capfd.readouterr()
    file = model.read_bytes()
    learn = ["improve", str(model), "--missed", "mine", "--false-alarms", "television"]
    assert run([*learn, "--data", str(folder), "--cache", "cache"]) == 0
    out, said = capfd.readouterr()
    assert out == f"{Path('runs/welcome-improved/welcome.specnet')}\n" and model.read_bytes() == file
    assert "new:" not in said and "taken over:" in said and "head" in said
    card = Bundle.load(out.strip()).card
    assert card.recipe["data"]["recordings"] == [str(Path("mine").resolve())]
    assert {"name": "television", "licence": "the user's own"} in card.data


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "'': should be a word or a phrase in letters"),
        (["42"], "'42': should be a word or a phrase in letters"),
        (["lights", "lights"], "should be different words"),
        (["lights", "--data", "nowhere"], "nowhere/speech/index.tsv: not there"),
        (["lights", "--recordings", "nowhere"], "nowhere: should be a folder of recordings"),
        (["привет"], "'привет': nobody can say it in English"),
        (
            ["lights", "--language", "English"],
            "'English': should be the code of a language; did you mean en (English)?",
        ),
        (["lights", "--language", "nl"], "espeak-ng: program not found; install it"),
        (["lights", "--effort", "much"], "'much' is not one of 'quick', 'normal', 'best'"),
        ([], "Missing argument 'WORD...'"),
    ],
)
def test_what_is_refused_is_one_line_and_leaves_nothing(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Printed
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    assert run(["new", *arguments]) == 2
    assert message in capfd.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("package", ["kokoro_onnx.tokenizer", "pocketsphinx"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_not_installed_is_said_before_anything_is_written(
    language: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Printed
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    ipa._backend.cache_clear()
    assert run(["new", "non", "--language", language]) == 2
    assert "needs more packages: pip install 'specnet[speech]'" in capfd.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())
