"""How long after the end of a word it is reported, where the sound comes in real time.

    python benchmarks/latency.py [--rounds 5]

Recordings are fed as fast as they were spoken, over and over: to `specnet listen` from a device that gives blocks of
60 ms, as a sound card is asked to; to `specnet detect - --format jsonl --interim` as raw 16-bit samples through a pipe,
10 ms at a time; and to `specnet wyoming` over TCP in chunks of 64 ms, as satellites send them. Each round has the
blocks at another phase. The end of a word is that of its label in data/README.md, good to about 0.03 s.

First, without any clock, what the model needs: how much sound after the word until its scores make the word certain
(interim), and until they make its segment certain. The rest is waiting for blocks, and computing.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from wyoming.audio import AudioChunk
from wyoming.client import AsyncTcpClient
from wyoming.ping import Ping

from specnet import Detector
from specnet.app.listen.live import listen
from specnet.app.stream import Heard
from specnet.app.wyoming.address import Address
from specnet.app.wyoming.server import serving
from specnet.app.wyoming.words import Spotter, WakeWords
from specnet.audio.files import RATE, read
from specnet.audio.microphone import Microphone
from specnet.audio.pcm import LIVE_BLOCK
from specnet.errors import SpecnetError
from specnet.timeline import Segment

DATA = Path(__file__).parents[1] / "data"
WORDS = {"dir-welcome": 0.68, "dir-intro": 0.77, "vm-newuser": 0.80, "librispeech-5339-14133-0000": 1.65}
"""Recordings in data/, and where "welcome" ends in each, as data/README.md has it."""


LEAD = 3.0
"""Seconds of silence before a recording: a process has begun by then."""

AFTER = 1.0
"""Seconds of it that are fed after the word."""

PIECE, CHUNK = 0.01, 0.064
AIM = 0.2

S = TypeVar("S", bound=np.generic)
Times = tuple[list[float], list[float]]
"""When interim words come, and segments: in seconds since the first sample."""


def in_real_time(sound: NDArray[S], piece: float, began: list[float]) -> Iterator[NDArray[S]]:
    """Pieces of `sound`, each when its last sample has been spoken; `began` gets the time of the first sample."""
    size = round(piece * RATE)
    began.append(time.perf_counter())
    for at in range(0, len(sound), size):
        time.sleep(max(0.0, began[0] + (at + size) / RATE - time.perf_counter()))
        yield sound[at : at + size]


@dataclass(frozen=True)
class FileDevice:
    """A sound card into which a recording is spoken."""

    sound: NDArray[np.float32]
    began: list[float]
    name: str = "a recording"
    rate: int = RATE

    @contextmanager
    def open(self, hear: Callable[[NDArray[np.float32], bool], None], ended: Callable[[], None]) -> Iterator[None]:
        def speak() -> None:
            for block in in_real_time(self.sound, LIVE_BLOCK, self.began):
                hear(block[:, None], False)
            ended()

        thread = threading.Thread(target=speak)
        thread.start()
        yield
        thread.join()


def by_model(detector: Detector, sound: NDArray[np.float32]) -> Times:
    """How much sound the scores need: it comes a frame at a time, and the clock is that of the sound."""
    stream, stride, times = detector.stream(RATE), detector.grid.stride, ([], [])
    for at in range(0, len(sound), stride):
        note(stream.hear(sound[at : at + stride]), (at + stride) / RATE, times)
    return times


def by_listening(detector: Detector, sound: NDArray[np.float32]) -> Times:
    began, times = list[float](), ([], [])
    moments = listen(Microphone(FileDevice(sound, began), RATE), detector.stream(RATE), lambda: False, None, None)
    with suppress(SpecnetError):  # the recording is over: as if unplugged
        for moment in moments:
            note(moment.heard, time.perf_counter() - began[0], times)
    return times


def note(heard: Heard, now: float, times: Times) -> None:
    for kind, words in zip(times, (heard.interim, heard.segments), strict=True):
        kind.extend(now for _ in words)


def by_pipe(_: Detector, sound: NDArray[np.float32]) -> Times:
    command = [sys.executable, "-m", "specnet", "detect", "-", "--raw", f"s16le@{RATE}", "--format", "jsonl"]
    process = subprocess.Popen([*command, "--interim"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    began, lines = list[float](), list[tuple[float, bytes]]()
    output = iter(process.stdout.readline, b"")
    reading = threading.Thread(target=lambda: lines.extend((time.perf_counter(), line) for line in output))
    reading.start()
    for piece in in_real_time(sound, PIECE, began):
        process.stdin.write((piece * 32_767).astype("<i2").tobytes())
        process.stdin.flush()
    process.stdin.close()
    reading.join()
    assert process.wait() == 0
    times: Times = ([], [])
    for when, line in lines:
        times[json.loads(line)["final"]].append(when - began[0])
    return times


def by_wyoming(detector: Detector, sound: NDArray[np.float32]) -> Times:
    """Detections, which are told once."""
    began, times = list[float](), ([], [])
    pieces = in_real_time((sound * 32_767).astype("<i2"), CHUNK, began)

    async def converse() -> None:
        words = WakeWords([Spotter(detector, detector.threshold())])
        async with (
            serving(words, Address("127.0.0.1", 0), lambda _: None) as address,
            AsyncTcpClient(address.host, address.port) as client,
        ):
            reading = asyncio.create_task(read_all(client))
            while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                await client.write_event(AudioChunk(RATE, 2, 1, piece.tobytes()).event())
            await client.write_event(Ping("all").event())
            await reading

    async def read_all(client: AsyncTcpClient) -> None:
        while (event := await client.read_event()) is not None and event.type != "pong":
            times[0].append(time.perf_counter() - began[0])

    asyncio.run(converse())
    return times


def print_bounds(detector: Detector) -> None:
    """How far interim words are from their segments."""
    words, segments = list[Segment](), list[Segment]()
    for recording in WORDS:
        stream = detector.stream(RATE)
        for heard in (stream.hear(read(DATA / f"{recording}.flac")), stream.end()):
            words += heard.interim
            segments += heard.segments
    off = [np.abs((w.start - s.start, w.end - s.end, w.score - s.score)) for w, s in zip(words, segments, strict=True)]
    start, end, score = np.mean(off, axis=0)
    print(f"\ninterim start {start:.3f} s, end {end:.3f} s and score {score:.3f} off those of the segment, on average")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    detector = Detector.load("welcome")
    ways = {
        "the model": by_model,
        "`specnet listen`": by_listening,
        "`specnet detect -`": by_pipe,
        "`specnet wyoming`": by_wyoming,
    }
    print("| seconds after the end of the word | interim: median, longest | aim | segment: median, longest |")
    print("|---|---|---|---|")
    for name, way in ways.items():
        after: Times = ([], [])
        for turn in range(arguments.rounds):
            lead = np.zeros(round((LEAD + turn * LIVE_BLOCK / arguments.rounds) * RATE), np.float32)
            for recording, end in WORDS.items():
                sound = np.concatenate([lead, read(DATA / f"{recording}.flac")[: round((end + AFTER) * RATE)]])
                for kind, times in zip(after, way(detector, sound), strict=True):
                    kind += [when - len(lead) / RATE - end for when in times]
        assert {len(kind) for kind in after} <= {0, arguments.rounds * len(WORDS)}  # every word is heard, once
        cells = [f"{median(kind):.2f}, {max(kind):.2f}" if kind else "" for kind in after]
        print(f"| {name} | {cells[0]} | {AIM} | {cells[1]} |", flush=True)
    print_bounds(detector)


if __name__ == "__main__":
    main()
