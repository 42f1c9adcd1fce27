"""Raw sound: numbers as a microphone gives them, without a file around them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specnet.audio.resample import HIGHEST_RATE, LOWEST_RATE
from specnet.errors import SpecnetError
from specnet.units import Hertz

WIDTHS = (1, 2, 3, 4)

ENCODINGS = {"u8": (1, False), "s16le": (2, False), "s24le": (3, False), "s32le": (4, False), "f32le": (4, True)}
"""What ffmpeg calls them: bytes of a sample, and whether it is a float."""

MOST_CHANNELS = 64
"""More than any array of microphones has: whoever asks for more is mistaken."""


@dataclass(frozen=True, slots=True)
class PcmFormat:
    """Little-endian integers of `width` bytes at `rate` hertz, those of all `channels` side by side; or `floats`.

    Integers of one byte are unsigned, all others signed, as in WAV files; floats have four bytes. Raises `SpecnetError`
    that names the number which cannot be.

    >>> PcmFormat(rate=16_000, width=2, channels=1).decode(bytes([0, 64, 0, 128]))
    array([[ 0.5], [-1. ]], dtype=float32)
    """

    rate: Hertz
    width: int
    channels: int
    floats: bool = False

    @classmethod
    def named(cls, encoding: str, rate: Hertz, channels: int) -> "PcmFormat":
        """The format whose samples have one of the names in `ENCODINGS`.

        >>> PcmFormat.named("s24le", 48_000, 2).frame
        6
        """
        if encoding not in ENCODINGS:
            raise SpecnetError(f"samples as {encoding!r:.40}: must be one of {', '.join(ENCODINGS)}")
        width, floats = ENCODINGS[encoding]
        return cls(rate, width, channels, floats)

    def __post_init__(self) -> None:
        if not LOWEST_RATE <= self.rate <= HIGHEST_RATE:
            raise SpecnetError(f"a sample rate of {self.rate} Hz: must be between {LOWEST_RATE} and {HIGHEST_RATE} Hz")
        if self.width not in WIDTHS:
            raise SpecnetError(f"samples of {self.width} bytes: must be of 1, 2, 3 or 4")
        if self.floats and self.width != 4:
            raise SpecnetError(f"floats of {self.width} bytes: must be of 4")
        if not 1 <= self.channels <= MOST_CHANNELS:
            raise SpecnetError(f"{self.channels} channels: must be 1 to {MOST_CHANNELS}")

    @property
    def frame(self) -> int:
        """Bytes of one sample of every channel."""
        return self.width * self.channels

    def check(self, sound: bytes) -> None:
        """Refuse `sound` whose last sample is not whole."""
        if len(sound) % self.frame:
            raise SpecnetError(
                f"{len(sound)} bytes of sound: must be a multiple of {self.frame}"
                f" ({self.channels} channels of {self.width} bytes)"
            )

    def decode(self, sound: bytes) -> NDArray[np.float32]:
        """The samples ``[N, channels]``, integers scaled to [-1, 1]; raises `SpecnetError` if the last is not whole."""
        self.check(sound)
        if self.floats:
            return np.frombuffer(sound, "<f4").astype(np.float32).reshape(-1, self.channels)
        if self.width == 1:
            samples = np.frombuffer(sound, np.uint8).astype(np.float32) - 128
        elif self.width == 3:  # as the upper bytes of four: the sign is then at its place
            wide = np.zeros((len(sound) // 3, 4), np.uint8)
            wide[:, 1:] = np.frombuffer(sound, np.uint8).reshape(-1, 3)
            samples = (wide.view("<i4")[:, 0] >> 8).astype(np.float32)
        else:
            samples = np.frombuffer(sound, f"<i{self.width}").astype(np.float32)
        return (samples / np.float32(1 << (8 * self.width - 1))).reshape(-1, self.channels)
