"""The log-mel spectrogram in numpy, framed as a stream.

There is no centre padding and nothing depends on the clip as a whole: frame *f* is a function of the samples
``[f * hop, f * hop + n_fft)`` alone, so offline is streaming from a fresh state. Equal to librosa's
``melspectrogram(center=False, htk=True, norm=None)`` followed by ``log(x + floor)``.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.units import Hertz, Samples

Floats: TypeAlias = NDArray[np.floating[Any]]

PIECE_FRAMES = 48
"""Frames per FFT call: their spectra then stay in the cache, and are small enough for the allocator to take memory that
it has; from 64 frames on it maps fresh pages each time, which takes as long as the rest."""

PRODUCT_FRAMES = 8
"""Frames per matrix product: few enough for OpenBLAS to stay on one thread (below 2^18 multiplications). Waiting for a
second one takes up to 40 times as long as the product, where the processor is busy."""


@dataclass(frozen=True)
class LogMel:
    """Natural logarithm of (mel power + `floor`) of samples in [-1, 1].

    The power spectrum is that of a periodic Hann window of `window` samples, centred in `n_fft`; the `bands`
    triangular filters of height 1 are spaced on the HTK mel scale, ``2595 log10(1 + f / 700)``.

    A frame that does not reach `floor` in any band is digital silence, which no room has, but which is all that comes
    before a file. Where `quiet` is above 0, it is heard as white noise of that root mean square, the hiss of a quiet
    room.

    >>> import numpy as np
    >>> logmel = LogMel()
    >>> logmel(np.zeros(16_000, np.float32)).shape            # [bands, frames]
    (40, 97)
    >>> state = logmel.start()
    >>> first, state = logmel.step(np.zeros(600, np.float32), state)
    >>> second, state = logmel.step(np.zeros(600, np.float32), state)
    >>> first.shape, second.shape, len(state)
    ((40, 1), (40, 4), 400)

    Raises `SpecnetError` where the numbers contradict each other.
    """

    sample_rate: Hertz = 16_000
    bands: int = 40
    n_fft: Samples = 512
    window: Samples = 480
    hop: Samples = 160
    f_min: float = 20.0
    f_max: float = 7600.0
    floor: float = 1e-6
    quiet: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.hop <= self.window <= self.n_fft:
            raise SpecnetError(
                f"log-mel: hop {self.hop}, window {self.window}, n_fft {self.n_fft}: must be 0 < hop <= window <= n_fft"
            )
        if not 0 <= self.f_min < self.f_max <= self.sample_rate / 2:
            raise SpecnetError(
                f"log-mel: f_min {self.f_min}, f_max {self.f_max}: must be 0 <= f_min < f_max <= {self.sample_rate / 2}"
            )
        if self.quiet < 0:
            raise SpecnetError(f"log-mel: quiet {self.quiet}: must not be below 0")
        if self.bands < 1 or self.floor <= 0:
            raise SpecnetError(f"log-mel: bands {self.bands}, floor {self.floor}: both must be above 0")

    @property
    def frames(self) -> Window:
        """Which samples a frame sees: ``[f * hop, f * hop + n_fft)``."""
        return Window(kernel=self.n_fft, stride=self.hop)

    @property
    def corners(self) -> Floats:
        """Band *k* hears from corner *k* to corner *k* + 2, in hertz. ``[bands + 2]``."""
        corners: Floats = mel_to_hertz(self._mel_corners)
        return corners

    @property
    def edges(self) -> Floats:
        """Where each band is drawn from and to, in hertz: half way between their centres, in mel. ``[bands + 1]``.

        >>> LogMel(bands=2, f_min=0.0, f_max=7600.0).edges.round().tolist()
        [357.0, 1710.0, 4796.0]
        """
        mel = self._mel_corners
        edges: Floats = mel_to_hertz((mel[:-1] + mel[1:]) / 2)
        return edges

    @property
    def _mel_corners(self) -> Floats:
        return np.linspace(hertz_to_mel(self.f_min), hertz_to_mel(self.f_max), self.bands + 2)

    def start(self) -> Floats:
        """The state of a stream that has heard nothing: the samples that later frames still need."""
        return np.zeros(0, np.float32)

    def step(self, samples: Floats, state: Floats) -> tuple[Floats, Floats]:
        """The frames that `samples` ``[N]`` complete, ``[bands, T]`` of the dtype of `samples`, and the new state."""
        if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
            found = f"log-mel: got {samples.dtype} samples of shape {samples.shape}"
            raise SpecnetError(f"{found}: must be one channel of floats in [-1, 1]")
        heard = np.concatenate([state.astype(samples.dtype, copy=False), samples])
        frames = self.frames.output(len(heard))
        mel = np.empty((self.bands, frames), samples.dtype)
        padded = np.zeros((min(frames, PIECE_FRAMES), self.n_fft), samples.dtype)
        # The window sits in the middle of n_fft, but the zeros around it only turn the phase, which power forgets:
        # the windowed samples go to the front of `padded`, `[frames, n_fft]`, whose end stays 0.
        margin, step = (self.n_fft - self.window) // 2, heard.strides[0]
        windows = np.lib.stride_tricks.as_strided(
            heard[margin:], (frames, self.window), (self.hop * step, step), writeable=False
        )
        for first in range(0, frames, PIECE_FRAMES):
            piece = windows[first : first + PIECE_FRAMES]
            mel[:, first : first + len(piece)] = self._mel(piece, padded[: len(piece)]).T
        features = np.log(mel + self.floor)
        if self.quiet:
            features[:, mel.max(axis=0) < self.floor] = quiet_frame(self, samples.dtype)[:, None]
        return features, heard[frames * self.hop :].copy()

    def __call__(self, samples: Floats) -> Floats:
        """The whole of `samples` ``[N]`` at once: ``[bands, (N - n_fft) // hop + 1]``."""
        return self.step(samples, self.start())[0]

    def _mel(self, windows: Floats, padded: Floats) -> Floats:
        """The mel power of `windows` ``[frames, window]``: ``[frames, bands]``."""
        # "forward" divides by n_fft, which the window makes good: only with a factor, numpy works in single precision.
        np.multiply(windows, self.n_fft * hann(self.window, windows.dtype), out=padded[:, : self.window])
        spectrum = np.fft.rfft(padded, norm="forward")
        count, bins = spectrum.shape
        power = np.zeros((-(-count // PRODUCT_FRAMES), PRODUCT_FRAMES, bins), windows.dtype)
        power.reshape(-1, bins)[:count] = spectrum.real**2 + spectrum.imag**2
        mel: Floats = (power @ mel_filters(self, windows.dtype).T).reshape(-1, self.bands)[:count]
        return mel


@lru_cache(maxsize=8)
def hann(length: Samples, dtype: DTypeLike) -> Floats:
    """The periodic Hann window, ``sin(pi n / length) ** 2``."""
    return (np.sin(np.pi * np.arange(length) / length) ** 2).astype(dtype)


@lru_cache(maxsize=8)
def quiet_frame(logmel: LogMel, dtype: DTypeLike) -> Floats:
    """What is heard instead of digital silence, ``[bands]``: the mean mel power of white noise, as a logarithm."""
    power = logmel.quiet**2 * np.square(hann(logmel.window, "float64")).sum()
    frame: Floats = np.log(power * mel_filters(logmel, "float64").sum(axis=1) + logmel.floor).astype(dtype)
    return frame


def hertz_to_mel(hertz: Any) -> Any:
    """Hertz, a number or an array, on the HTK mel scale."""
    return 2595 * np.log10(1 + hertz / 700)


def mel_to_hertz(mel: Any) -> Any:
    """The reverse of `hertz_to_mel`.

    >>> float(mel_to_hertz(hertz_to_mel(1000.0)).round(6))
    1000.0
    """
    return 700 * (10 ** (mel / 2595) - 1)


@lru_cache(maxsize=8)
def mel_filters(logmel: LogMel, dtype: DTypeLike) -> Floats:
    """Triangles ``[bands, n_fft // 2 + 1]``, equally wide in HTK mel, of height 1 (The HTK Book, 5.4)."""
    corners = logmel.corners
    bins = np.arange(logmel.n_fft // 2 + 1) * logmel.sample_rate / logmel.n_fft
    left, centre, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising, falling = (bins - left) / (centre - left), (right - bins) / (right - centre)
    filters: Floats = np.maximum(0, np.minimum(rising, falling)).astype(dtype)
    return filters
