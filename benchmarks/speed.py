"""How fast the scanner is beside other wake-word engines: figures of one run, on one thread, for the same sound.

    python benchmarks/speed.py [TABLE...] [--rounds 30] [--model welcome] [--hours 24]

What counts is the time of the processor, so that other work on the machine adds little, and the engines take turns, so
that it adds to all alike; figures are medians over the rounds, of 30 s of sound each. Only --jobs is told by the clock,
and means nothing on a machine that does something else. The others hear samples from memory, ours from a WAV file.
`pip install '.[bench,train]'` installs the others, and what makes a model of nine words.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy reads them

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

import click
import numpy as np
from engines import OTHERS, Feed, Pcm, others, specnet
from memory import wav
from processes import cold_table, jobs_table, memory_table, size_table
from welcome import markdown

from specnet.app.detect import Detector
from specnet.audio.files import BLOCK, RATE, Recording, read
from specnet.detect.segmenter import Segmenter
from specnet.runtime.bundle import Bundle
from specnet.runtime.step import OnnxStep
from specnet.scan import Scanner
from specnet.units import Seconds

KEYWORDS = 9
TURNS = 3
TOGETHER = "specnet, together"
TURN = 3
"""Blocks that an engine hears at a time: the first finds what another engine left in the cache."""

TABLES = ("scan", "chunks", "cold", "memory", "jobs", "size")

Figures = dict[str, list[float]]
R = TypeVar("R")


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
            "scan": lambda: scan_table(model, file, others(), rounds),
            "chunks": lambda: chunk_table(model, file, others(), rounds),
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


def timed(work: Callable[..., R], *arguments: object) -> tuple[float, R]:
    """Seconds of the processor, and what `work` gives."""
    begin = time.process_time()
    result = work(*arguments)
    return time.process_time() - begin, result


def scan_table(model: str, file: Path, feeds: Mapping[str, Feed], rounds: int) -> str:
    """A file, block by block: ours whole and in parts, with eight more words, and the others."""
    detector, seconds = Detector.load(model), Figures()
    turns = [parts(detector, file), whole(detector, file, TOGETHER)]
    if find_spec("torch"):
        turns += [whole(Detector(random_words(detector.bundle, n)), file, f"{n} words") for n in (1, KEYWORDS)]
    turns += [heard(name, feed, file) for name, feed in feeds.items()]
    for number in range(rounds + 1):
        for turn in turns:
            took = Counter[str]()
            for figures in islice(turn, TURN):
                took.update(figures)
            for name, value in took.items() if number else ():  # the first warms up
                seconds.setdefault(name, []).append(value * 3600 / TURN / BLOCK)
    at = {name: median(values) for name, values in seconds.items()}
    ours, pieces = at[TOGETHER], sum(at[name] for name in ("decode", "features", "network", "segmenter"))
    ratios = {"sum of the parts": (pieces / ours, "at least 0.85")}
    at["sum of the parts"] = pieces
    if f"{KEYWORDS} words" in at:
        ratios[f"{KEYWORDS} words"] = at[f"{KEYWORDS} words"] / at["1 words"], "at most 1.1, to 1 word"
    aims = {"pymicro-wakeword": "at most 0.33", "openwakeword": "at most 0.03"}
    ratios |= {name: (ours / at[name], aims.get(name, "")) for name in feeds}
    rows = [
        [name, f"{value:.2f}", f"{min(seconds.get(name, [value])):.2f}", *ratio(ratios.get(name))]
        for name, value in at.items()
    ]
    return markdown(["a file", "CPU seconds per hour", "least", "ratio", "aim"], rows)


def ratio(entry: tuple[float, str] | None) -> tuple[str, str]:
    return ("", "") if entry is None else (f"{entry[0]:.3f}", entry[1])


def parts(detector: Detector, file: Path) -> Iterator[dict[str, float]]:
    """Seconds that each part takes for a block when called alone."""
    bundle, scanner = detector.bundle, Scanner(detector.bundle)
    network, segmenter = OnnxStep(bundle), Segmenter(bundle.labels, scanner.grid, least=detector.threshold())
    frames_left = np.zeros((bundle.features.bands, 0), np.float32)
    stride = bundle.grid.stride // bundle.features.hop
    carried, state, scan, found = bundle.features.start(), network.start(), scanner.start(), segmenter.start()
    blocks = Recording(file).blocks()
    while True:
        decode, block = timed(next, blocks)
        features, (frames, carried) = timed(bundle.features.step, block, carried)
        frames = np.concatenate([frames_left, frames], axis=1)
        ready = frames.shape[1] // stride * stride
        frames_left = frames[:, ready:]
        step, (_, _, state) = timed(network.step, np.ascontiguousarray(frames[:, :ready]), state)
        track, scan = scanner.step(block, scan)
        segment, (_, found) = timed(segmenter.step, track, found)
        yield {"decode": decode, "features": features, "network": step, "segmenter": segment}


def whole(detector: Detector, file: Path, name: str) -> Iterator[dict[str, float]]:
    """Seconds of the whole for a block, as the program calls it."""
    stream, blocks = detector.stream(RATE), Recording(file).blocks()
    while True:
        yield {name: timed(lambda: stream.push(next(blocks)))[0]}


def heard(name: str, feed: Feed, file: Path) -> Iterator[dict[str, float]]:
    """Seconds that an engine of others takes for as much."""
    for block in sound(file, BLOCK):
        yield {name: timed(feed, block)[0]}


def sound(file: Path, seconds: float) -> Iterator[Pcm]:
    samples = np.rint(read(file) * 32768).astype(np.int16)
    step = round(seconds * RATE)
    return (samples[first : first + step] for first in range(0, len(samples) - step + 1, step))


def random_words(bundle: Bundle, count: int) -> Bundle:
    """The network of a model with fresh weights, for `count` words, of which it finds none: its head is zero."""
    from specnet.models.build import build, save_weights
    from specnet.models.export import step_graph
    from specnet.models.heads import Head, Keyword

    network = bundle.card.recipe["network"]
    members = network.get("members", 1)
    trunk = build(network["preset"], overrides=network["overrides"] | {"members": members})
    keyword = Keyword(trunk, Head("softmax", trunk.output[0], count, boundaries=True, members=members))
    keyword.head.output.weight.data.zero_()
    card = replace(bundle.card, labels=tuple(map(str, range(count))))
    return Bundle(card, step_graph(keyword), save_weights(keyword), b"")


def chunk_seconds(name: str, model: str, file: Path, length: Seconds, count: int) -> list[float]:
    """Seconds that an engine takes for each chunk, in a process in which no other engine's threads are awake."""
    feed = specnet(model) if name == "specnet" else OTHERS[name][1]()
    return [timed(feed, chunk)[0] for chunk in islice(sound(file, length), count)]


def chunk_table(model: str, file: Path, feeds: Mapping[str, Feed], rounds: int) -> str:
    """What a chunk of a stream takes: its median, and what one in a hundred exceeds."""
    rows = []
    for milliseconds in (30, 80):
        engines = ["specnet", *feeds]
        if milliseconds % 80 and "openwakeword" in engines:
            engines.remove("openwakeword")
        seconds: Figures = {name: [] for name in engines}
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
