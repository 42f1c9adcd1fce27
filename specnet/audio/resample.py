"""Sample-rate conversion of a stream, equal to converting the whole at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from specnet.errors import SpecnetError
from specnet.units import Hertz

LOWEST_RATE: Hertz = 1_000
HIGHEST_RATE: Hertz = 768_000


class StreamResampler:
    """Mono float32 at `source` hertz to mono float32 at `target` hertz, block by block (soxr, quality HQ).

    The filter's state lives in the C library, so this is an object to feed, not a value: `push` blocks of any size,
    then `finish` once. The concatenated output equals one pass over everything.

    >>> import numpy as np
    >>> resampler = StreamResampler(48_000, 16_000)
    >>> blocks = [resampler.push(np.zeros(4_800, np.float32)) for _ in range(10)]
    >>> sum(map(len, blocks)) + len(resampler.finish())
    16000

    Raises `SpecnetError` for a rate below 1 kHz or above 768 kHz.
    """

    def __init__(self, source: Hertz, target: Hertz) -> None:
        for rate in (source, target):
            if not LOWEST_RATE <= rate <= HIGHEST_RATE:
                raise SpecnetError(f"a sample rate of {rate} Hz: must be between {LOWEST_RATE} and {HIGHEST_RATE} Hz")
        self._stream: Any = None
        if source != target:
            import soxr

            self._stream = soxr.ResampleStream(source, target, 1, dtype="float32", quality="HQ")

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """What can be said after `samples` ``[N]``; may be empty, as the filter looks ahead."""
        return self._convert(samples, last=False)

    def finish(self) -> NDArray[np.float32]:
        """The rest."""
        return self._convert(np.zeros(0, np.float32), last=True)

    def _convert(self, samples: NDArray[np.float32], last: bool) -> NDArray[np.float32]:
        if self._stream is None:
            return samples
        converted: NDArray[np.float32] = self._stream.resample_chunk(samples, last=last)
        return converted
