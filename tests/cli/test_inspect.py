"""`specnet inspect` from outside: what it writes, refuses, and its exit code."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image
from safetensors.torch import save_file

from specnet.cli.main import run
from specnet.models.classifier import classifier
from tests.cli.conftest import Run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_recording_becomes_one_page(specnet: Run, data: Path, tmp_path: Path) -> None:
    done = specnet("inspect", "welcome", data / "dir-welcome.flac", timeout=600)
    assert (done.returncode, done.stdout) == (0, "dir-welcome.html\n"), done.stderr
    assert names(tmp_path) == ["dir-welcome.html"]
    page = (tmp_path / "dir-welcome.html").read_text()
    assert len(page) < 3_000_000
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]', page) == [] and "@import" not in page
    assert page.count('role="tabpanel"') == 1 + 8  # the word, and the layers
    for method in ("CAM", "Grad-CAM", "Grad-CAM++", "sum of activations", "integrated gradients", "occlusion"):
        assert f'data-method="{method}"' in page
    document = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])  # type: ignore[index]
    assert document["duration"] == pytest.approx(1.797, abs=1e-3)


def test_a_picture_becomes_a_folder_of_png(here: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--what", "maps", "--what", "kernels", "--layer", "conv1", "-o", "seven"]
    assert run(["inspect", "digits", str(data / "digits" / "7.png"), *options]) == 0
    assert capsys.readouterr().out == "seven/index.html\n"
    assert names(here) == ["seven"]
    page = (here / "seven" / "index.html").read_text()
    used = set(re.findall(r'(?:src="|url\(")([\w-]+\.png)"', page))
    assert used == {name for name in names(here / "seven") if name.endswith(".png")}
    maps = [name for name in used if name.startswith("conv1-")]
    assert len(maps) == 16 and 'data-layer="conv2"' not in page
    for name in maps:
        with Image.open(here / "seven" / name) as image:
            assert image.size == (26, 26)


def test_a_folder_of_words(here: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = here / "said"
    said.mkdir()
    for name in ("dir-welcome", "tt-weasels", "librispeech-5339-14133-0000"):
        shutil.copy(data / f"{name}.flac", said)
    rows = [
        "dir-welcome.flac\t0.08\t0.68\tyes",
        "librispeech-5339-14133-0000.flac\t1.33\t1.65\tyes",
        "tt-weasels.flac\t\t\tno",
    ]
    (said / "index.tsv").write_text("\n".join(["file\tstart\tend\tcontains_welcome", *rows]) + "\n")
    assert run(["inspect", "welcome", "--dataset", "said"]) == 0
    assert capsys.readouterr().out == "said.html\n"
    page = (here / "said.html").read_text()
    counts = dict(re.findall(r"<dt>([^<]*)</dt><dd><strong>([^<]*)</strong>", page))
    assert counts["hits"] == "2" and counts["misses"] == "0" and counts["false alarms"] == "0"
    assert int(counts["of what decides, inside the word"].partition("&")[0]) >= 70
    assert page.count("<audio") == 2 and "What decides on welcome" in page


def test_a_folder_of_pictures(here: Path, data: Path) -> None:
    for digit in "73":
        (here / "digits" / digit).mkdir(parents=True)
        shutil.copy(data / "digits" / f"{digit}.png", here / "digits" / digit)
    shutil.copy(data / "digits" / "1.png", here / "digits" / "3" / "wrong.png")
    assert run(["inspect", "digits", "--dataset", "digits", "-o", "page.html"]) == 0
    page = (here / "page.html").read_text()
    counts = dict(re.findall(r"<dt>([^<]*)</dt><dd><strong>([^<]*)</strong>", page))
    assert counts == {"hits": "2", "misses": "1", "false alarms": "1"}
    assert "3/wrong.png, taken for 1" in page


def test_a_preset_that_has_learnt_nothing(here: Path, data: Path) -> None:
    assert run(["inspect", "lenet5", str(data / "digits" / "7.png"), "--what", "kernels", "-o", "page.html"]) == 0
    page = (here / "page.html").read_text()
    assert "lenet5 (untrained)" in page and page.count('alt="Kernel ') == 6 and "Feature maps" not in page


def test_imported_weights(here: Path, data: Path) -> None:
    weights = {name: torch.full_like(value, 0.01) for name, value in classifier("lenet5").state_dict().items()}
    save_file(
        {name: value.contiguous() for name, value in weights.items()},
        "lenet5.safetensors",
        metadata={"preset": "lenet5", "source": "test"},
    )
    options = ["--what", "kernels", "--layer", "conv1", "-o", "page.html"]
    assert run(["inspect", "lenet5.safetensors", str(data / "digits" / "7.png"), *options]) == 0
    page = (here / "page.html").read_text()
    assert "the network lenet5 sees" in page
    assert len(set(re.findall(r'src="(data:[^"]*)" alt="Kernel', page))) == 1  # all weights are the same


@pytest.fixture
def files(here: Path, data: Path, tiny_model: Path) -> Path:
    shutil.copy(data / "dir-welcome.flac", here / "party.flac")
    shutil.copy(data / "digits" / "7.png", here / "seven.png")
    (here / "empty.wav").write_bytes(b"")
    (here / "text.wav").write_text("neither\n" * 50)
    soundfile.write(here / "nothing.wav", np.zeros(0), 16_000)
    soundfile.write(here / "silence.wav", np.zeros(16_000), 16_000)
    soundfile.write(here / "long.wav", np.full(16_000 * 61, 0.1), 16_000)
    (here / "taken").mkdir()
    (here / "none").mkdir()
    return here


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["welcome", "party.flac", "--layer", "seperable3"],
            "welcome: layer 'seperable3' is unknown; did you mean separable",
        ),
        (["tiny.specnet", "party.flac"], "tiny.specnet: it carries no weights"),
        (["welcome", "empty.wav"], "empty.wav: "),
        (["welcome", "text.wav"], "text.wav: not audio that can be read"),
        (["welcome", "nothing.wav"], "nothing.wav: no audio in it"),
        (["welcome", "silence.wav"], "silence.wav: nothing but digital silence"),
        (["welcome", "long.wav"], "long.wav: longer than the 60 s that fit a page: cut it"),
        (["welcome", "missing.wav"], "missing.wav: no such file"),
        (["welcome", "seven.png"], "seven.png: a picture, and model welcome is for sound"),
        (["digits", "party.flac"], "party.flac: a sound, and digits is for pictures"),
        (["phonetic", "party.flac"], "phonetic: a scanner that has learnt nothing"),
        (["nosuch", "party.flac"], "no model 'nosuch'"),
        (["welcome"], "give a FILE or --dataset DIR"),
        (["welcome", "party.flac", "--dataset", "taken"], "exclude each other"),
        (["welcome", "--dataset", "taken", "--layer", "conv1"], "--what and --layer are for a FILE"),
        (["welcome", "--dataset", "none"], "none: no audio there"),
        (["digits", "--dataset", "none"], "none: no pictures there: should have a folder for each of 0, 1"),
        (["lenet5", "--dataset", "none"], "--dataset is for a model"),
        (["welcome", "party.flac", "-o", "taken"], "taken exists already: name a new folder, or a page.html"),
        (["welcome", "party.flac", "-o", "nowhere/page.html"], "nowhere does not exist"),
        (["welcome", "party.flac", "--what", "dreams"], "'dreams' is not one of 'kernels', 'maps'"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_nothing(
    arguments: list[str], said: str, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = names(files)
    assert run(["inspect", *arguments]) == 2
    out, error = capsys.readouterr()
    [line] = error.splitlines()
    assert out == "" and line.startswith("specnet: ") and said in line
    assert names(files) == before


def test_a_page_that_fails_half_way_leaves_nothing(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        (next(files.glob(".page.*")) / "half.png").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("specnet.app.inspect.sound_page", full)
    before = names(files)
    assert run(["inspect", "welcome", "party.flac", "-o", "page"]) == 2
    assert names(files) == before


def test_help_imports_nothing_heavy(specnet: Run) -> None:
    check = "sys.exit(str({'numpy', 'PIL', 'torch', 'matplotlib'} & {*sys.modules}))"
    done = specnet(python=("-c", f"import sys; from specnet.cli.main import run; run(['inspect', '--help']); {check}"))
    assert done.stderr == "set()\n"
    assert "--dataset DIR" in done.stdout and "specnet inspect digits seven.png -o seven/" in done.stdout


def test_it_says_what_to_install(specnet: Run, data: Path) -> None:
    from tests.cli.test_light import RUN

    done = specnet("inspect", "welcome", data / "dir-welcome.flac", python=("-c", RUN))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: this command needs more packages: pip install 'specnet[train]'\n"
