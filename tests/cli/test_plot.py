"""`specnet plot` from outside: what it writes, refuses, and its exit code."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from specnet.cli.main import run
from tests.cli.conftest import Run
from tests.cli.test_light import RUN


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_words_that_are_detected(specnet: Run, tiny_model: Path, party: Path) -> None:
    options = ("--detect", "--model", tiny_model, "--threshold", 0.7, "--size", "90x80mm", "--dpi", 127)
    done = specnet("plot", party, *options, "-o", "party.png")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert names(party.parent) == ["party.png", "party.wav", "tiny.specnet"]
    with Image.open(party.with_name("party.png")) as image:
        assert image.size == (450, 400)
        pixels = np.asarray(image.convert("RGB")).astype(int)
    tinted = (pixels[..., 2] - pixels[..., 0] > 25) & (
        pixels.min(axis=2) > 180
    )  # light blue: the label that comes first
    assert tinted.sum() > 500
    assert specnet("plot", party, *options, "--label", "high", "-o", "high.png").returncode == 0
    assert party.with_name("high.png").read_bytes() != party.with_name("party.png").read_bytes()


def test_a_part_with_the_labels_of_a_file_through_pipes(specnet: Run, party: Path) -> None:
    party.with_name("words.txt").write_text("0.8\t1.0\tlow\n1.8\t2.0\thigh\n")
    options = ("--labels", "words.txt", "--start", 0.5, "--end", 1.5, "--spectrogram", "linear", "--colour-bar")
    whole = specnet("plot", "party.wav", *options, "-o", "-", "--format", "svg")
    assert whole.returncode == 0, whole.stderr
    assert whole.stdout.startswith("<?xml") and whole.stdout.rstrip().endswith("</svg>")
    piped = specnet("plot", "-", *options, "-o", "-", "--format", "svg", stdin=party.open("rb"))
    assert piped.returncode == 0 and piped.stdout == whole.stdout
    done = specnet("plot", "party.wav", "-o", "-", text=False)
    assert done.returncode == 0 and Image.open(io.BytesIO(done.stdout)).format == "PNG"


def test_what_a_network_sees(specnet: Run, data: Path, tmp_path: Path) -> None:
    for kind in ("network", "log-mel"):
        done = specnet(
            "plot", data / "dir-welcome.flac", "--spectrogram", kind, "--model", "welcome", "-o", f"{kind}.pdf"
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "network.pdf").read_bytes() != (tmp_path / "log-mel.pdf").read_bytes()


@pytest.mark.parametrize(
    ("file", "options", "hint"),
    [
        ("missing.wav", [], "missing.wav: no such file"),
        ("text.wav", [], "text.wav: not audio that can be read"),
        ("empty.wav", [], "empty.wav: no audio in it (0 samples)"),
        ("party.wav", ["-o", "out.gif"], "out.gif: the name must end in .png, .svg, .pdf"),
        ("party.wav", ["-o", "nowhere/out.png"], "nowhere does not exist"),
        ("party.wav", ["--size", "90x"], "90x: must be WIDTH or WIDTHxHEIGHT"),
        ("party.wav", ["--size", "2in x 3in"], "must be WIDTH or WIDTHxHEIGHT"),
        ("party.wav", ["--size", "5x5m"], "must be WIDTH or WIDTHxHEIGHT"),
        ("party.wav", ["--dpi", "7"], "30<=x<=1200"),
        ("party.wav", ["--colours", "pinkish"], "'pinkish': no colour map of matplotlib"),
        ("party.wav", ["--start", "2", "--end", "1"], "--end 1 must be after --start 2"),
        ("party.wav", ["--start", "7"], "ends at 3.000 s: start = 7 must be before that"),
        ("party.wav", ["--format", "pdf"], "--format pdf is for --output -"),
        ("party.wav", ["--threshold", "0.5"], "--threshold is for --detect"),
        ("party.wav", ["--label", "low"], "--label is for --detect"),
        ("party.wav", ["--detect", "--labels", "words.txt"], "--detect and --labels exclude each other"),
        ("party.wav", ["--detect", "--model", "nothing"], "no model 'nothing'"),
        ("party.wav", ["--detect", "--label", "wellcome"], "did you mean 'welcome'?"),
        ("party.wav", ["--spectrogram", "none", "--no-waveform"], "neither waveform nor spectrogram"),
        ("party.wav", ["--labels", "words.txt"], "words.txt, line 2: 'high' ends at 1.9 s, before it starts at 2 s"),
        ("party.wav", ["--labels", "none.txt"], "none.txt: cannot be read: No such file or directory"),
        ("party.wav", ["--labels", "party.wav"], "a label file must end in .txt"),
        ("out.png", [], "--output out.png would overwrite what is read"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_nothing(
    file: str,
    options: list[str],
    hint: str,
    party: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(party.parent)
    Path("text.wav").write_text("neither picture nor sound\n" * 50)
    soundfile.write("empty.wav", np.zeros(0), 16_000)
    Path("words.txt").write_text("0.8\t1.0\tlow\n2\t1.9\thigh\n")
    before = names(party.parent)
    assert run(["plot", file, "-o", "out.png", *options]) == 2
    said = capfd.readouterr()
    [line] = said.err.splitlines()
    assert said.out == "" and line.startswith("specnet: ") and hint in line
    assert names(party.parent) == before


def test_standard_input_is_named_as_such(specnet: Run) -> None:
    done = specnet("plot", "-", "-o", "out.png", input="no sound at all\n" * 50)
    assert done.returncode == 2 and done.stderr.startswith("specnet: standard input: not audio that can be read")


def test_it_needs_matplotlib_alone(specnet: Run, party: Path) -> None:
    done = specnet("plot", party, "-o", "out.png", python=("-c", RUN))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: drawing needs more packages: pip install 'specnet[plot]'\n"
    light = RUN.replace(" matplotlib", "").replace(" PIL", "")  # which comes with it
    done = specnet("plot", party, "--detect", "-o", "out.png", python=("-c", light))
    assert done.returncode == 0, done.stderr
    done = specnet("plot", party, "--spectrogram", "network", "-o", "out.png", python=("-c", light))
    assert done.stderr == "specnet: this command needs more packages: pip install 'specnet[train]'\n"


def test_help_has_examples_and_imports_nothing_heavy(specnet: Run) -> None:
    check = "sys.exit(str({'torch', 'matplotlib', 'onnxruntime'} & {*sys.modules}))"
    done = specnet(python=("-c", f"import sys; from specnet.cli.main import run; run(['plot', '--help']); {check}"))
    assert done.stderr == "set()\n" and "specnet plot party.wav -o party.png" in done.stdout
