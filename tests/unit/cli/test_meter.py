"""The line that moves."""

import io
import sys

import numpy as np
import pytest

from specnet.cli.meter import EVERY, line, meter

LOUD = np.full(960, 0.1, np.float32)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_shows_the_loudest_since_it_was_shown_and_makes_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with meter() as display:
        display.show(EVERY / 2, LOUD, "hey [kitchen]", 0.25, 0)
        assert "dB" not in screen.getvalue()  # so often nobody looks
        display.show(EVERY, LOUD / 1_000, "hey [kitchen]", 0.25, 2)
        shown = screen.getvalue()
        assert "-20 dB" in shown and "0.25 hey [kitchen]" in shown and "2 lost" in shown
        display.clear()
        assert screen.getvalue().endswith("\r\x1b[2K")  # the next line begins where this one was


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with meter() as display:
        display.show(9.0, LOUD, "low", 0.5, 0)
        display.clear()
    assert capsys.readouterr().err == ""


def test_silence_and_an_empty_block_have_a_level() -> None:
    assert "-60 dB" in line(0.0, 0.0, "low", 1.0, 0).plain
