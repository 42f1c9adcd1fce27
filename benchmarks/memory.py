"""Peak memory of `specnet detect` and `specnet listen` on an hour and on a day of sound.

    python benchmarks/memory.py [--hours 24] [--model welcome]

The sound is a real recording over and over, at changing gain, over noise, and arrives as fast as it is taken: as WAV
through a pipe, whose segments are all kept until the JSON document begins; as raw samples through a pipe, where each
segment is written at once; and from a device, where the sound around each is saved, too. Aim: at most 120 MB, and the
same for both within 5.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.audio.files import RATE, read

RECORDING = Path(__file__).parents[1] / "data" / "dir-intro.flac"
AIM_MB, SAME_MB = 120, 5
STEP = RATE // 2
"""Samples that a device gives at once: more than a real one does, to be quicker."""

WAV, RAW, DEVICE = "detect -, WAV to JSON", "detect - --raw, to JSON lines", "listen --save"


def minutes(hours: float) -> Iterator[NDArray[np.float32]]:
    """The sound, a minute at a time."""
    random = np.random.default_rng(0)
    recording = np.resize(read(RECORDING), 60 * RATE)
    for _ in range(round(hours * 60)):
        minute = recording * random.uniform(0.01, 0.9) + random.normal(0, 0.003, len(recording))
        yield minute.clip(-1, 1).astype(np.float32)


def raw(hours: float) -> Iterator[bytes]:
    for minute in minutes(hours):
        yield (minute * 32_767).astype("<i2").tobytes()


def wav(hours: float) -> Iterator[bytes]:
    """A WAV file of 16-bit samples."""
    size = round(hours * 60) * 60 * RATE * 2
    yield (
        b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16)
    )
    yield b"data" + struct.pack("<I", size)
    yield from raw(hours)


@dataclass(frozen=True)
class Device:
    """A microphone that hears so many hours, and is unplugged."""

    hours: float
    name: str = "a recording"
    lost: int = 0

    def blocks(self) -> Generator[NDArray[np.float32], None, None]:
        for minute in minutes(self.hours):
            yield from np.split(minute, range(STEP, len(minute), STEP))


def listen_here(model: str, hours: float) -> None:
    """What `specnet listen --format jsonl --save DIR` does, with a device of our own."""
    from specnet import Detector
    from specnet.cli.listen import Wish, listen_to
    from specnet.cli.live import JsonLines

    detector = Detector.load(model)
    with tempfile.TemporaryDirectory() as folder:
        lines = JsonLines("a recording", interim=False)
        wish = Wish(detector, detector.threshold(), detector.labels, lines, folder=Path(folder))
        listen_to(Device(hours), wish)


def measured(command: list[str], sound: Iterable[bytes]) -> tuple[float, float, bytes]:
    """Peak megabytes, seconds taken, and what was written."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as written:
        process = subprocess.Popen([sys.executable, *command], stdin=subprocess.PIPE, stdout=written)
        assert process.stdin
        for piece in sound:
            process.stdin.write(piece)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        written.seek(0)
        return usage.ru_maxrss / 1024, time.perf_counter() - begin, written.read()


def segments(way: str, model: str, hours: float) -> tuple[float, float, int]:
    """Peak megabytes, seconds taken and segments found."""
    detect = ["-m", "specnet", "detect", "-", "--model", model, "--format"]
    if way == WAV:
        megabytes, took, written = measured([*detect, "json"], wav(hours))
        [entry] = json.loads(written)["files"]
        assert entry["duration"] == hours * 3600
        return megabytes, took, len(entry["segments"])
    command = [*detect, "jsonl", "--raw", f"s16le@{RATE}"]
    if way == DEVICE:
        command = [__file__, "--model", model, "--hours", str(hours), "--listen"]
    megabytes, took, written = measured(command, raw(hours) if way == RAW else ())
    return megabytes, took, len(written.splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--model", default="welcome")
    parser.add_argument("--listen", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.listen:
        listen_here(arguments.model, arguments.hours)
        return
    print("| | hours of sound | peak memory | took | segments |\n|---|---|---|---|---|")
    for way in (WAV, RAW, DEVICE):
        for hours in (1, arguments.hours):
            megabytes, took, found = segments(way, arguments.model, hours)
            print(f"| `{way}` | {hours} | {megabytes:.0f} MB | {took:.0f} s | {found} |", flush=True)
    print(f"\naim: at most {AIM_MB} MB, and the same for both within {SAME_MB}")


if __name__ == "__main__":
    main()
