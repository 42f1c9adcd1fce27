"""The bar: for long files on a terminal, and nowhere else."""

import io
import sys

import pytest

from specnet.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("duration", "show", "drawn"),
    [(86_400.0, True, True), (None, True, True), (3.0, True, False), (3600.0, False, False)],
)
def test_only_long_files_are_drawn(
    duration: float | None, show: bool, drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with progress("[odd] name.wav", duration, show) as heard:
        heard(1800.0)
    assert ("[odd] name.wav" in screen.getvalue()) is drawn


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("day.wav", 86_400.0) as heard:
        heard(1.0)
    assert capsys.readouterr().err == ""
