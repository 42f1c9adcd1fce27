"""Peak memory of `specnet detect` on an hour and on a day of sound, which arrives through a pipe as it is made.

    python benchmarks/memory.py [--hours 24] [--model welcome]

The sound is a real recording over and over, at changing gain, over noise. Aim: below 150 MB, and the same for both.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from specnet.audio.files import RATE, read

RECORDING = Path(__file__).parents[1] / "data" / "dir-intro.flac"
AIM_MB = 150


def wav(hours: float) -> Iterator[bytes]:
    """A WAV file of 16-bit samples, a minute at a time."""
    minutes = round(hours * 60)
    size = minutes * 60 * RATE * 2
    yield (
        b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16)
    )
    yield b"data" + struct.pack("<I", size)
    random = np.random.default_rng(0)
    recording = np.resize(read(RECORDING), 60 * RATE)
    for _ in range(minutes):
        minute = recording * random.uniform(0.01, 0.9) + random.normal(0, 0.003, len(recording))
        yield (minute.clip(-1, 1) * 32_767).astype("<i2").tobytes()


def detect(model: str, hours: float) -> tuple[float, float, int]:
    """Peak megabytes, seconds taken and segments found."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "specnet", "detect", "-", "--model", model, "--format", "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    for piece in wav(hours):
        process.stdin.write(piece)
    process.stdin.close()
    document = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0 and document["files"][0]["duration"] == hours * 3600
    return usage.ru_maxrss / 1024, time.perf_counter() - begin, len(document["files"][0]["segments"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--model", default="welcome")
    arguments = parser.parse_args()
    print("| hours of sound | peak memory | took | segments |\n|---|---|---|---|")
    for hours in (1, arguments.hours):
        megabytes, took, segments = detect(arguments.model, hours)
        print(f"| {hours} | {megabytes:.0f} MB | {took:.0f} s | {segments} |", flush=True)
    print(f"\naim: below {AIM_MB} MB")


if __name__ == "__main__":
    main()
