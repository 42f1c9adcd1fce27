"""What went wrong becomes one line and an exit code."""

from importlib.util import find_spec

import click
import pytest

from specnet.cli import main
from specnet.errors import SpecnetError


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_listed_command_exists(name: str) -> None:
    assert find_spec(main.module_of(name)) is not None


@pytest.mark.parametrize(
    ("problem", "code", "line"),
    [
        (SpecnetError("party.wav: the file\nis empty"), 2, "specnet: party.wav: the file is empty\n"),
        (click.UsageError("no such thing"), 2, "specnet: no such thing\n"),
        (PermissionError(13, "Permission denied", "out.csv"), 2, "specnet: out.csv: Permission denied\n"),
        (
            ModuleNotFoundError("no torch", name="torch.nn"),
            2,
            "specnet: this command needs more packages: pip install 'specnet[train]'\n",
        ),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_failures(
    problem: BaseException, code: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def command() -> None:
        raise problem

    monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: command)
    assert main.run(["detect"]) == code
    assert capsys.readouterr().err.strip("\n") == line.strip("\n")


@pytest.mark.parametrize("bug", [ZeroDivisionError(), ModuleNotFoundError("no x", name="specnet.x")])
def test_a_bug_is_not_hidden(bug: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def command() -> None:
        raise bug

    monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: command)
    with pytest.raises(type(bug)):
        main.run(["detect"])
