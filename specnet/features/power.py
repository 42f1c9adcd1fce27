"""The power spectrum in numpy, framed as a stream, as `LogMel` frames it."""

from dataclasses import dataclass

import numpy as np

from specnet.core.window import Window
from specnet.features.logmel import Floats, hann
from specnet.units import Hertz, Samples


@dataclass(frozen=True)
class LogPower:
    """Natural logarithm of (power + `floor`) at ``n_fft // 2 + 1`` frequencies from 0 to half the sample rate.

    Periodic Hann windows of `window` samples lie in the middle of `n_fft`; frame *f* begins with sample ``f * hop``.

    >>> power = LogPower(16_000, n_fft=512, window=400, hop=80)
    >>> frames, _ = power.step(np.ones(1072, np.float32), power.start())
    >>> frames.shape, frames.argmax(axis=0)
    ((257, 8), array([0, 0, 0, 0, 0, 0, 0, 0]))
    """

    sample_rate: Hertz
    n_fft: Samples
    window: Samples
    hop: Samples
    floor: float = 1e-10

    @property
    def frames(self) -> Window:
        """Which samples a frame sees."""
        return Window(kernel=self.n_fft, stride=self.hop)

    def start(self) -> Floats:
        """The state that has heard nothing."""
        return np.zeros(0, np.float32)

    def step(self, samples: Floats, state: Floats) -> tuple[Floats, Floats]:
        """The frames that `samples` ``[N]`` complete, ``[n_fft // 2 + 1, T]``, and the new state."""
        heard = np.concatenate([state, samples])
        count, margin = self.frames.output(len(heard)), (self.n_fft - self.window) // 2
        if not count:
            return np.empty((self.n_fft // 2 + 1, 0), heard.dtype), heard
        views = np.lib.stride_tricks.sliding_window_view(heard, self.n_fft)[:: self.hop, margin : margin + self.window]
        spectrum = np.fft.rfft(views * hann(self.window, heard.dtype), n=self.n_fft)
        power = spectrum.real**2 + spectrum.imag**2
        return np.log(power + self.floor).T.astype(heard.dtype), heard[count * self.hop :]
