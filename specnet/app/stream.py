"""Detection in a sound that is still going on."""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from specnet.audio.resample import StreamResampler
from specnet.audio.source import mono
from specnet.detect.gate import Gate
from specnet.detect.once import Once
from specnet.detect.segmenter import Segmenter
from specnet.detect.trigger import Trigger
from specnet.errors import SpecnetError
from specnet.scan import Scan, Track
from specnet.timeline import Segment
from specnet.units import Seconds

Array: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a block of sound made certain: words whose bounds are still `interim`, and whole `segments`.

    `words` has each once, as early as that is sure: as an interim word, or as a segment, where the former begins inside
    the segment before it, and may be the same word.

    Every segment was an interim word before, about half a second earlier, with bounds and a score that are nearly those
    of the segment. Where one word follows so closely that both are taken for the same one, it stays interim.
    """

    interim: list[Segment]
    segments: list[Segment]
    words: list[Segment]

    def __add__(self, other: "Heard") -> "Heard":
        return Heard(self.interim + other.interim, self.segments + other.segments, self.words + other.words)


class Stream:
    """One thing being listened to: `push` blocks as they come, then `finish`.

    All the segments together are those that `Detector.detect` finds in the whole; each one is given as soon as it is
    certain, about half a second after the word. Whoever cannot wait for that calls `hear` and `end` instead, which
    also tell that there is a word.

    >>> from specnet import Detector
    >>> stream = Detector.load("welcome").stream(sample_rate=44_100)
    >>> [stream.push(np.zeros((4_410, 2))) for _ in range(3)], stream.finish()
    ([[], [], []], [])
    """

    def __init__(
        self, scanner: Scan, segmenter: Segmenter, trigger: Trigger, gate: Gate, resampler: StreamResampler
    ) -> None:
        self._scanner, self._segmenter, self._resampler = scanner, segmenter, resampler
        self._trigger, self._gate = trigger, gate
        self._scan, self._segments = scanner.start(), segmenter.start()
        self._triggered, self._gated = trigger.start(), gate.start()
        self._once = Once()
        self._told = self._once.start()
        self._finished = False
        self.scores: Array = np.zeros(len(segmenter.labels), np.float32)
        """Those of the last frame, one for each label of the model."""

    def push(self, block: NDArray[np.floating[Any]]) -> list[Segment]:
        """What the samples of `block` (in [-1, 1], ``[N]`` or ``[N, channels]``, N may be anything) make certain."""
        return self.hear(block).segments

    def finish(self) -> list[Segment]:
        """The rest, now that nothing more will come."""
        return self.end().segments

    def hear(self, block: NDArray[np.floating[Any]]) -> Heard:
        """What `push` gives, and what is interim."""
        return self._listen(self._resampler.push(mono(block)))

    def end(self) -> Heard:
        """What `finish` gives, and what is interim."""
        heard = self._listen(self._resampler.finish())
        duration = self._scanner.duration(self._scan)
        self._finished = True
        silence = self._decide(self._scanner.finish(self._scan), duration)
        return heard + silence + self._pass([], self._segmenter.finish(self._segments, duration))

    def _listen(self, samples: Array) -> Heard:
        if self._finished:
            raise SpecnetError("the stream is finished: ask the detector for a new one")
        track, self._scan = self._scanner.step(samples, self._scan)
        return self._decide(track, math.inf)

    def _decide(self, track: Track, duration: Seconds) -> Heard:
        self.scores = track.scores[-1] if len(track.scores) else self.scores
        interim, self._triggered = self._trigger.step(track, self._triggered, duration)
        found, self._segments = self._segmenter.step(track, self._segments, duration)
        return self._pass(interim, found)

    def _pass(self, interim: list[Segment], candidates: list[Segment]) -> Heard:
        segments, self._gated = self._gate.step(candidates, self._gated)
        words, self._told = self._once.step(interim, segments, self._told)
        return Heard(interim, segments, words)
