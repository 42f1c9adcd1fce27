"""Where the words and phones of a known text lie in a recording: forced alignment by pocketsphinx.

Its English model comes with the package. Times are good to some 30 ms in clean speech.
"""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from specnet.data.interval import Interval
from specnet.data.phones import SILENCE
from specnet.data.utterance import SAMPLE_RATE
from specnet.errors import MissingExtra
from specnet.units import Seconds

FRAME: Seconds = 0.01
_PAUSES = ("<sil>", "<s>", "</s>")


class Unit(NamedTuple):
    """A word or a pause: where it lies, its log-likelihood in the engine's own scale (0: the likeliest sound in every
    frame), and its phones."""

    interval: Interval
    score: float
    phones: tuple[Interval, ...]


class Aligner:
    """The engine; `words` are pronunciations, ``"W EH L K AH M"``, of what its dictionary may not have.

    >>> words, phones = Aligner()("data/dir-welcome.flac", "Welcome to the directory.")
    >>> [word.label for word in words], [phone.label for phone in phones if phone.label != "SIL"][:6]
    (['welcome', 'to', 'the', 'directory'], ['W', 'EH', 'L', 'K', 'AH', 'M'])
    """

    def __init__(self, words: Mapping[str, Sequence[str]] | None = None) -> None:
        try:
            from pocketsphinx import Decoder
        except ImportError as error:
            raise MissingExtra("finding the phones of speech", "speech") from error
        self._decoder = Decoder(samprate=SAMPLE_RATE, lm=None, loglevel="FATAL")  # nothing is kept of the last file
        for word, ways in (words or {}).items():
            for number, phones in enumerate(ways, start=1):
                self._decoder.add_word(word if number == 1 else f"{word}({number})", phones)

    def __call__(self, path: str | Path, text: str) -> tuple[list[Interval], list[Interval]]:
        """The words, and the phones with the pauses between; both empty where the text and the sound do not meet.

        That is so for a word outside the pronouncing dictionary, and for a file that cannot be decoded.
        """
        try:
            sound = _samples(path)
        except RuntimeError:  # of libsndfile
            return [], []
        return self.align(sound, "".join(c if c.isalpha() or c == "'" else " " for c in text.lower()).split())

    def align(self, sound: bytes, wanted: Sequence[str]) -> tuple[list[Interval], list[Interval]]:
        """The same for 16-bit samples, `sound_of` a waveform, and the words of the dictionary that are said."""
        found = self.units(sound, wanted)
        words = [unit.interval for unit in found if unit.interval.label in wanted]
        return words, [phone for unit in found for phone in unit.phones]

    def units(self, sound: bytes, wanted: Sequence[str]) -> list[Unit]:
        """Words and pauses with how likely they are; none where text and sound do not meet."""
        try:
            self._decoder.reinit_feat()  # the mean cepstrum of the file before would move times by a frame
            self._decoder.set_align_text(" ".join(wanted))
            self._listen(sound)
            self._decoder.set_alignment()
            self._listen(sound)
        except RuntimeError:
            return []
        found = [
            Unit(_interval(unit), unit.score, tuple(_interval(phone) for phone in unit))
            for unit in self._decoder.get_alignment()
        ]
        words = [unit.interval.label for unit in found if unit.interval.label not in _PAUSES]
        return found if words == list(wanted) else []

    def _listen(self, sound: bytes) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(sound, full_utt=True)
        self._decoder.end_utt()


def aligned(
    texts: Mapping[Path, str], jobs: int = 2
) -> Iterator[tuple[Path, tuple[Sequence[Interval], Sequence[Interval]]]]:
    """Words and phones of many recordings by `jobs` processes, in order."""
    Aligner()  # what is missing is said here: a pool would start its workers again and again
    context = multiprocessing.get_context("spawn")
    with context.Pool(min(jobs, len(texts)), _start) as pool:
        yield from pool.imap(_align, texts.items(), chunksize=8)


_aligner: Aligner


def _start() -> None:
    global _aligner
    _aligner = Aligner()


def _align(job: tuple[Path, str]) -> tuple[Path, tuple[list[Interval], list[Interval]]]:
    return job[0], _aligner(*job)


def _samples(path: str | Path) -> bytes:
    wave, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return sound_of(soxr.resample(wave.mean(1), rate, SAMPLE_RATE))


def sound_of(waveform: NDArray[np.float32]) -> bytes:
    """A waveform at 16 kHz as the engine takes it."""
    samples: NDArray[np.int16] = np.rint(np.clip(waveform, -1, 1) * 32767).astype(np.int16)
    return samples.tobytes()


def _interval(unit: Any) -> Interval:
    """A word or phone of the engine; `to(2)` is the second pronunciation of "to"."""
    name = unit.name.partition("(")[0]
    label = SILENCE if name.startswith("+") else name
    return Interval(label, round(unit.start * FRAME, 2), round((unit.start + unit.duration) * FRAME, 2))
