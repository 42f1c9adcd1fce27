"""What a file takes, block by block: ours whole and in parts, with eight more words, and other engines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import numpy as np
from engines import engine, sound, timed
from welcome import markdown

from specnet.app.detect import Detector
from specnet.audio.files import BLOCK, RATE, Recording
from specnet.detect.segmenter import Segmenter
from specnet.runtime.bundle import Bundle
from specnet.runtime.step import OnnxStep
from specnet.scan import Scanner

TOGETHER, PARTS, ONE, NINE = "specnet, together", "sum of the parts", "1 word", "9 words"
WORDS = {ONE: 1, NINE: 9}
AIMS = {"pymicro-wakeword": "at most 0.33", "openwakeword": "at most 0.03"}

TURN = 3
"""Blocks that an engine hears at a time: the first finds what another engine left in the cache."""

Figures = dict[str, float]


def scan_table(model: str, file: Path, others: Sequence[str], rounds: int) -> str:
    """A file, block by block, the engines in turn."""
    names = [PARTS, TOGETHER, *(WORDS if find_spec("torch") else ()), *others]
    seconds: dict[str, list[float]] = {}
    with ExitStack() as stack:
        engines = [stack.enter_context(alone(name, model, file)) for name in names]
        for number in range(rounds + 1):
            for connection in engines:
                connection.send(True)
                for what, value in connection.recv().items() if number else ():  # the first warms up
                    seconds.setdefault(what, []).append(value * 3600 / TURN / BLOCK)
    at = {name: median(values) for name, values in seconds.items()}
    ours = at[TOGETHER]
    ratios = {name: (f"{ours / at[name]:.3f}", AIMS.get(name, "")) for name in others}
    ratios[PARTS] = f"{at[PARTS] / ours:.2f} of the whole", "at least 0.85"
    if NINE in at:
        ratios[NINE] = f"{at[NINE] / at[ONE]:.2f} of 9 to 1", "at most 1.1"
    rows = [
        [name, f"{value:.2f}", f"{min(seconds[name]):.2f}", *ratios.get(name, ("", ""))] for name, value in at.items()
    ]
    return markdown(["a file", "CPU seconds per hour", "least", "ours to it", "aim"], rows)


@contextmanager
def alone(name: str, model: str, file: Path) -> Iterator[Connection]:
    """A process that listens to a turn more of `file` whenever it is sent something, and answers with the seconds."""
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=attend, args=(there, name, model, file), daemon=True)
    process.start()
    yield here
    process.terminate()
    process.join()


def attend(connection: Connection, name: str, model: str, file: Path) -> None:
    listening = turns(name, model, file)
    while connection.recv():
        took = Counter[str]()
        for figures in islice(listening, TURN):
            took.update(figures)
        connection.send(took)


def turns(name: str, model: str, file: Path) -> Iterator[Figures]:
    """The seconds that each block of `file` takes."""
    if name == PARTS:
        return parts(Detector.load(model), file)
    if name == TOGETHER:
        return whole(Detector.load(model), file, name)
    if name in WORDS:
        return whole(Detector(random_words(Bundle.load(model), WORDS[name])), file, name)
    feed = engine(name, model)
    return ({name: timed(feed, block)[0]} for block in sound(file, BLOCK))


def parts(detector: Detector, file: Path) -> Iterator[Figures]:
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
        pieces = {"decode": decode, "features": features, "network": step, "segmenter": segment}
        yield pieces | {PARTS: sum(pieces.values())}


def whole(detector: Detector, file: Path, name: str) -> Iterator[Figures]:
    """Seconds of the whole for a block, as the program calls it."""
    stream, blocks = detector.stream(RATE), Recording(file).blocks()
    while True:
        yield {name: timed(lambda: stream.push(next(blocks)))[0]}


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
