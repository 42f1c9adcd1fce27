"""What happens to speech between a mouth and a network: rooms, channels, noises, levels.

Every effect is a function of a waveform (float32, 16 kHz) and a random generator, and keeps its length and timing.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from specnet.data.utterance import SAMPLE_RATE
from specnet.units import Hertz

Wave = NDArray[np.float32]
Spectrum = NDArray[np.float32]
ComplexSpectrum = NDArray[np.complex64]
_CURVE_POINTS: tuple[Hertz, ...] = (60, 150, 400, 1000, 2500, 5000, 8000)


def trim_room(response: Wave, seconds: float = 0.8, threshold: float = 0.1) -> Wave:
    """An impulse response that begins with its direct sound and has energy 1, so timing and level are kept."""
    first = int(np.flatnonzero(np.abs(response) > threshold * np.abs(response).max())[0])
    cut = response[first : first + int(seconds * SAMPLE_RATE)].copy()
    cut[-len(cut) // 8 :] *= np.linspace(1, 0, len(cut[-len(cut) // 8 :]), dtype=np.float32)
    return np.asarray(cut / np.sqrt(np.square(cut).sum() + 1e-12), np.float32)


def nearer(room: Wave, direct_db: tuple[float, float], random: np.random.Generator) -> Wave:
    """A trimmed impulse response with its direct sound louder by so much, drawn from a range in dB; of energy 1 again.

    The first 2.5 ms are the direct sound (Bryan, 2020, "Impulse response data augmentation", arXiv:1909.03642).
    """
    gains = np.ones(len(room), np.float32)
    gains[: SAMPLE_RATE // 400] = 10 ** (random.uniform(*direct_db) / 20)
    changed = room * gains
    return np.asarray(changed / np.sqrt(np.square(changed).sum() + 1e-12), np.float32)


class Sounds(NamedTuple):
    """What comes to a microphone, and its magnitude response (zero phase): `room` is what `room_spectrum` gives, and
    `response` has the same number of bins."""

    speech: Wave
    noise: Wave | None
    room: ComplexSpectrum | None
    response: Spectrum


def heard(scenes: Sequence[Sounds]) -> Wave:
    """Speech in its room, plus noise, through the response, [scenes, samples]: one way through the spectrum.

    All are as long. Many at once take half the time: transforms of several rows share the processor's vectors.
    """
    size, length = 2 * (len(scenes[0].response) - 1), len(scenes[0].speech)
    spectra = _spectra(
        [s.speech if s.noise is None or s.room is not None else s.speech + s.noise for s in scenes], size
    )
    for spectrum, scene in zip(spectra, scenes, strict=True):
        if scene.room is not None:
            spectrum *= scene.room
    apart = {at: s.noise for at, s in enumerate(scenes) if s.noise is not None and s.room is not None}
    for at, noise in zip(apart, _spectra(list(apart.values()), size), strict=True):
        spectra[at] += noise
    for spectrum, scene in zip(spectra, scenes, strict=True):
        spectrum *= scene.response
    return np.asarray(fft.irfft(spectra, size)[:, :length], np.float32)


def _spectra(waves: Sequence[Wave], size: int) -> ComplexSpectrum:
    padded = np.zeros((len(waves), size), np.float32)
    for row, wave in zip(padded, waves, strict=True):
        row[: len(wave)] = wave
    return np.asarray(fft.rfft(padded))


def transform_size(samples: int) -> int:
    """An even, fast length of transform for a scene of `samples` and the tail of a room."""
    return 2 * int(fft.next_fast_len((samples + SAMPLE_RATE) // 2, real=True))


@lru_cache(maxsize=4)
def frequencies(size: int) -> Spectrum:
    """Of the bins of a spectrum, [size // 2 + 1]; at least 1 Hz."""
    return np.asarray(np.maximum(fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0), np.float32)


def room_spectrum(response: Wave, size: int) -> ComplexSpectrum:
    """The spectrum of an impulse response, [size // 2 + 1]."""
    return np.asarray(fft.rfft(response, size))


def colour(random: np.random.Generator, size: int, deviation_db: float) -> Spectrum:
    """A smooth random magnitude response: what an unknown microphone does to the spectrum."""
    gains_db = random.normal(0, deviation_db, len(_CURVE_POINTS)).astype(np.float32)
    return np.asarray(np.exp(np.float32(np.log(10) / 20) * (gains_db @ _curve_basis(size))), np.float32)


@lru_cache(maxsize=4)
def _curve_basis(size: int) -> Spectrum:
    """Rows that interpolate between the curve's points on a logarithmic axis."""
    frequency = np.log(frequencies(size))
    points = np.log(_CURVE_POINTS)
    return np.stack([np.interp(frequency, points, row) for row in np.eye(len(points))]).astype(np.float32)


def telephone(random: np.random.Generator, size: int) -> NDArray[np.float32]:
    """A narrow band, 200-400 Hz up to 2.8-4 kHz, with 24 dB slopes."""
    low, high = np.float32(random.uniform(200, 400)), np.float32(random.uniform(2800, 4000))
    below, above = (low / frequencies(size)) ** 8, (frequencies(size) / high) ** 24
    return np.asarray(1 / np.sqrt((1 + below) * (1 + above)))


def active_power(wave: Wave) -> float:
    """Mean power of the louder half of the 20 ms frames: the level of the speech, whatever the pauses.

    >>> round(active_power(np.r_[np.zeros(16000), np.full(16000, 0.5)].astype(np.float32)), 2)
    0.25
    """
    frame = min(320, max(1, len(wave)))
    frames = wave[: len(wave) // frame * frame].reshape(-1, frame)
    energies = np.sort(np.einsum("ij,ij->i", frames, frames))
    return float(energies[len(energies) // 2 :].mean()) / frame + 1e-12


def at_snr(noise: Wave, speech: Wave, snr_db: float) -> Wave:
    """The noise at a signal-to-noise ratio in dB to the active part of the speech."""
    power = float(noise @ noise) / len(noise) + 1e-12
    return noise * np.float32(np.sqrt(active_power(speech) / power / 10 ** (snr_db / 10)))


@lru_cache(maxsize=1)
def hiss() -> Wave:
    """A minute of white noise of power 1, to take excerpts of: drawing it anew costs more than all the rest."""
    return np.random.default_rng(0).standard_normal(60 * SAMPLE_RATE, np.float32)


def excerpt(wave: Wave, length: int, random: np.random.Generator) -> Wave:
    """`length` samples from a random place, the recording repeated where it is too short."""
    if len(wave) < length:
        wave = np.tile(wave, -(-length // len(wave)))
    start = int(random.integers(len(wave) - length + 1))
    return wave[start : start + length]
