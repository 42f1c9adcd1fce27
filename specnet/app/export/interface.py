"""What an exported model takes and gives, the same in every format, and what it says about itself."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from specnet import __version__
from specnet.runtime.bundle import Bundle
from specnet.runtime.step import State
from specnet.scan import LEAD_OUT, Scanner, ScanState, Track
from specnet.timeline import FrameGrid
from specnet.units import Samples


@dataclass(frozen=True)
class Interface:
    """`samples` ``[1, n]`` and `state` ``[1, N]`` to `scores` ``[1, frames, labels]``, `bounds` ``[1, frames, 2]``
    where the network tells them, and `next_state` ``[1, N]``; all float32.

    n is any multiple of the stride, one frame for each. A stream starts from zeros: the first number of a state says
    whether anything was heard, and where it is 0, the `start` is what counts: that of a scan which has heard silence.
    Then come the samples that later frames still need, and the states of the network.

    >>> interface = Interface(Bundle.load("welcome"))
    >>> interface.carried, interface.skip, interface.size
    (352, 0, 14673)
    """

    bundle: Bundle

    @property
    def grid(self) -> FrameGrid:
        """When each frame is, in the recording's own time."""
        return self._scanner.grid

    @property
    def carried(self) -> Samples:
        """How many samples a state keeps: those that the next frame needs, and those after its end."""
        return self.bundle.features.n_fft - self.bundle.features.hop + self.delay

    @property
    def delay(self) -> Samples:
        """How long before the last sample the last frame ends, where frames do not end with whole strides."""
        return -self._first_end % self.grid.stride

    @property
    def lead_out(self) -> Samples:
        """How many zeros to send after a recording, for the frames that a scan hears in the silence after it."""
        return round(LEAD_OUT * self.grid.sample_rate) + self.delay

    @property
    def skip(self) -> int:
        """How many scores come before the first frame of the grid: a scan leaves them out."""
        return -(-self._first_end // self.grid.stride) - 1

    @property
    def has_bounds(self) -> bool:
        """Whether the network tells where a word starts and ends."""
        return self._begin[0].bounds is not None

    @property
    def network(self) -> State:
        """The states of the network at the start of a recording."""
        return self._begin[1].network

    @property
    def start(self) -> NDArray[np.float32]:
        """What a state of zeros stands for, ``[1, N - 1]``."""
        silence = np.zeros(self.carried, np.float32)
        return np.concatenate([silence, *(state.ravel() for state in self.network)])[None]

    @property
    def size(self) -> int:
        """How many numbers a state has, N."""
        return 1 + self.start.size

    def metadata(self) -> dict[str, str]:
        """What the file says: text as it is, numbers and lists as JSON; lengths in samples, times in seconds."""
        card, grid = self.bundle.card, self.grid
        said = {
            "name": card.name,
            "sha256": self.bundle.sha256,
            "specnet": __version__,
            "labels": card.labels,
            "reported": card.reported,
            "sample_rate": grid.sample_rate,
            "bands": card.features.bands,
            "n_fft": card.features.n_fft,
            "hop": card.features.hop,
            "stride": grid.stride,
            "receptive_field": grid.receptive_field,
            "offset": grid.offset,
            "first_centre": grid.centre(0),
            "skip": self.skip,
            "lead_out": self.lead_out,
            "carried": self.carried,
            "state_size": self.size,
            "bounds": self.has_bounds,
            "operating_points": [asdict(point) for point in card.operating_points],
            "licences": [{"name": source.get("name"), "licence": source.get("licence")} for source in card.data],
        }
        return {key: value if isinstance(value, str) else json.dumps(value) for key, value in said.items()}

    @property
    def _first_end(self) -> Samples:
        return self.grid.offset + self.grid.receptive_field

    @cached_property
    def _scanner(self) -> Scanner:
        return Scanner(self.bundle)

    @cached_property
    def _begin(self) -> tuple[Track, ScanState]:
        return self._scanner.step(np.zeros(0, np.float32), self._scanner.start())
