"""Wake-word engines of others, made to answer like ours: with every peak of their score, however low.

Each is there if its package is installed (`pip install '.[bench]'`), and has the words that the package brings models
for; pocketsphinx needs none, it has the words of its dictionary. All hear a recording with the same silence around it,
long enough that nothing of the recording before is left in them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from specnet.app.evaluate import OWN_RATE
from specnet.audio.files import RATE, read
from specnet.detect.segmenter import Segmenter
from specnet.scan import Track
from specnet.timeline import FrameGrid, Segment
from specnet.units import Samples, Seconds

Pcm = NDArray[np.int16]

LEAD: Samples = 32 * 1280
TAIL: Samples = 16 * 1280
"""Silence before and after a recording: whole chunks of openWakeWord, whose scores look back 2.04 s."""

REFRACTORY: Seconds = 1.0
"""Peaks of a score closer than this are one."""

LEAST = 1e-60
"""`kws_threshold` of pocketsphinx: a hundred false alarms and more an hour."""

SPELT = {"snowboy": "snow boy"}
"""Words that are not in pocketsphinx's dictionary, as Picovoice's benchmark gives them to it."""

HEARD: Samples = 2 * RATE
"""What a score is about, roughly; where in the recording a peak is written down follows from it."""


@dataclass(frozen=True)
class Peer(ABC):
    """An engine with a word; `own` is the threshold that it comes with, whatever is asked for."""

    name: str
    label: str
    own: float

    @property
    def labels(self) -> Sequence[str]:
        return (self.label,)

    def threshold(self, false_alarms_per_hour: float = OWN_RATE) -> float:
        return self.own

    @abstractmethod
    def candidates(self, source: Path, /) -> tuple[Sequence[Segment], Seconds]:
        """Every peak of its score in a recording, and the length of that."""


@dataclass(frozen=True)
class Scores(Peer):
    """An engine with a score (0..1) for every `stride` samples, as `listen` gives it for a whole recording."""

    stride: Samples
    listen: Callable[[Pcm], Iterable[float]]

    def candidates(self, source: Path, /) -> tuple[Sequence[Segment], Seconds]:
        pcm, duration = _padded(source)
        scores = np.fromiter(self.listen(pcm), np.float32)[:, None]
        segmenter = Segmenter(self.labels, FrameGrid(self.stride, HEARD, RATE, self.stride - HEARD - LEAD), REFRACTORY)
        found, state = segmenter.step(Track(0, scores), segmenter.start(), duration)
        return [*found, *segmenter.finish(state, duration)], duration


def _padded(source: Path) -> tuple[Pcm, Seconds]:
    """The samples of a recording with silence around them, and how long it is without."""
    sound = read(source)
    pcm = np.rint(np.clip(sound, -1, 1) * 32767).astype(np.int16)
    return np.pad(pcm, (LEAD, TAIL)), len(sound) / RATE


def open_wake_word(label: str) -> Scores | None:
    """openWakeWord, fed with chunks of 80 ms."""
    import openwakeword
    from openwakeword.model import Model

    name = label.replace(" ", "_")
    if name not in openwakeword.models:
        return None
    model = Model(wakeword_models=[name], inference_framework="onnx")

    def listen(pcm: Pcm) -> Iterator[float]:
        for chunk in pcm[: len(pcm) // 1280 * 1280].reshape(-1, 1280):
            yield float(model.predict(chunk)[name])

    return Scores("openWakeWord", label, 0.5, 1280, listen)


def micro_wake_word(label: str) -> Scores | None:
    """microWakeWord, whose score is a mean over some steps of 30 ms."""
    from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

    name = label.replace(" ", "_")
    if name not in [model.value for model in Model]:
        return None
    model, features = MicroWakeWord.from_builtin(Model(name)), MicroWakeWordFeatures()

    def listen(pcm: Pcm) -> Iterator[float]:
        model.reset()
        features.reset()
        for number, frame in enumerate(features.process_streaming(pcm.tobytes()), start=1):
            score = model.process_streaming_prob(frame)
            if number % model.stride == 0:
                yield float(score or 0.0)

    return Scores("microWakeWord", label, model.probability_cutoff, model.stride * 160, listen)


@dataclass(frozen=True)
class Spotter(Peer):
    """pocketsphinx looking for a phrase: how likely the phrase is against any phones, peak by peak.

    The score is its own, `Segment.prob`, from 0.75 up; `own` is the threshold that it comes with. Each recording is
    normalised by its own mean, as pocketsphinx does with files.
    """

    decoder: Any

    def candidates(self, source: Path, /) -> tuple[Sequence[Segment], Seconds]:
        pcm, duration = _padded(source)
        self.decoder.start_utt()
        self.decoder.process_raw(pcm.tobytes(), full_utt=True)
        self.decoder.end_utt()
        return [self._segment(found, duration) for found in self.decoder.seg() or ()], duration

    def _segment(self, found: Any, duration: Seconds) -> Segment:
        frames = (found.start_frame, found.end_frame)
        start, end = (min(max(0.0, frame / 100 - LEAD / RATE), duration) for frame in frames)
        return Segment(self.label, start, end, end, found.prob)


def pocketsphinx(label: str) -> Spotter | None:
    """pocketsphinx's keyword spotting, at a threshold so low that it leaves out nothing that matters."""
    from pocketsphinx import Config, Decoder

    phrase = SPELT.get(label, label)
    decoder = Decoder(lm=None, kws_threshold=LEAST, loglevel="FATAL")
    if not all(decoder.lookup_word(word) for word in phrase.split()):
        return None
    decoder.add_keyphrase(label, phrase)
    decoder.activate_search(label)
    # Logarithms are to base 1.0001; a phrase's threshold is kept divided by 1024, and `prob` is lowered by 1500.
    own = Config()["kws_threshold"] ** (1 / 1024) * 1.0001**-1500
    return Spotter("pocketsphinx", label, own, decoder)


PACKAGES: Mapping[str, tuple[str, Callable[[str], Peer | None]]] = {
    "openwakeword": ("openwakeword==0.5.1", open_wake_word),
    "pymicro_wakeword": ("pymicro-wakeword==2.5.0", micro_wake_word),
    "pocketsphinx": ("pocketsphinx", pocketsphinx),
}


def installed() -> list[Callable[[str], Peer | None]]:
    """What makes an engine for a label (None: it does not have the word), of each package that is there.

    A line on standard error says how to add one that is not.
    """
    found = []
    for package, (requirement, build) in PACKAGES.items():
        if find_spec(package):
            found.append(build)
        else:
            click.echo(f"without {package}: pip install '{requirement}' would add it", err=True)
    return found
