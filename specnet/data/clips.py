"""Recordings decoded once into files of 16-bit samples, read by memory map and so shared between processes."""

import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from specnet.data.interval import Interval, overlapping, within
from specnet.data.utterance import SAMPLE_RATE, Utterance
from specnet.errors import SpecnetError
from specnet.units import Seconds

SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff")
SHORTEST: Seconds = 0.02
ABANDONED: Seconds = 24 * 3600.0  # a part that nobody has written to for so long belongs to no living process


@dataclass(frozen=True)
class Clip:
    """One recording in a file of samples: where it lies, who speaks, and what is known about it."""

    path: str
    name: str
    offset: int
    length: int
    source: str = ""
    speaker: str = ""
    words: tuple[Interval, ...] = ()
    phones: tuple[Interval, ...] = ()
    tone: tuple[float, ...] = ()  # coarse mean spectrum in dB: who and which microphone, roughly
    text: tuple[Interval, ...] = ()  # what is said: word by word, or all in one where nobody knows their times

    @property
    def duration(self) -> Seconds:
        return self.length / SAMPLE_RATE

    def load(self, start: Seconds = 0.0, end: Seconds = float("inf")) -> Utterance:
        """The sound between two times, with its intervals; by default all of it."""
        first, last = round(start * SAMPLE_RATE), round(min(end, self.duration) * SAMPLE_RATE)
        wave, words, phones = self.samples(first, last), self.words, self.phones
        if first != 0 or last != self.length:
            words, phones = within(words, start, end), overlapping(phones, start, end)
        voice = Interval(f"{self.source}/{self.speaker}", 0.0, len(wave) / SAMPLE_RATE)
        return Utterance(wave, words, phones, (voice,))

    def samples(self, first: int, last: int) -> NDArray[np.float32]:
        """The waveform from one sample to another."""
        stored = _samples(self.path)[self.offset + first : self.offset + last]
        return np.multiply(stored, np.float32(1 / 32768), dtype=np.float32)

    def excerpt(self, length: int, random: np.random.Generator) -> NDArray[np.float32]:
        """`length` samples from a random place, the recording repeated where it is too short."""
        times = -(-length // self.length)
        start = int(random.integers(times * self.length - length + 1))
        if times == 1:
            return self.samples(start, start + length)
        return np.tile(self.samples(0, self.length), times)[start : start + length]

    def cropped(self, start: Seconds, end: Seconds) -> "Clip":
        """What lies between two times, as far as there is something, with its intervals.

        >>> Clip("a.int16", "a", 0, 32000, words=(Interval("hey", 0.5, 1.0),)).cropped(0.25, 9.0).words
        (Interval(label='hey', start=0.25, end=0.75),)
        """
        first, last = max(0, round(start * SAMPLE_RATE)), min(self.length, round(end * SAMPLE_RATE))
        begin, stop = first / SAMPLE_RATE, last / SAMPLE_RATE
        words, text = (within(known, begin, stop) for known in (self.words, self.text))
        phones = overlapping(self.phones, begin, stop)
        return replace(self, offset=self.offset + first, length=last - first, words=words, phones=phones, text=text)


def any_of(clips: Sequence[Clip], random: np.random.Generator) -> Clip:
    """One of some clips, each as likely."""
    return clips[int(random.integers(len(clips)))]


@lru_cache(maxsize=64)
def _samples(path: str) -> NDArray[np.int16]:
    return np.asarray(np.memmap(path, np.int16, "r"))


def entries(place: Path) -> Iterator[tuple[str, bytes]]:
    """The sound files of a folder, or of the `.tar` of that name: (name below it, content), sorted by name."""
    archive = place.with_name(f"{place.name}.tar")
    if place.is_dir():
        for path in sorted(path for path in place.rglob("*") if path.suffix.lower() in SUFFIXES):
            yield path.relative_to(place).as_posix(), path.read_bytes()
    elif archive.is_file():
        try:
            with tarfile.open(archive) as tar:
                members = {member.name: member for member in tar if member.isfile()}
                for name in sorted(name for name in members if Path(name).suffix.lower() in SUFFIXES):
                    content = tar.extractfile(members[name])
                    assert content is not None  # a regular file
                    yield name, content.read()
        except tarfile.TarError as error:
            raise SpecnetError(f"{archive}: damaged, or not a tar archive ({error})") from error
    else:
        raise SpecnetError(f"{place}: neither a folder nor {archive.name} is there")


def decoded(place: Path, cache: Path) -> list[Clip]:
    """All recordings of a folder or `.tar`, decoded to 16 kHz mono once and cached; `source` is the folder's name.

    Raises `SpecnetError` when the place is missing or holds no sound.
    """
    key = hashlib.sha256(json.dumps([str(place.resolve()), _listing(place)]).encode()).hexdigest()[:16]
    index = cache / f"{place.name}-{key}.json"
    if not index.is_file():
        store(((name, _mono(content, f"{place}/{name}")) for name, content in entries(place)), index)
    clips = [replace(clip, source=place.name) for clip in stored(index)]
    if not clips:
        raise SpecnetError(f"{place}: no sound files ({', '.join(SUFFIXES)})")
    return clips


def store(recordings: Iterable[tuple[str, NDArray[np.float32]]], index: Path) -> None:
    """Write waveforms by name into one file of samples beside `index`, which lists the arguments of their clips."""
    index.parent.mkdir(parents=True, exist_ok=True)
    sweep(index.parent)
    path = index.with_suffix(".int16")
    rows, offset = [], 0
    with becoming(path) as part, part.open("wb") as out:
        for name, wave in recordings:
            samples = np.rint(np.clip(wave, -1, 1) * 32767).astype(np.int16)
            out.write(samples.tobytes())
            rows.append((str(path), name, offset, len(samples)))
            offset += len(samples)
    with becoming(index) as part:
        part.write_text(json.dumps(rows))


@contextmanager
def becoming(target: Path) -> Iterator[Path]:
    """A name to write to, of this process alone: it becomes `target` if the block succeeds and vanishes if not."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what killed processes have left in a folder that others may be writing to."""
    for part in folder.glob("*.part"):
        with suppress(FileNotFoundError):  # two may sweep at once
            if part.is_file() and time.time() - part.stat().st_mtime > ABANDONED:
                part.unlink()


def stored(index: Path) -> list[Clip]:
    """The clips that `store` has written, wherever the two files have been moved since."""
    rows: list[tuple[str, str, int, int]] = json.loads(index.read_text())
    path = str(index.with_suffix(".int16"))
    return [Clip(path, name, offset, length) for _, name, offset, length in rows]


def _mono(content: bytes, name: str) -> NDArray[np.float32]:
    try:
        wave, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise SpecnetError(f"{name}: cannot be decoded ({error.error_string}); remove it or convert it") from error
    if len(wave) < SHORTEST * rate:
        raise SpecnetError(f"{name}: {len(wave) / rate:g} s of sound, should be at least {SHORTEST:g}; remove it")
    if not np.isfinite(wave).all():
        raise SpecnetError(f"{name}: holds samples that are no numbers; remove it")
    return np.asarray(soxr.resample(wave.mean(1), rate, SAMPLE_RATE), np.float32)


def _listing(place: Path) -> list[tuple[str, int]]:
    archive = place.with_name(f"{place.name}.tar")
    paths = [archive] if archive.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
    return [(str(path), path.stat().st_size) for path in paths]
