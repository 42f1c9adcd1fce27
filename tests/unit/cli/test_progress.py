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
    [(86_400.0, True, "2 %"), (None, True, "0:30:00"), (3.0, True, ""), (3600.0, False, "")],
)
def test_only_long_files_are_drawn(
    duration: float | None, show: bool, drawn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with progress("[odd] name.wav", duration, show) as heard:
        heard(1800.0)
    shown = screen.getvalue()
    assert ("[odd] name.wav" in shown and drawn in shown) if drawn else shown == ""


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("day.wav", 86_400.0) as heard:
        heard(1.0)
    assert capsys.readouterr().err == ""
