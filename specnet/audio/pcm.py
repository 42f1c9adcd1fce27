"""Raw sound: numbers as a microphone gives them, without a file around them."""

import re
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from specnet.audio.resample import HIGHEST_RATE, LOWEST_RATE
from specnet.errors import SpecnetError
from specnet.units import Hertz, Seconds

WIDTHS = {False: (1, 2, 3, 4), True: (4, 8)}
"""Bytes of an integer, and of a floating-point number."""

NAMES = {
    "u8": (1, False),
    "s16le": (2, False),
    "s24le": (3, False),
    "s32le": (4, False),
    "f32le": (4, True),
    "f64le": (8, True),
}
"""As ffmpeg calls them: the width, and whether it is floating-point."""

MOST_CHANNELS = 64
"""More than any array of microphones has: whoever asks for more is mistaken."""

LIVE_BLOCK: Seconds = 0.06
"""So much of a sound that is still going on is waited for: less costs processor time, more comes late."""


@dataclass(frozen=True, slots=True)
class PcmFormat:
    """Little-endian numbers of `width` bytes at `rate` hertz, those of all `channels` side by side.

    Integers of one byte are unsigned, all others signed, as in WAV files. Raises `SpecnetError` that names the number
    which cannot be.

    >>> PcmFormat(rate=16_000, width=2, channels=1).decode(bytes([0, 64, 0, 128]))
    array([[ 0.5], [-1. ]], dtype=float32)
    """

    rate: Hertz
    width: int
    channels: int
    floating: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if not LOWEST_RATE <= self.rate <= HIGHEST_RATE:
            raise SpecnetError(f"a sample rate of {self.rate} Hz: must be between {LOWEST_RATE} and {HIGHEST_RATE} Hz")
        if self.width not in WIDTHS[self.floating]:
            *some, last = WIDTHS[self.floating]
            raise SpecnetError(f"samples of {self.width} bytes: must be of {', '.join(map(str, some))} or {last}")
        if not 1 <= self.channels <= MOST_CHANNELS:
            raise SpecnetError(f"{self.channels} channels: must be 1 to {MOST_CHANNELS}")

    @classmethod
    def parse(cls, text: str) -> "PcmFormat":
        """Read ``FORMAT@RATE`` or ``FORMAT@RATExCHANNELS``; raises `SpecnetError` for anything else.

        >>> PcmFormat.parse("s24le@48000x2")
        PcmFormat(rate=48000, width=3, channels=2, floating=False)
        """
        parts = re.fullmatch(rf"({'|'.join(NAMES)})@(\d{{1,9}})(?:x(\d{{1,9}}))?", text)
        if parts is None:
            raise SpecnetError(
                f"{text!r}: must be FORMAT@RATExCHANNELS, as in s16le@16000x1, with one of {', '.join(NAMES)}"
            )
        return cls.named(parts[1], int(parts[2]), int(parts[3] or 1))

    @classmethod
    def named(cls, name: str, rate: Hertz, channels: int) -> "PcmFormat":
        """The format whose samples have one of the `NAMES`.

        >>> PcmFormat.named("s24le", 48_000, 2).frame
        6
        """
        if name not in NAMES:
            raise SpecnetError(f"samples as {name!r:.40}: must be one of {', '.join(NAMES)}")
        width, floating = NAMES[name]
        return cls(rate, width, channels, floating=floating)

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
        if self.floating:
            with np.errstate(over="ignore"):  # what is too large for 32 bits is refused as infinite
                return np.frombuffer(sound, f"<f{self.width}").astype(np.float32).reshape(-1, self.channels)
        if self.width == 1:
            samples = np.frombuffer(sound, np.uint8).astype(np.float32) - 128
        elif self.width == 3:  # as the upper bytes of four: the sign is then at its place
            wide = np.zeros((len(sound) // 3, 4), np.uint8)
            wide[:, 1:] = np.frombuffer(sound, np.uint8).reshape(-1, 3)
            samples = (wide.view("<i4")[:, 0] >> 8).astype(np.float32)
        else:
            samples = np.frombuffer(sound, f"<i{self.width}").astype(np.float32)
        return (samples / np.float32(1 << (8 * self.width - 1))).reshape(-1, self.channels)


class PcmReader:
    """Samples of one `form` out of an unbuffered stream, as they come.

    `promised` is how many bytes of them there are; without it, all until the end.
    """

    def __init__(self, stream: BinaryIO, form: PcmFormat, promised: int | None = None) -> None:
        self.samplerate, self.channels = form.rate, form.channels
        self.frames = None if promised is None else promised // form.frame
        self.left_over = b""
        """What came after the last whole sample."""
        self._stream, self._form = stream, form
        self._least = round(LIVE_BLOCK * form.rate) * form.frame
        self._left = promised

    def read(self, frames: int) -> NDArray[np.float32]:
        """At most `frames` frames ``[n, channels]``: what is there, but 60 ms at least; none at the end."""
        most = frames * self._form.frame
        if self._left is not None:
            most = min(most, self._left)
        sound = self.left_over
        while len(sound) < min(most, self._least) and (part := self._stream.read(most - len(sound))):
            sound += part
        whole = len(sound) // self._form.frame * self._form.frame
        self.left_over = sound[whole:]
        if self._left is not None:
            self._left -= whole
        return self._form.decode(sound[:whole])
