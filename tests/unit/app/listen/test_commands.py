"""Programs that are run for words."""

import sys
from pathlib import Path

import pytest

from specnet.app.listen import commands
from specnet.app.listen.commands import MOST_AT_ONCE, Commands
from specnet.errors import SpecnetError
from specnet.timeline import Segment

WORD = Segment("hey; rm -rf {score} $HOME", 1.0, 1.51, 1.6, 0.98765)


def test_arguments_are_words_and_nothing_is_executed(tmp_path: Path) -> None:
    script = "import json, sys; open(sys.argv[1], 'w').write(json.dumps(sys.argv[2:]))"
    words = "{label} 'at {start}-{end}' {score} '{\"a\": 1}' $HOME"
    line = f'{sys.executable} -c "{script}" {tmp_path}/said {words}'
    said: list[str] = []
    programs = Commands(line, said.append)
    programs.run([WORD])
    programs.finish()
    assert said == []
    assert (tmp_path / "said").read_text() == (
        '["hey; rm -rf {score} $HOME", "at 1.000-1.510", "0.9877", "{\\"a\\": 1}", "$HOME"]'
    )


def test_a_program_that_fails_is_a_line() -> None:
    said: list[str] = []
    programs = Commands("false", said.append)
    programs.run([WORD, WORD])
    programs.finish()
    assert said == ["--exec: false ended with status 1"] * 2


def test_programs_that_do_not_end_are_neither_waited_for_nor_piled_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "LAST_WAIT", 0.05)
    said: list[str] = []
    programs = Commands("sleep 60", said.append)
    programs.run([WORD] * (MOST_AT_ONCE + 2))
    assert said == [f"--exec: not run for {WORD.label!r}: {MOST_AT_ONCE} programs still run"] * 2
    programs.finish()
    running = programs.running
    assert len(running) == MOST_AT_ONCE and all(program.poll() is None for program in running)
    for program in running:
        program.kill()
        program.wait()


def test_a_program_that_has_gone_is_a_line(tmp_path: Path) -> None:
    (script := tmp_path / "beep").write_text("#!/bin/sh\n")
    script.chmod(0o755)
    said: list[str] = []
    programs = Commands(str(script), said.append)
    script.unlink()
    programs.run([WORD])
    assert said == [f"--exec: {script} cannot be run: [Errno 2] No such file or directory: '{script}'"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("", "--exec: names no program"),
        ("echo 'a", '--exec "echo \'a": no closing quotation'),
        ("echo {lable}", r"--exec 'echo {lable}': no {lable}: there are {label}, {score}, {start}, {end}"),
        ("nosuchprogram {label}", "no program 'nosuchprogram' to be run"),
    ],
)
def test_what_cannot_be_run_is_refused_at_once(line: str, complaint: str) -> None:
    with pytest.raises(SpecnetError) as caught:
        Commands(line, print)
    assert complaint in str(caught.value)
