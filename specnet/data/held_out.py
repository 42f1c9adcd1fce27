"""Sound that a model is judged by, and where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from specnet.data.clips import Clip
from specnet.data.interval import Interval, overlapping
from specnet.data.scenes import Scene, SceneComposer
from specnet.data.utterance import SAMPLE_RATE
from specnet.units import Seconds

STREAM: Seconds = 60.0  # held-out speech is joined to recordings of about this length
SPLICED = "spliced"
EDGE: Seconds = 0.02  # of a word, where the voice before it may still be heard


@dataclass(frozen=True)
class Stream:
    """Recordings after one another, as one; in none of them a label is said."""

    clips: tuple[Clip, ...]

    @property
    def waveform(self) -> NDArray[np.float32]:
        """All of it, float32 [samples] at 16 kHz, read anew each time."""
        return np.concatenate([clip.load().waveform for clip in self.clips])

    def at(self, time: Seconds) -> tuple[Clip, Seconds]:
        """The recording that is heard at a time (the last one, at its end and after), and the second of it.

        >>> clips = [Clip("a.int16", name, 0, 32000) for name in ("a", "b")]
        >>> clip, second = Stream(tuple(clips)).at(2.5)
        >>> clip.name, second
        ('b', 0.5)
        """
        ends = list(accumulate(clip.duration for clip in self.clips))
        index = min(int(np.searchsorted(ends, time, side="right")), len(ends) - 1)
        clip = self.clips[index]
        return clip, time - (ends[index] - clip.duration)


@dataclass(frozen=True)
class HeldOut:
    """Sound for checkpoint choice and calibration: composed scenes with the word, streams of speech without it.

    `scenes` are those of a training, in voices held out of it.
    """

    positives: Sequence[Scene]
    negatives: Sequence[Stream]
    scenes: SceneComposer


def streams(clips: Sequence[Clip]) -> list[Stream]:
    """The clips of a source after one another, in recordings of about `STREAM` seconds.

    >>> [len(stream.clips) for stream in streams([Clip("a.int16", "a", 0, 25 * SAMPLE_RATE)] * 7)]
    [3, 3, 1]
    """
    made: list[Stream] = []
    waiting: list[Clip] = []
    for clip in clips:
        waiting.append(clip)
        if sum(each.length for each in waiting) > STREAM * SAMPLE_RATE:
            made.append(Stream(tuple(waiting)))
            waiting = []
    return [*made, Stream(tuple(waiting))] if waiting else made


def made_of(scene: Scene, word: Interval) -> str:
    """How a word of a scene came about: the source that says it (an engine, a folder), or `SPLICED` of several voices.

    Empty where nobody knows.

    >>> voices = (Interval("talks/ann", 0.0, 1.0), Interval("kokoro/af_heart", 1.0, 2.0))
    >>> scene = Scene(np.zeros(32000, np.float32), voices=voices)
    >>> made_of(scene, Interval("hey", 1.0, 1.5)), made_of(scene, Interval("hey", 0.8, 1.2))
    ('kokoro', 'spliced')
    """
    said_by = overlapping(scene.voices, word.start + EDGE, word.end - EDGE)
    return SPLICED if len(said_by) > 1 else "".join(voice.label.rpartition("/")[0] for voice in said_by)
