"""Several models that listen together: their scores frame by frame, and the mean of them."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle
from specnet.scan import Array, Scanner, ScanState, Track
from specnet.timeline import FrameGrid
from specnet.units import Seconds

EnsembleState: TypeAlias = tuple[ScanState, ...]


class Ensemble:
    """A scan whose scores are the mean of those of several models, and whose bounds are that of the ones that have any.

    The models have the same labels, and as many frames a second. What they see of the sound may differ: their frames
    are aligned by the end of their windows, for that is when a word has been heard by all. Where no model tells bounds,
    the middle of a window is that of the mean window. Source: Lakshminarayanan et al. 2017, arXiv:1612.01474.

    Raises `SpecnetError` that names two models which do not fit.
    """

    def __init__(self, bundles: Sequence[Bundle]) -> None:
        first, *others = bundles
        for other in others:
            _check(first, other)
        leader = Scanner(first)
        self._scanners = (leader, *(Scanner(other, align=leader.grid) for other in others))
        field = round(np.mean([scanner.grid.receptive_field for scanner in self._scanners]))
        end = leader.grid.offset + leader.grid.receptive_field
        self.grid = FrameGrid(leader.grid.stride, field, leader.grid.sample_rate, end - field)

    def start(self) -> EnsembleState:
        """The state of a scan that is about to hear the first sample."""
        return tuple(scanner.start() for scanner in self._scanners)

    def step(self, samples: Array, state: EnsembleState) -> tuple[Track, EnsembleState]:
        """The frames that `samples` ``[N]``, in [-1, 1], complete."""
        steps = [scanner.step(samples, of) for scanner, of in zip(self._scanners, state, strict=True)]
        return _mean([track for track, _ in steps]), tuple(after for _, after in steps)

    def finish(self, state: EnsembleState) -> Track:
        """The frames that end in the silence after the recording."""
        return _mean([scanner.finish(of) for scanner, of in zip(self._scanners, state, strict=True)])

    def duration(self, state: EnsembleState) -> Seconds:
        """How much of the recording has been heard."""
        return self._scanners[0].duration(state[0])


def _mean(tracks: Sequence[Track]) -> Track:
    scores = np.stack([track.scores for track in tracks]).mean(axis=0)
    bounds = [track.bounds for track in tracks if track.bounds is not None]
    return Track(tracks[0].first, scores, np.stack(bounds).mean(axis=0) if bounds else None)


def _check(one: Bundle, other: Bundle) -> None:
    """Refuse two models whose scores have no mean."""
    for what, ours, theirs in (
        ("labels", ", ".join(one.labels), ", ".join(other.labels)),
        ("sample rate", f"{one.grid.sample_rate} Hz", f"{other.grid.sample_rate} Hz"),
        ("stride", f"{one.grid.stride} samples", f"{other.grid.stride} samples"),
    ):
        if ours != theirs:
            raise SpecnetError(
                f"models {one.name} and {other.name}: {what} {ours} and {theirs}: should be the same in an ensemble"
            )
