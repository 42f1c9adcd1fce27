"""Raw sound in chunks of any size becomes blocks of samples that are worth working on."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from specnet.audio.pcm import LIVE_BLOCK, PcmFormat
from specnet.units import Seconds

MOST_WAITING = 1 << 16
"""Bytes gathered at most: 0.06 s of what sound cards give, and not of 64 channels at 768 kHz."""

PIECE: Seconds = 0.5
"""Longer ones are cut, so that whoever else waits has his turn in between."""


class Blocks:
    """Raw sound of one `form` goes in, in chunks of any size, which may end inside a sample; samples come out.

    Chunks shorter than `LIVE_BLOCK` are gathered: a step takes about as long for 10 ms as for 100 ms.

    >>> blocks = Blocks(PcmFormat(16_000, 2, 1))
    >>> [block.shape for block in blocks.push(bytes(32_001))], blocks.heard, blocks.finish().shape
    ([(8000, 1), (8000, 1)], 1.0, (0, 1))
    """

    def __init__(self, form: PcmFormat) -> None:
        self.form = form
        self._waiting, self._bytes = bytearray(), 0

    @property
    def heard(self) -> Seconds:
        """How much sound was pushed."""
        return self._bytes // self.form.frame / self.form.rate

    @property
    def torn(self) -> int:
        """How many bytes have come of a sample that is not whole yet."""
        return self._bytes % self.form.frame

    def push(self, sound: bytes) -> Iterator[NDArray[np.float32]]:
        """The samples ``[N, channels]`` that are ready, in pieces of at most half a second."""
        self._bytes += len(sound)
        self._waiting += sound
        if len(self._waiting) < min(MOST_WAITING, round(LIVE_BLOCK * self.form.rate) * self.form.frame):
            return
        gathered = self._take()
        step = round(PIECE * self.form.rate) * self.form.frame
        for begin in range(0, len(gathered), step):
            yield self.form.decode(gathered[begin : begin + step])

    def finish(self) -> NDArray[np.float32]:
        """The rest, now that nothing more will come; a sample that is not whole is lost."""
        return self.form.decode(self._take())

    def _take(self) -> bytes:
        whole = len(self._waiting) // self.form.frame * self.form.frame
        taken = bytes(self._waiting[:whole])
        del self._waiting[:whole]
        return taken
