"""Speech that went through a telephone or a messenger: coded and decoded by libsndfile, in memory."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from specnet.data.utterance import SAMPLE_RATE
from specnet.errors import SpecnetError
from specnet.units import Hertz

Wave = NDArray[np.float32]
Name = Literal["mu-law", "a-law", "gsm", "opus", "mp3"]
MP3_DELAY = 576 + 529  # samples, of LAME's coder and of any decoder (LAME's technical FAQ)


@dataclass(frozen=True)
class Codec:
    """A codec of libsndfile, the sampling rate that is coded, and for those that have a choice, bit rates in kbit/s:
    the range that is drawn from, and what its compression level (0 to 1) spans, from the most to the least."""

    format: str
    subtype: str
    rate: Hertz
    drawn: tuple[float, float] | None = None
    most: float = 0.0
    least: float = 0.0

    def level(self, random: np.random.Generator) -> float | None:
        """A compression level for a bit rate drawn on a logarithmic scale."""
        if self.drawn is None:
            return None
        rate = np.exp(random.uniform(*np.log(self.drawn)))
        return float((self.most - rate) / (self.most - self.least))


CODECS: dict[Name, Codec] = {
    "mu-law": Codec("WAV", "ULAW", 8000),
    "a-law": Codec("WAV", "ALAW", 8000),
    "gsm": Codec("WAV", "GSM610", 8000),
    "opus": Codec("OGG", "OPUS", SAMPLE_RATE, (8, 48), 256, 6),
    "mp3": Codec("MP3", "MPEG_LAYER_III", SAMPLE_RATE, (16, 64), 160, 8),
}


def coded(wave: Wave, random: np.random.Generator, names: Sequence[Name] = tuple(CODECS)) -> Wave:
    """A wave [samples], at most 1, after one of the codecs, at a drawn bit rate; as long and as early as before.

    >>> tone = 0.5 * np.sin(np.arange(16000) / 5).astype(np.float32)
    >>> len(coded(tone, np.random.default_rng(0), ["gsm"]))
    16000
    """
    codec = CODECS[names[int(random.integers(len(names)))]]
    level = codec.level(random)
    sent = _resampled(wave, SAMPLE_RATE, codec.rate)
    mode = "CONSTANT" if codec.format == "MP3" else None
    with io.BytesIO() as memory:
        with soundfile.SoundFile(
            memory, "w", codec.rate, 1, codec.subtype, format=codec.format, compression_level=level, bitrate_mode=mode
        ) as file:
            file.write(sent)
        memory.seek(0)
        heard, _ = soundfile.read(memory, dtype="float32")
    # at low rates LAME has no room to say how long it was, so nobody takes its delay away
    late = MP3_DELAY if codec.format == "MP3" and len(heard) > len(sent) else 0
    back = _resampled(heard[late : late + len(sent)], codec.rate, SAMPLE_RATE)[: len(wave)]
    return np.clip(np.pad(back, (0, len(wave) - len(back))), -1, 1)


def require(names: Sequence[Name]) -> None:
    """Refuse codecs that this build of libsndfile does not have."""
    for name in names:
        if not soundfile.check_format(CODECS[name].format, CODECS[name].subtype):
            version = soundfile.__libsndfile_version__
            raise SpecnetError(
                f"scenes.codecs: libsndfile {version} has no {name}; leave it out or install a newer one"
            )


def _resampled(wave: Wave, rate: Hertz, wanted: Hertz) -> Wave:
    return wave if rate == wanted else np.asarray(soxr.resample(wave, rate, wanted, quality="LQ"), np.float32)
