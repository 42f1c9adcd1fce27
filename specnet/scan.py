"""The scan: a waveform, chunk by chunk, becomes scores on a frame grid."""

from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.features.logmel import Floats
from specnet.runtime.bundle import Bundle
from specnet.runtime.step import OnnxStep, State
from specnet.timeline import FrameGrid
from specnet.units import Samples, Seconds

Array: TypeAlias = NDArray[np.float32]

PIECE: Seconds = 10.0
"""Longer chunks are cut: what is worked on at once fits the cache, and memory stays bounded."""

LEAD_OUT: Seconds = 0.5
"""Silence put after the end, for scores peak shortly after a word."""


@dataclass(frozen=True, slots=True)
class Track:
    """Consecutive frames of a scan, from number `first`: `scores` ``[T, labels]`` in 0..1, and where the network tells
    it, `bounds` ``[T, 2]``: seconds from the end of the frame's window back to the word's start and end."""

    first: int
    scores: Array
    bounds: Array | None = None


@dataclass(frozen=True, slots=True)
class ScanState:
    """Everything a scan remembers: `samples` heard (of the recording), `outputs` made (of the network, the first ones
    dropped), and what the features, the network and the grouping of frames carry over."""

    samples: Samples
    outputs: int
    features: Floats
    frames: Array
    network: State


class Scan(Protocol):
    """What gives scores for sound in chunks of any size: a `Scanner`, or several that are heard together.

    Their states are values that only they understand.
    """

    @property
    def grid(self) -> FrameGrid: ...

    def start(self) -> Any: ...

    def step(self, samples: Array, state: Any) -> tuple[Track, Any]: ...

    def finish(self, state: Any) -> Track: ...

    def duration(self, state: Any) -> Seconds: ...


class Scanner:
    """Scores of a model over a recording at the model's sample rate, in chunks of any size.

    The recording is taken to lie in silence: zeros before it, so that the first frame ends a stride after its start
    (two at most), and half a second of them after it. `grid` says when each frame is, in the recording's own time.
    With `align`, the grid of another scan with this stride, frames end when those of the same number end there: up to a
    stride more of zeros comes before the recording.
    """

    def __init__(self, bundle: Bundle, align: FrameGrid | None = None) -> None:
        self.features, network = bundle.features, bundle.grid
        self._step = OnnxStep(bundle)
        hop = self.features.hop
        self._lead_in = max(0, network.receptive_field - network.stride)
        frames = Window(kernel=(network.receptive_field - self.features.n_fft) // hop + 1, stride=network.stride // hop)
        self._stride, self._warm_up = frames.stride, frames.warm_up
        # The network's output j ends with its input frame (j + 1) * stride.
        first = (frames.warm_up + 1) * frames.stride - frames.kernel
        offset = first * hop - self._lead_in
        if align is not None:
            early = align.offset + align.receptive_field - (offset + network.receptive_field)
            self._lead_in += -early % network.stride
            self._warm_up += -(-early // network.stride)
            offset += early
        self.grid = FrameGrid(network.stride, network.receptive_field, network.sample_rate, offset)
        self._bands, self._labels = self.features.bands, len(bundle.labels)

    def start(self) -> ScanState:
        """The state of a scan that is about to hear the first sample."""
        frames = np.zeros((self._bands, 0), np.float32)
        state = ScanState(0, 0, self.features.start(), frames, self._step.start())
        return self._listen(np.zeros(self._lead_in, np.float32), state)[1]

    def step(self, samples: Array, state: ScanState) -> tuple[Track, ScanState]:
        """The frames that `samples` ``[N]``, in [-1, 1], complete."""
        track, after = self._listen(samples.astype(np.float32, copy=False), state)
        return track, replace(after, samples=state.samples + len(samples))

    def finish(self, state: ScanState) -> Track:
        """The frames that end in the silence after the recording."""
        return self._listen(np.zeros(round(LEAD_OUT * self.grid.sample_rate), np.float32), state)[0]

    def duration(self, state: ScanState) -> Seconds:
        """How much of the recording has been heard."""
        return state.samples / self.grid.sample_rate

    def _listen(self, samples: Array, state: ScanState) -> tuple[Track, ScanState]:
        if samples.ndim != 1:
            raise SpecnetError(f"samples of shape {samples.shape}: must be one channel, of shape [N]")
        piece = round(PIECE * self.grid.sample_rate)
        first = max(0, state.outputs - self._warm_up)
        scores = [np.zeros((0, self._labels), np.float32)]
        bounds = [np.zeros((0, 2), np.float32)] if self._step.has_bounds else []
        for begin in range(0, len(samples), piece):
            heard, carried = self.features.step(samples[begin : begin + piece], state.features)
            frames = np.concatenate([state.frames, heard.astype(np.float32, copy=False)], axis=1)
            ready = frames.shape[1] // self._stride * self._stride
            state = replace(state, features=carried, frames=frames[:, ready:].copy())
            if ready:
                score, bound, network = self._step.step(np.ascontiguousarray(frames[:, :ready]), state.network)
                fresh = max(0, self._warm_up - state.outputs)
                scores.append(score[fresh:])
                if bound is not None:
                    bounds.append(bound[fresh:])
                state = replace(state, outputs=state.outputs + len(score), network=network)
        return Track(first, np.concatenate(scores), np.concatenate(bounds) if bounds else None), state
