"""A recording as a network hears it: its features, the scores over time, and the window that one score sees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from specnet.features.logmel import LogMel
from specnet.inspect.fields import Field, Layer
from specnet.inspect.subject import Subject
from specnet.scan import LEAD_OUT
from specnet.timeline import FrameGrid, Segment
from specnet.units import Seconds


@dataclass(frozen=True)
class Hearing:
    """The log-mel `features` ``[1, bands, T]`` of a recording that lies in silence, as in a scan.

    Frame *f* of them is ``features.grid.start(f)`` of the recording's own time, and frame *i* of `scan` is score *i*.
    """

    features: Tensor
    logmel: LogMel
    scan: FrameGrid
    duration: Seconds

    @classmethod
    def of(cls, waveform: NDArray[np.float32], subject: Subject, logmel: LogMel, scan: FrameGrid) -> Hearing:
        """Hear a waveform ``[N]`` at the rate of `logmel`; `scan` is the grid of a `Scanner` of this network."""
        silence = np.zeros(-scan.offset, np.float32), np.zeros(round(LEAD_OUT * scan.sample_rate), np.float32)
        features = logmel(np.concatenate([silence[0], waveform, silence[1]]).astype(np.float32, copy=False))
        return cls(torch.from_numpy(features)[None], logmel, scan, len(waveform) / scan.sample_rate)

    @property
    def frames(self) -> FrameGrid:
        """When each frame of the features is."""
        return FrameGrid(self.logmel.hop, self.logmel.n_fft, self.scan.sample_rate, self.scan.offset)

    @torch.no_grad()
    def evidence(self, subject: Subject) -> NDArray[np.float32]:
        """What speaks for each label at each score, ``[T, labels]``: see `Subject`."""
        found: NDArray[np.float32] = subject(self.features)[0].T.numpy()
        return found

    def window(self, score: int, subject: Subject) -> Tensor:
        """The features that one score sees, of `subject.size`, with a batch of 1."""
        first = score * self.scan.stride // self.logmel.hop
        return self.features[..., first : first + subject.size[-1]]

    def grid(self, layer: Layer, score: int = 0) -> FrameGrid:
        """When each position of a layer is: of the window of one score, or, as this begins with score 0, of all.

        What a `level` looks back at moves no position: see `Layer`.
        """
        return seconds_of(layer.columns, self.frames, score * self.scan.stride // self.logmel.hop)

    def at(self, score: int) -> FrameGrid:
        """When each frame of the window of one score is."""
        return seconds_of(Field(0, 1, 1), self.frames, score * self.scan.stride // self.logmel.hop)

    def best(self, evidence: NDArray[np.float32], start: Seconds, end: Seconds) -> int | None:
        """The score of a label (``[T]`` of its evidence) that is highest from second `start` to `end`, if any is then.

        The time of a score is the end of its window.
        """
        first = max(0, math.ceil(self._index(start)))
        last = min(len(evidence), math.floor(self._index(end)) + 1)
        return first + int(evidence[first:last].argmax()) if first < last else None

    def peak(self, evidence: NDArray[np.float32], segment: Segment) -> int:
        """The score at which a segment was found, from the evidence ``[T]`` of its label."""
        step = self.scan.stride / self.scan.sample_rate
        last = segment.peak + step if segment.peak < self.duration else self.duration + LEAD_OUT
        score = self.best(evidence, segment.peak - step, last)
        assert score is not None
        return score

    def _index(self, time: Seconds) -> float:
        return (time - self.scan.end(0)) * self.scan.sample_rate / self.scan.stride


def seconds_of(field: Field, frames: FrameGrid, first: int = 0) -> FrameGrid:
    """What positions see of frames, in seconds; the `first` frame is the one that `field` counts from.

    >>> grid = seconds_of(Field(0, 2, 5), FrameGrid(160, 512, 16_000), first=100)
    >>> grid.start(0), grid.end(0), grid.start(1)
    (1.0, 1.072, 1.02)
    """
    span = (field.span - 1) * frames.stride + frames.receptive_field
    offset = frames.offset + (first + field.first) * frames.stride
    return FrameGrid(field.stride * frames.stride, span, frames.sample_rate, offset)
