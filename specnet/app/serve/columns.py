"""The spectrogram that a network sees, to be drawn."""

import base64
import math
from typing import Any

import numpy as np

from specnet.app.detect import Detector
from specnet.app.stream import Array
from specnet.errors import SpecnetError
from specnet.units import Seconds

LOUDEST = 10.5
"""The logarithm of the mel power of full scale, rounded up: a sine in the middle of a wide filter reaches 10."""

LONGEST: Seconds = 2 * 3600.0
"""A picture of more would be a hundred megabytes of JSON."""


class Columns:
    """The log-mel frames of a sound at the model's rate, a byte a band: 0 is the floor of the features, 255 `LOUDEST`.

    They lie on the frames of the scan, whose first ones end in the silence before the sound: so the first column begins
    `first` seconds, at most a hop, before it.

    >>> columns = Columns(Detector.load("welcome"))
    >>> columns.layout["bands"], columns.layout["hop"], len(columns.push(np.zeros(1_600, np.float32))) % 40
    (40, 0.01, 0)
    """

    def __init__(self, detector: Detector) -> None:
        self._features, grid = detector.bundle.features, detector.grid
        before = -grid.offset % self._features.hop
        self._low = math.log(self._features.floor)
        self.layout: dict[str, Any] = {
            "bands": self._features.bands,
            "hop": self._features.hop / grid.sample_rate,
            "first": -before / grid.sample_rate,
            "window": self._features.n_fft / grid.sample_rate,
        }
        """Bands of a column (the lowest first), seconds from one to the next, where the first begins, and how long."""
        self._state = self._features.step(np.zeros(before, np.float32), self._features.start())[1]

    def push(self, samples: Array) -> bytes:
        """The columns that `samples` ``[N]`` complete, one after the other."""
        frames, self._state = self._features.step(samples, self._state)
        scaled = np.clip((frames - self._low) * (255 / (LOUDEST - self._low)), 0, 255)
        columns: bytes = np.rint(scaled).astype(np.uint8).T.tobytes()
        return columns


class Picture:
    """All columns of a recording that is not too long to be drawn."""

    def __init__(self, detector: Detector) -> None:
        self._columns, self._drawn = Columns(detector), bytearray()
        layout = self._columns.layout
        self._most = round(LONGEST / layout["hop"]) * layout["bands"]

    def push(self, samples: Array) -> None:
        """Draw `samples` ``[N]``; raises `SpecnetError` beyond `LONGEST`."""
        self._drawn += self._columns.push(samples)
        if len(self._drawn) > self._most:
            raise SpecnetError(
                f"a spectrogram of more than {LONGEST / 3600:g} hours: ask without one, or send shorter recordings"
            )

    def document(self) -> dict[str, Any]:
        """What JSON can hold: the layout of the columns, and the columns in base64."""
        return self._columns.layout | {"columns": base64.b64encode(self._drawn).decode()}
