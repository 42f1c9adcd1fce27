"""How much faster than real time `specnet wyoming` serves many clients at once, on one core.

    python benchmarks/wake_server.py [--clients 50] [--seconds 20] [--model welcome]

The server is a process of its own, its clients are in this one, and both are on this machine, over TCP. Each client
sends a real recording over and over, in chunks of one length, as fast as it is taken. What counts is the processor time
of the server, which other programs on the machine do not change: so many seconds of sound it serves in a second of one
core. Aim: at least as many as there are clients.

Then as many clients send in real time, in chunks of 64 ms, and each asks at the end for an answer (`ping`): a server
that cannot keep up has sound waiting before that. Reads /proc, so it needs Linux.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from wyoming.audio import AudioChunk
from wyoming.client import AsyncTcpClient
from wyoming.event import Event

from specnet.audio.files import RATE, read

RECORDING = Path(__file__).parents[1] / "data" / "dir-intro.flac"
CHUNKS_MS = (10, 32, 64, 100)
"""Home Assistant sends 10 ms at a time where it cleans the sound, satellites 64."""

REAL_TIME_MS = 64


@contextmanager
def server(model: str) -> Iterator[tuple[int, int]]:
    """Its process and port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "specnet", "wyoming", "--uri", f"tcp://127.0.0.1:{port}", "--model", model]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait()


def used(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def client(port: int, sound: bytes, chunk_ms: int, real_time: bool) -> float:
    """Send all of `sound`, and say how long the answer to a `ping` takes after it."""
    size = chunk_ms * RATE // 1_000 * 2
    async with AsyncTcpClient("127.0.0.1", port) as connection:
        begin = time.perf_counter()
        for at in range(0, len(sound), size):
            if real_time:
                await asyncio.sleep(max(0.0, begin + at / RATE / 2 - time.perf_counter()))
            await connection.write_event(AudioChunk(RATE, 2, 1, sound[at : at + size]).event())
        asked = time.perf_counter()
        await connection.write_event(Event("ping"))
        while (event := await connection.read_event()) is not None and event.type != "pong":
            pass
        return time.perf_counter() - asked


async def clients(count: int, port: int, sound: bytes, chunk_ms: int, real_time: bool = False) -> list[float]:
    return await asyncio.gather(*(client(port, sound, chunk_ms, real_time) for _ in range(count)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--model", default="welcome")
    arguments = parser.parse_args()
    sound = (np.resize(read(RECORDING), arguments.seconds * RATE) * 32_767).astype("<i2").tobytes()
    total = arguments.clients * arguments.seconds
    print("| clients | chunk | seconds of sound in a second of one core | aim |\n|---|---|---|---|")
    with server(arguments.model) as (pid, port):
        for chunk_ms in CHUNKS_MS:
            before = used(pid)
            asyncio.run(clients(arguments.clients, port, sound, chunk_ms))
            speed = total / (used(pid) - before)
            print(f"| {arguments.clients} | {chunk_ms} ms | {speed:.0f} | {arguments.clients} |", flush=True)
        before = used(pid)
        late = asyncio.run(clients(arguments.clients, port, sound, REAL_TIME_MS, real_time=True))
        share = (used(pid) - before) / arguments.seconds
        print(f"\nin real time: {share:.0%} of a core; the slowest answer at the end came after {max(late):.2f} s")


if __name__ == "__main__":
    main()
