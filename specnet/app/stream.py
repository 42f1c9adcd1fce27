"""Detection in a sound that is still going on."""

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from specnet.audio.files import NUMBERS, first_wrong
from specnet.audio.resample import StreamResampler
from specnet.detect.gate import Gate
from specnet.detect.segmenter import Segmenter
from specnet.errors import SpecnetError
from specnet.scan import Scan, Track
from specnet.timeline import Segment
from specnet.units import Seconds

Array: TypeAlias = NDArray[np.float32]


class Stream:
    """One thing being listened to: `push` blocks as they come, then `finish`.

    All the segments together are those that `Detector.detect` finds in the whole; each one is given as soon as it is
    certain, about half a second after the word.

    >>> from specnet import Detector
    >>> stream = Detector.load("welcome").stream(sample_rate=44_100)
    >>> [stream.push(np.zeros((4_410, 2))) for _ in range(3)], stream.finish()
    ([[], [], []], [])
    """

    def __init__(self, scanner: Scan, segmenter: Segmenter, gate: Gate, resampler: StreamResampler) -> None:
        self._scanner, self._segmenter, self._gate, self._resampler = scanner, segmenter, gate, resampler
        self._scan, self._segments, self._gated = scanner.start(), segmenter.start(), gate.start()
        self._finished = False

    def push(self, block: NDArray[np.floating[Any]]) -> list[Segment]:
        """What the samples of `block` (in [-1, 1], ``[N]`` or ``[N, channels]``, N may be anything) make certain."""
        return self._listen(self._resampler.push(mono(block)))

    def finish(self) -> list[Segment]:
        """The rest, now that nothing more will come."""
        segments = self._listen(self._resampler.finish())
        duration = self._scanner.duration(self._scan)
        self._finished = True
        segments += self._decide(self._scanner.finish(self._scan), duration)
        last, self._gated = self._gate.step(self._segmenter.finish(self._segments, duration), self._gated)
        return segments + last

    def _listen(self, samples: Array) -> list[Segment]:
        if self._finished:
            raise SpecnetError("the stream is finished: ask the detector for a new one")
        track, self._scan = self._scanner.step(samples, self._scan)
        return self._decide(track, math.inf)

    def _decide(self, track: Track, duration: Seconds) -> list[Segment]:
        found, self._segments = self._segmenter.step(track, self._segments, duration)
        passed, self._gated = self._gate.step(found, self._gated)
        return passed


def mono(samples: NDArray[np.floating[Any]]) -> Array:
    """The mean of the channels of samples ``[N]`` or ``[N, channels]``; refuses what is no sound in floats.

    >>> mono(np.array([[0.0, 0.5], [1.0, 0.5]]))
    array([0.25, 0.75], dtype=float32)
    """
    if not np.issubdtype(samples.dtype, np.floating):
        raise SpecnetError(f"samples of {samples.dtype}: must be floats in [-1, 1] (16-bit integers: divide by 32768)")
    if samples.ndim not in (1, 2) or 0 in samples.shape[1:]:
        raise SpecnetError(f"samples of shape {samples.shape}: must be [N] or [N, channels]")
    if (at := first_wrong(samples)) is not None:
        raise SpecnetError(f"a sample is {samples.flat[at]:g}: {NUMBERS}")
    return (samples if samples.ndim == 1 else samples.mean(axis=1)).astype(np.float32, copy=False)
