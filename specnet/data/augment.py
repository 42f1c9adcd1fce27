"""What happens to speech between a mouth and a network: rooms, channels, noises, levels.

Every effect is a function of a waveform (float32, 16 kHz) and a random generator, and keeps its length and timing.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from specnet.data.utterance import SAMPLE_RATE
from specnet.units import Hertz

Wave = NDArray[np.float32]
_CURVE_POINTS: tuple[Hertz, ...] = (60, 150, 400, 1000, 2500, 5000, 8000)


def trim_room(response: Wave, seconds: float = 0.8, threshold: float = 0.1) -> Wave:
    """An impulse response that begins with its direct sound and has energy 1, so timing and level are kept."""
    first = int(np.flatnonzero(np.abs(response) > threshold * np.abs(response).max())[0])
    cut = response[first : first + int(seconds * SAMPLE_RATE)].copy()
    cut[-len(cut) // 8 :] *= np.linspace(1, 0, len(cut[-len(cut) // 8 :]), dtype=np.float32)
    return cut / np.sqrt(np.square(cut).sum() + 1e-12)


def filtered(wave: Wave, room: Wave | None, response: NDArray[np.floating] | None, size: int) -> Wave:
    """The wave in a room and through a magnitude response [size // 2 + 1] (zero phase), in one transform."""
    spectrum = fft.rfft(wave, size)
    if room is not None:
        spectrum *= fft.rfft(room, size)
    if response is not None:
        spectrum *= response
    return np.asarray(fft.irfft(spectrum, size)[: len(wave)], np.float32)


def colour(random: np.random.Generator, size: int, deviation_db: float) -> NDArray[np.float32]:
    """A smooth random magnitude response: what an unknown microphone does to the spectrum."""
    return _response(random.normal(0, deviation_db, len(_CURVE_POINTS)), size)


def telephone(random: np.random.Generator, size: int) -> NDArray[np.float32]:
    """A narrow band, 200-400 Hz up to 2.8-4 kHz, with 24 dB slopes."""
    frequency = np.maximum(fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0)
    low, high = random.uniform(200, 400), random.uniform(2800, 4000)
    return (1 / np.sqrt(1 + (low / frequency) ** 8) / np.sqrt(1 + (frequency / high) ** 24)).astype(np.float32)


def _response(gains_db: NDArray[np.floating], size: int) -> NDArray[np.float32]:
    frequency = np.maximum(fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0)
    curve = np.interp(np.log(frequency), np.log(_CURVE_POINTS), gains_db)
    return (10 ** (curve / 20)).astype(np.float32)


def active_power(wave: Wave) -> float:
    """Mean power of the louder half of the 20 ms frames: the level of the speech, whatever the pauses.

    >>> round(active_power(np.r_[np.zeros(16000), np.full(16000, 0.5)].astype(np.float32)), 2)
    0.25
    """
    frames = np.square(wave[: len(wave) // 320 * 320].reshape(-1, 320)).mean(1)
    return float(np.sort(frames)[len(frames) // 2 :].mean()) + 1e-12


def mixed(speech: Wave, noise: Wave, snr_db: float) -> Wave:
    """Speech plus noise at a signal-to-noise ratio in dB, over the active part of the speech."""
    power = float(np.square(noise).mean()) + 1e-12
    return speech + noise * np.float32(np.sqrt(active_power(speech) / power / 10 ** (snr_db / 10)))


def excerpt(wave: Wave, length: int, random: np.random.Generator) -> Wave:
    """`length` samples from a random place, the recording repeated where it is too short."""
    if len(wave) < length:
        wave = np.tile(wave, -(-length // len(wave)))
    start = int(random.integers(len(wave) - length + 1))
    return wave[start : start + length]
