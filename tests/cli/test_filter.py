"""`specnet filter` from outside: what it writes, refuses, and its exit code."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from specnet.core.kernels import NAMES
from tests.cli.conftest import Run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.radial_gradient("L").resize((50, 40)).convert("RGB").save(path := tmp_path / "photo.jpg")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_picture(specnet: Run, photo: Path) -> None:
    done = specnet("filter", photo, "--kernel", "sobel-x", "-o", "out.png")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert names(photo.parent) == ["out.png", "photo.jpg"]
    with Image.open(photo.with_name("out.png")) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (50, 40))
        edges = np.asarray(image.convert("L"))
    assert edges[:, 40].mean() > 200 and edges[:, 10].mean() < 55  # a gradient that grows bright away from its centre


def test_a_sound(specnet: Run, data: Path, tmp_path: Path) -> None:
    sound = data / "dir-welcome.flac"
    for output, options in (
        ("whole.png", []),
        ("half.png", ["--stride", 2, "--padding", "zero", "--kernel", "edge-outline"]),
    ):
        done = specnet("filter", sound, "--kernel", "identity", *options, "--output", output)
        assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "whole.png") as whole, Image.open(tmp_path / "half.png") as half:
        assert whole.mode == half.mode == "L" and whole.height == 40
        assert half.size == (-(-whole.width // 4), 10)


@pytest.mark.parametrize(
    ("file", "options", "hint"),
    [
        ("photo.jpg", ["--kernel", "sobelx"], "no kernel named 'sobelx': did you mean 'sobel-x'?"),
        ("photo.jpg", [], "--kernel"),
        ("photo.jpg", ["--kernel", "identity", "--padding", "mirror"], "'zero', 'replicate'"),
        ("photo.jpg", ["--kernel", "identity", "--stride", "0"], "x>=1"),
        ("photo.jpg", ["--kernel", "identity", "-o", "out.jpg"], "out.jpg: the name must end in .png"),
        ("photo.jpg", ["--kernel", "identity", "-o", "nowhere/out.png"], "nowhere does not exist"),
        ("missing.png", ["--kernel", "identity"], "missing.png: no such file"),
        (".", ["--kernel", "identity"], "a directory: give an image file"),
        ("text.txt", ["--kernel", "identity"], "text.txt: not an image that can be read; PNG, JPEG"),
        ("text.wav", ["--kernel", "identity"], "text.wav: not audio that can be read"),
        ("out.png", ["--kernel", "identity"], "would overwrite out.png"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_nothing(
    file: str, options: list[str], hint: str, specnet: Run, photo: Path
) -> None:
    for name in ("text.txt", "text.wav"):
        photo.with_name(name).write_text("neither picture nor sound\n" * 50)
    before = names(photo.parent)
    done = specnet("filter", file, "-o", "out.png", *options)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("specnet: ") and hint in line
    assert names(photo.parent) == before


def test_help_names_every_kernel_and_imports_nothing_heavy(specnet: Run) -> None:
    check = "sys.exit(str({'numpy', 'PIL', 'torch'} & {*sys.modules}))"
    done = specnet(python=("-c", f"import sys; from specnet.cli.main import run; run(['filter', '--help']); {check}"))
    assert done.stderr == "set()\n"
    assert set(NAMES) <= set(done.stdout.replace(",", " ").split())
