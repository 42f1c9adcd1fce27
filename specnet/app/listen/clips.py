"""The sound around words, kept in files."""

import re
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.errors import SpecnetError
from specnet.timeline import Segment
from specnet.units import Hertz, Seconds

BEFORE: Seconds = 3.0
"""As much as a network looks back on, and a little more."""

AFTER: Seconds = 1.0

REMEMBERED: Seconds = 10.0
"""Sound that is held in memory: what lies around a word of 5 s, whose segment comes up to a second after it."""


class Clips:
    """Writes ``DATE-TIME-LABEL-SCORE.wav`` into `folder` for every segment: 3 s before it, the word, and 1 s after it.

    They are 16-bit mono at `sample_rate`, what the model heard. `specnet improve` learns from such a folder. A file has
    its name once it is whole. What cannot be written is a line for `say`, and listening goes on.

    Raises `SpecnetError` where there is and can be no such folder.
    """

    def __init__(self, folder: Path, sample_rate: Hertz, say: Callable[[str], None]) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise SpecnetError(f"--save {folder}: {problem.strerror}: give a folder for the sound") from None
        self._folder, self._rate, self._say = folder, sample_rate, say
        self._began = datetime.now()
        self._blocks: deque[NDArray[np.float32]] = deque()
        self._first = self._end = 0  # samples since the beginning, of what is remembered
        self._pending: list[Segment] = []

    @property
    def remembered(self) -> Seconds:
        """How much sound is held in memory."""
        return (self._end - self._first) / self._rate

    def hear(self, block: NDArray[np.float32], segments: Sequence[Segment]) -> None:
        """Remember `block`, and write what is complete: `segments` are those that it made certain."""
        self._blocks.append(block)
        self._end += len(block)
        self._pending += segments
        ready = [segment for segment in self._pending if (segment.end + AFTER) * self._rate <= self._end]
        self._pending = [segment for segment in self._pending if segment not in ready]
        for segment in ready:
            self._write(segment)
        while self._end - self._first - len(self._blocks[0]) >= REMEMBERED * self._rate:
            self._first += len(self._blocks.popleft())

    def finish(self) -> None:
        """Write what is pending, with as much after it as there was."""
        for segment in self._pending:
            self._write(segment)
        self._pending = []

    def _write(self, segment: Segment) -> None:
        import soundfile

        first = max(self._first, round((segment.start - BEFORE) * self._rate))
        last = round((segment.end + AFTER) * self._rate)
        sound = np.concatenate(self._blocks)[first - self._first : last - self._first]
        path = self._name(segment)
        partial = path.with_name(f".{path.name}.part")  # whoever takes all sound files of the folder leaves it out
        try:
            soundfile.write(partial, sound, self._rate, "PCM_16", format="WAV")
            partial.replace(path)
        except (OSError, soundfile.LibsndfileError) as problem:
            self._say(f"--save: {path} cannot be written: {problem}")
            with suppress(OSError):
                partial.unlink()

    def _name(self, segment: Segment) -> Path:
        when = self._began + timedelta(seconds=segment.start)
        label = re.sub(r"[^\w-]+", "-", segment.label)
        stem = f"{when:%Y%m%d-%H%M%S}.{when.microsecond // 1000:03}-{label}-{segment.score:.2f}"
        return self._folder / f"{stem}.wav"
