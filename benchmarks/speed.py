"""How fast the scanner is beside other wake-word engines: figures of one run, on one thread, for the same sound.

    python benchmarks/speed.py [TABLE...] [--rounds 30] [--model welcome] [--hours 24]

What counts is the time of the processor, so that other work on the machine adds little, and the engines take turns, so
that it adds to all alike; figures are medians over the rounds, of 30 s of sound each. Every engine has a process of
its own, for threads that wait awake count as time of whatever else that process does. Only --jobs is told by the clock,
and means nothing on a machine that does something else. The others hear samples from memory, ours from a WAV file.
`pip install '.[bench,train]'` installs the others, and what makes a model of nine words.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy reads them

import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import numpy as np
from engines import OTHERS, engine, installed, sound, timed
from memory import wav
from processes import cold_table, jobs_table, memory_table, size_table
from scanning import TURN, scan_table
from welcome import markdown

from specnet.audio.files import BLOCK
from specnet.units import Seconds

TURNS = 3

TABLES = ("scan", "chunks", "cold", "memory", "jobs", "size")


@click.command()
@click.argument("tables", nargs=-1, type=click.Choice(TABLES), metavar="[scan|chunks|cold|memory|jobs|size]...")
@click.option("--rounds", default=30, show_default=True)
@click.option("--model", default="welcome", show_default=True)
@click.option("--hours", default=24, show_default=True, help="The longer of two recordings whose memory is measured.")
def main(tables: tuple[str, ...], rounds: int, model: str, hours: int) -> None:
    """Print the tables, or only some of them."""
    click.echo(f"{machine()}\n")
    with TemporaryDirectory() as folder:
        file = Path(folder, "sound.wav")
        file.write_bytes(b"".join(wav((rounds + 2) * TURN * BLOCK / 3600)))
        build = {
            "scan": lambda: scan_table(model, file, installed(), rounds),
            "chunks": lambda: chunk_table(model, file, installed(), rounds),
            "cold": lambda: cold_table(model, min(rounds, 9)),
            "memory": lambda: memory_table(model, hours),
            "jobs": lambda: jobs_table(model, Path(folder)),
            "size": size_table,
        }
        for table in tables or TABLES:
            click.echo(build[table]())


def machine() -> str:
    """What the figures are of."""
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    packages = ["numpy", "onnxruntime", *filter(lambda name: find_spec(OTHERS[name][0]), OTHERS)]
    return (
        f"{date.today()}, {cpu.partition(': ')[2]}, {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f},"
        f" Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages)
    )


def chunk_seconds(name: str, model: str, file: Path, length: Seconds, count: int) -> list[float]:
    """Seconds that an engine takes for each chunk, in a process in which no other engine's threads are awake."""
    feed = engine(name, model)
    return [timed(feed, chunk)[0] for chunk in islice(sound(file, length), count)]


def chunk_table(model: str, file: Path, others: Sequence[str], rounds: int) -> str:
    """What a chunk of a stream takes: its median, and what one in a hundred exceeds."""
    rows = []
    for milliseconds in (30, 80):
        engines = ["specnet", *others]
        if milliseconds % 80 and "openwakeword" in engines:
            engines.remove("openwakeword")
        seconds: dict[str, list[float]] = {name: [] for name in engines}
        for _ in range(TURNS):
            for name in engines:
                with get_context("spawn").Pool(1) as alone:
                    arguments = name, model, file, milliseconds / 1000, 100 * rounds // TURNS
                    seconds[name] += alone.apply(chunk_seconds, arguments)
        ours = median(seconds["specnet"])
        for name, values in seconds.items():
            aim = {"specnet": "p99 at most 1 ms", "openwakeword": "at most 0.25"}.get(name, "")
            p99 = np.quantile(values, 0.99) * 1000
            middle = f"{median(values) * 1000:.3f}", f"{p99:.3f}", f"{ours / median(values):.2f}"
            rows.append([f"{milliseconds} ms", name, *middle, aim if milliseconds == 80 else ""])
    return markdown(["chunks", "engine", "median ms", "p99 ms", "ratio", "aim"], rows)


if __name__ == "__main__":
    main()
