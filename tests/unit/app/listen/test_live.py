"""The loop of listening, from blocks to words."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from specnet import Detector
from specnet.app.listen.clips import Clips
from specnet.app.listen.commands import Commands
from specnet.app.listen.live import Moment, listen
from specnet.errors import SpecnetError
from tests.conftest import RATE, beeps

SOUND = beeps(3.0, ("low", 0.3), ("high", 1.0), ("low", 2.75))


@dataclass
class Source:
    """A device that gives this, and then fails or ends."""

    sound: np.ndarray
    failure: str | None = None
    name: str = "source"
    lost: int = 0
    closed: bool = False

    def blocks(self) -> Generator[np.ndarray, None, None]:
        try:
            yield from np.split(self.sound, range(960, len(self.sound), 960))
            if self.failure is not None:
                raise SpecnetError(self.failure)
        finally:
            self.closed = True


def labels(moments: list[Moment], kind: str) -> list[str]:
    return [word.label for moment in moments for word in getattr(moment.heard, kind)]


@pytest.mark.parametrize("failure", [None, "unplugged"])
def test_what_is_pending_is_heard_before_a_failure_is_raised(tiny_detector: Detector, failure: str | None) -> None:
    moments: list[Moment] = []
    source = Source(SOUND, failure)
    try:
        for moment in listen(source, tiny_detector.stream(RATE), lambda: False, None, None):
            moments.append(moment)
        assert failure is None
    except SpecnetError as problem:
        assert str(problem) == failure
    assert labels(moments, "interim") == labels(moments, "segments") == ["low", "high", "low"]
    np.testing.assert_array_equal(np.concatenate([moment.block for moment in moments]), SOUND)
    assert source.closed


def test_it_stops_when_it_is_told_to_and_ends_the_words(tiny_detector: Detector) -> None:
    moments: list[Moment] = []
    source = Source(SOUND)
    for moment in listen(source, tiny_detector.stream(RATE), lambda: len(moments) == 8, None, None):
        moments.append(moment)
    assert labels(moments, "segments") == ["low"] and len(moments) == 9 and source.closed


def test_commands_come_before_the_segment_and_clips_after(tiny_detector: Detector, tmp_path: Path) -> None:
    said: list[str] = []
    commands, clips = Commands(f"mkdir {tmp_path}/{{label}}", said.append), Clips(tmp_path / "heard", RATE, said.append)
    moments = list(listen(Source(SOUND[: 2 * RATE]), tiny_detector.stream(RATE), lambda: False, commands, clips))
    first, second = (
        next(number for number, moment in enumerate(moments) if getattr(moment.heard, kind))
        for kind in ("interim", "segments")
    )
    assert first < second
    assert (tmp_path / "low").is_dir() and (tmp_path / "high").is_dir() and said == []
    assert len(list((tmp_path / "heard").iterdir())) == 2
