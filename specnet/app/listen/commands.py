"""A program that is run for every word."""

import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence

from specnet.errors import SpecnetError
from specnet.timeline import Segment
from specnet.units import Seconds

PLACES: dict[str, Callable[[Segment], str]] = {
    "label": lambda word: word.label,
    "score": lambda word: f"{word.score:.4f}",
    "start": lambda word: f"{word.start:.3f}",
    "end": lambda word: f"{word.end:.3f}",
}
"""What a command may have in braces."""

MOST_AT_ONCE = 8
"""Programs that run at a time: one that never ends must not fill the machine."""

STANDARD_ERROR = 2

LAST_WAIT: Seconds = 2.0
"""So long the last ones may take to say how they ended."""


class Commands:
    """Runs `command` for each word, without a shell and without waiting for it; `say` takes a line for each that fails.

    It is split as a shell would, and then ``{label}``, ``{score}``, ``{start}`` and ``{end}`` are replaced in each
    part: so what a label holds is never code. What a program prints goes to standard error.

    >>> commands = Commands("true {label} {score}", print)
    >>> commands.run([Segment("welcome", 1.0, 1.5, 1.6, 0.9)])
    >>> commands.finish()

    Raises `SpecnetError` for a program that is not there, and for anything else in braces.
    """

    def __init__(self, command: str, say: Callable[[str], None]) -> None:
        try:
            self._parts = shlex.split(command)
        except ValueError as problem:
            raise SpecnetError(f"--exec {command!r}: {str(problem).lower()}") from None
        if not self._parts:
            raise SpecnetError("--exec: names no program")
        for name in re.findall(r"\{(\w+)\}", command):
            if name not in PLACES:
                known = ", ".join(f"{{{place}}}" for place in PLACES)
                raise SpecnetError(f"--exec {command!r}: no {{{name}}}: there are {known}")
        if shutil.which(self._parts[0]) is None:
            raise SpecnetError(f"--exec {command!r}: no program {self._parts[0]!r} to be run")
        self._say = say
        self.running: list[subprocess.Popen[bytes]] = []

    def run(self, words: Sequence[Segment]) -> None:
        """Begin a program for each of `words`, and see how those before have ended."""
        self._see()
        for word in words:
            if len(self.running) == MOST_AT_ONCE:
                self._say(f"--exec: not run for {word.label!r}: {MOST_AT_ONCE} programs still run")
                continue
            try:
                self.running.append(
                    subprocess.Popen(
                        [_filled(part, word) for part in self._parts],
                        stdin=subprocess.DEVNULL,
                        stdout=STANDARD_ERROR,
                    )
                )
            except (OSError, ValueError) as problem:
                self._say(f"--exec: {self._parts[0]} cannot be run: {problem}")

    def finish(self) -> None:
        """Give those that still run a moment to end."""
        until = time.monotonic() + LAST_WAIT
        while self.running and time.monotonic() < until:
            time.sleep(0.01)
            self._see()

    def _see(self) -> None:
        ended = [program for program in self.running if program.poll() is not None]
        self.running = [program for program in self.running if program not in ended]
        for program in ended:
            if program.returncode:
                self._say(f"--exec: {self._parts[0]} ended with status {program.returncode}")


def _filled(part: str, word: Segment) -> str:
    return re.sub(rf"\{{({'|'.join(PLACES)})\}}", lambda place: PLACES[place[1]](word), part)
