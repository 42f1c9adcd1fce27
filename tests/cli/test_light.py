"""The light install: what `specnet detect` runs without."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

# A process in which the packages of the extras cannot be imported, as after `pip install specnet`.
WITHOUT_EXTRAS = """
import sys

EXTRAS = "torch torchaudio librosa matplotlib scipy pydantic safetensors onnx tensorboard PIL".split()
EXTRAS += "sounddevice wyoming zeroconf".split()
EXTRAS += "fastapi h11 prometheus_client starlette uvicorn websockets".split()

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in EXTRAS:
            raise ModuleNotFoundError(f"no {name} in the light install", name=name)

sys.meta_path.insert(0, Refuse())
"""
RUN = WITHOUT_EXTRAS + "from specnet.cli.main import main; main()"


def test_detect_needs_no_extra(specnet: Run, tiny_model: Path, party: Path) -> None:
    done = specnet("detect", "--model", tiny_model, party, "--format", "json", python=("-c", RUN))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"][0]["duration"] == 3.0


def test_plot_without_matplotlib_says_what_to_install(specnet: Run, tiny_model: Path, party: Path) -> None:
    done = specnet("detect", "--model", tiny_model, party, "--plot", "out.png", python=("-c", RUN))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: drawing needs more packages: pip install 'specnet[plot]'\n"


def test_filter_without_pillow_says_what_to_install(specnet: Run, party: Path) -> None:
    done = specnet("filter", party, "--kernel", "identity", "-o", "out.png", python=("-c", RUN))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: this command needs more packages: pip install 'specnet[images]'\n"


def test_filter_needs_pillow_alone(specnet: Run, party: Path) -> None:
    done = specnet("filter", party, "--kernel", "identity", "-o", "out.png", python=("-c", RUN.replace(" PIL", "")))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["classify", "scan-image", "detect"])
def test_images_need_pillow_alone(command: str, specnet: Run, shapes_model: Path, data: Path) -> None:
    options = (command, "--model", shapes_model, data / "digits" / "7.png")
    done = specnet(*options, python=("-c", RUN.replace(" PIL", "")))
    assert done.returncode == 0, done.stderr
    done = specnet(*options, python=("-c", RUN))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: this command needs more packages: pip install 'specnet[images]'\n"


@pytest.mark.parametrize(
    ("command", "extra", "default"), [("wyoming", "wyoming", "tcp://0.0.0.0:10400"), ("serve", "web", "127.0.0.1")]
)
def test_a_server_says_what_to_install_and_explains_itself_without_it(
    command: str, extra: str, default: str, specnet: Run
) -> None:
    done = specnet(command, python=("-c", RUN))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"specnet: this command needs more packages: pip install 'specnet[{extra}]'\n"
    done = specnet(command, "--help", python=("-c", RUN))
    assert done.returncode == 0 and default in done.stdout


def test_export_to_onnx_needs_onnx_alone(specnet: Run) -> None:
    options = ("export", "welcome", "--to", "onnx")
    done = specnet(*options, python=("-c", RUN.replace(" onnx ", " ")))
    assert (done.returncode, done.stdout) == (0, "welcome.onnx\n"), done.stderr
    done = specnet(*options, python=("-c", RUN))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "specnet: this command needs more packages: pip install 'specnet[export]'\n"


def test_help_imports_neither_numpy_nor_the_runtime(specnet: Run) -> None:
    check = "sys.exit(str({'numpy', 'onnxruntime', 'rich'} & {*sys.modules}))"
    done = specnet(python=("-c", f"import sys; from specnet.cli.main import run; run(['--help']); {check}"))
    assert "detect" in done.stdout and done.stderr == "set()\n"


def test_every_command_is_listed_with_help(specnet: Run) -> None:
    for name in (
        "detect",
        "classify",
        "scan-image",
        "listen",
        "wyoming",
        "train",
        "ablate",
        "evaluate",
        "summary",
        "export",
        "import",
        "plot",
        "filter",
    ):
        done = specnet(name, "--help")
        assert done.returncode == 0 and "Usage: specnet " + name in done.stdout, done.stderr


def test_version(specnet: Run) -> None:
    from specnet import __version__

    assert specnet("--version").stdout == f"specnet {__version__}\n"


def test_an_unknown_command_is_one_line(specnet: Run) -> None:
    done = specnet("detct")
    assert done.returncode == 2 and "detct" in done.stderr and done.stderr.count("\n") == 1
