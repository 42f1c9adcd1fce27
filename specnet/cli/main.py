"""The `specnet` command: finds the subcommand and turns every failure into one line and an exit code.

Exit codes: 0 done; 1 nobody reads the output any more; 2 a wrong option, file or model (the line says which);
130 interrupted.
Each subcommand is a module `specnet.cli.NAME` with a click command called `command`, imported only when it is run, so
that `specnet --help` costs no more than click. Where NAME is a keyword of Python, the module is `specnet.cli.NAME_`;
a hyphen in it is an underscore there.
"""

import gc
import keyword
import sys
from collections.abc import Sequence
from importlib import import_module
from io import StringIO

import click

from specnet import __version__
from specnet.errors import MissingExtra, SpecnetError

COMMANDS = {
    "detect": "Find the words in recordings: label, start, end, score.",
    "listen": "Find the words in what a microphone hears, as they are said.",
    "classify": "Say what pictures show: labels with probabilities.",
    "scan-image": "Find objects anywhere on pictures: label, box, score.",
    "serve": "Serve detection over HTTP and WebSocket, with a page.",
    "wyoming": "Serve wake words to Home Assistant and Rhasspy.",
    "new": "Make a model that finds a word of your own, from no recordings of it.",
    "improve": "Train a model on, from what it missed and where it fired wrongly.",
    "train": "Train a model from a recipe.",
    "scenes": "Write what a training would hear, to listen to it.",
    "ablate": "Measure what each choice of a recipe is worth.",
    "evaluate": "Measure a model: false rejects at false alarms per hour, boundaries, confusions.",
    "inspect": "See what a network sees: kernels, feature maps, and where it looks, for sound and pictures.",
    "summary": "Count what a network has and does: sizes, parameters, multiply-adds, memory.",
    "export": "Write a model for other programs: ONNX, TorchScript, a page for browsers.",
    "import": "Take over the weights of a network for images that was trained elsewhere.",
    "plot": "Draw a recording: waveform, spectrogram, words.",
    "filter": "See what a classical kernel does to a picture, or to a sound's spectrogram.",
}

EXTRAS = {
    "export": ("onnx",),
    "images": ("PIL",),
    "mic": ("sounddevice",),
    "plot": ("matplotlib",),
    "speech": ("kokoro_onnx", "pocketsphinx"),
    "train": (
        "torch",
        "torchaudio",
        "captum",
        "jinja2",
        "librosa",
        "onnx",
        "pydantic",
        "safetensors",
        "scipy",
        "sklearn",
        "tensorboard",
        "torchvision",
    ),
    "web": ("fastapi", "h11", "prometheus_client", "starlette", "uvicorn", "websockets"),
    "wyoming": ("wyoming", "zeroconf"),
}
"""Which extra brings which packages."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and one line, and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        gc.disable()  # modules stay: there is nothing to collect
        try:
            command: click.Command = import_module(module_of(cmd_name)).command
        finally:
            gc.freeze()
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def module_of(command: str) -> str:
    """Where a command lies.

    >>> module_of("scan-image"), module_of("import")
    ('specnet.cli.scan_image', 'specnet.cli.import_')
    """
    return f"specnet.cli.{command.replace('-', '_')}{'_' * keyword.iskeyword(command)}"


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Find spoken words in recordings, with their start and end.

    \b
    Examples:
      specnet detect party.wav
      specnet listen
      specnet classify seven.png
      specnet wyoming --zeroconf
      specnet new "hey kitchen"
      specnet train recipes/welcome/recipe.toml --data DIR --out runs/welcome
      specnet evaluate welcome --positives said/ --negatives other/
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `arguments` (default: those of the process) and exit with the code that says how it went."""
    # A closed stream is None in Python: what is written there is lost.
    sys.stdout, sys.stderr = sys.stdout or StringIO(), sys.stderr or StringIO()
    code = run(arguments)
    gc.freeze()  # the process ends: whatever it holds goes as a whole, and need not be searched for cycles first
    sys.exit(code)


def run(arguments: Sequence[str] | None) -> int:
    """The exit code of one call, after whatever went wrong has been said in one line on standard error."""
    try:
        code = cli.main(args=arguments, prog_name="specnet", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as problem:
        problem.show()
        return problem.exit_code
    except click.ClickException as problem:
        return complain(problem.format_message())
    except SpecnetError as problem:
        return complain(str(problem))
    except ModuleNotFoundError as problem:
        missing = (problem.name or "").partition(".")[0]
        for extra, packages in EXTRAS.items():
            if missing in packages:
                return complain(str(MissingExtra("this command", extra)))
        raise
    except OSError as problem:
        return complain(f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem))
    except (click.Abort, KeyboardInterrupt):
        return 130
    return code if isinstance(code, int) else 0


def complain(message: str) -> int:
    click.echo("specnet: " + " ".join(message.split()), err=True)
    return 2
