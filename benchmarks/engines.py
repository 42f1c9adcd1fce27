"""Wake-word engines to be fed with sound as it comes, ours and those of others that are installed."""

import time
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import click
import numpy as np
from numpy.typing import NDArray

from specnet.app.detect import Detector
from specnet.audio.files import RATE, read

R = TypeVar("R")
Pcm = NDArray[np.int16]
Feed = Callable[[Pcm], object]
"""Listens to any number of samples at 16 kHz; openWakeWord takes multiples of 80 ms."""

WORD = "alexa"


def specnet(model: str | Path) -> Feed:
    stream = Detector.load(model).stream(RATE)
    return lambda pcm: stream.push(pcm * np.float32(2**-15))


def micro_wake_word() -> Feed:
    from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

    model, features = MicroWakeWord.from_builtin(Model(WORD)), MicroWakeWordFeatures()
    return lambda pcm: [model.process_streaming_prob(frame) for frame in features.process_streaming(pcm.tobytes())]


def open_wake_word() -> Feed:
    from openwakeword.model import Model

    model = Model(wakeword_models=[WORD], inference_framework="onnx")
    return lambda pcm: [model.predict(chunk) for chunk in pcm.reshape(-1, 1280)]


def py_open_wake_word() -> Feed:
    from pyopen_wakeword import Model, OpenWakeWord, OpenWakeWordFeatures

    model, features = OpenWakeWord.from_builtin(Model(WORD)), OpenWakeWordFeatures.from_builtin()

    def feed(pcm: Pcm) -> list[float]:
        return [score for seen in features.process_streaming(pcm.tobytes()) for score in model.process_streaming(seen)]

    return feed


def pocketsphinx() -> Feed:
    from pocketsphinx import Decoder

    decoder = Decoder(lm=None, keyphrase=WORD, loglevel="FATAL")
    decoder.start_utt()
    return lambda pcm: decoder.process_raw(pcm.tobytes())


OTHERS: Mapping[str, tuple[str, Callable[[], Feed]]] = {
    "pymicro-wakeword": ("pymicro_wakeword", micro_wake_word),
    "openwakeword": ("openwakeword", open_wake_word),
    "pyopen-wakeword": ("pyopen_wakeword", py_open_wake_word),
    "pocketsphinx": ("pocketsphinx", pocketsphinx),
}


def installed() -> list[str]:
    """Those that are, by the name of their package; a line on standard error for one that is not."""
    for package, (module, _) in OTHERS.items():
        if not find_spec(module):
            click.echo(f"without {package}: pip install '.[bench]' would add it", err=True)
    return [package for package, (module, _) in OTHERS.items() if find_spec(module)]


def engine(name: str, model: str | Path) -> Feed:
    """One of the others, or ours with this model, ready to listen."""
    return specnet(model) if name == "specnet" else OTHERS[name][1]()


def sound(file: Path, seconds: float) -> Iterator[Pcm]:
    samples = np.rint(read(file) * 32768).astype(np.int16)
    step = round(seconds * RATE)
    return (samples[first : first + step] for first in range(0, len(samples) - step + 1, step))


def timed(work: Callable[..., R], *arguments: object) -> tuple[float, R]:
    """Seconds of the processor, and what `work` gives."""
    begin = time.process_time()
    result = work(*arguments)
    return time.process_time() - begin, result
