"""The bar: for long files on a terminal, and nowhere else."""

import io
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Timer

import pytest

from specnet.cli.progress import awaited, progress, share


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    monkeypatch.setattr("specnet.cli.progress.PATIENCE", 0.05)
    monkeypatch.setenv("TERM", "xterm")
    return screen


@pytest.mark.parametrize(
    ("duration", "show", "drawn"),
    [(86_400.0, True, "2 %"), (None, True, "0:30:00"), (3.0, True, ""), (3600.0, False, "")],
)
def test_only_long_files_are_drawn(
    duration: float | None, show: bool, drawn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(monkeypatch)
    with progress("[odd] name.wav", duration, show) as heard:
        heard(1800.0)
    shown = screen.getvalue()
    assert ("[odd] name.wav" in shown and drawn in shown) if drawn else shown == ""


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("day.wav", 86_400.0) as heard:
        heard(1.0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("show", "drawn"), [(True, "40 %"), (False, "")])
def test_the_share_of_a_picture_is_drawn(show: bool, drawn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with share("[odd] page.png", show) as done:
        done(0.4)
    shown = screen.getvalue()
    assert ("[odd] page.png" in shown and drawn in shown) if drawn else shown == ""


def test_how_many_files_are_done_while_one_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    slow, quick, failed = futures = [Future[str]() for _ in range(3)]
    quick.set_result("quick")
    failed.set_exception(KeyError("failed"))
    Timer(0.5, slow.set_result, ["slow"]).start()
    assert awaited(slow, futures) == "slow"
    assert "2 of 3 files" in screen.getvalue()


def test_what_is_done_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with ThreadPoolExecutor() as pool:
        done = pool.submit(str, 7)
    assert (awaited(done, [done]), screen.getvalue()) == ("7", "")
    with ThreadPoolExecutor() as pool:
        failed = pool.submit(int, "seven")
    with pytest.raises(ValueError, match="seven"):
        awaited(failed, [failed])
