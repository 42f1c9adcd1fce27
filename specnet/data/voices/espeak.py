"""espeak-ng: a formant synthesiser with many accents and speaker variants, 200 times faster than real time.

It reports no times, so each part of a line is spoken by itself, trimmed to where it sounds, and joined.
"""

import shutil
import subprocess

import numpy as np
import soxr
from numpy.typing import NDArray

from specnet.data.interval import Interval
from specnet.data.utterance import SAMPLE_RATE, Utterance
from specnet.data.voices import Line
from specnet.errors import SpecnetError

ACCENTS = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc")
VARIANTS = (
    *(f"m{i}" for i in range(1, 9)),
    *(f"f{i}" for i in range(1, 6)),
    *("croak", "whisper", "klatt2", "Alex", "Alicia", "Andrea", "Andy", "Annie", "Denis", "Diogo", "Gene", "Henrique"),
    *("Hugo", "Jacky", "Lee", "Marco", "Mario", "Michael", "anika", "antonio", "aunty", "belinda", "benjamin", "boris"),
    *("caleb", "david", "ed", "edward", "grandma", "grandpa", "iven", "john", "linda", "max", "michel", "miguel"),
    *("norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro", "shelby", "steph", "travis", "victor"),
)
WORDS_PER_MINUTE = 165
_FLOOR = 0.02  # of the peak: what is quieter at either end is silence


class Espeak:
    """The engine. A voice name is `ACCENT+VARIANT`, `en-gb+f3`."""

    def __init__(self) -> None:
        program = shutil.which("espeak-ng")
        if program is None:
            raise SpecnetError(
                "espeak-ng: program not found; install it (apt install espeak-ng, brew install espeak-ng)"
            )
        self._program = program

    def names(self) -> list[str]:
        return [f"{accent}+{variant}" for accent in ACCENTS for variant in VARIANTS]

    def say(self, line: Line) -> Utterance:
        """The line in 16 kHz sound and its labelled parts; phones are not known."""
        pieces: list[NDArray[np.float32]] = []
        words: list[Interval] = []
        at = 0
        for text, label in line.parts:
            piece = self._speak(text, line)
            if label:
                words.append(Interval(label, at / SAMPLE_RATE, (at + len(piece)) / SAMPLE_RATE))
            pieces.append(piece)
            at += len(piece)
        return Utterance(np.concatenate(pieces), tuple(words), ())

    def _speak(self, text: str, line: Line) -> NDArray[np.float32]:
        rate = str(round(WORDS_PER_MINUTE * line.speed))
        command = [self._program, "-v", line.voice, "-s", rate, "--stdout", text]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode or len(done.stdout) <= 44:
            raise SpecnetError(
                f"espeak-ng cannot say {text!r} with voice {line.voice!r}: {done.stderr.decode().strip()}"
            )
        # the header of a piped WAV promises more than there is, so the samples are taken as they are
        samples = np.frombuffer(done.stdout[44:], np.int16).astype(np.float32) / 32768
        rate_hz = int.from_bytes(done.stdout[24:28], "little")
        loud = np.flatnonzero(np.abs(samples) > _FLOOR * np.abs(samples).max())
        if not len(loud):
            raise SpecnetError(f"espeak-ng says nothing for {text!r} with voice {line.voice!r}")
        return np.asarray(soxr.resample(samples[loud[0] : loud[-1] + 1], rate_hz, SAMPLE_RATE), np.float32)
