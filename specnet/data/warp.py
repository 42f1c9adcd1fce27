"""Somebody else says the same: another tempo, another pitch, another length of the vocal tract.

People differ in all three, and independently, so each moves without the others: a shift of pitch leaves the formants
where they were.
"""

import math
from functools import lru_cache

import numpy as np
import soxr
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import uniform_filter1d

from specnet.data.utterance import SAMPLE_RATE, rising
from specnet.units import Hertz

Wave = NDArray[np.float32]
FRAME, HOP = 512, 256  # samples
SMOOTH = 40  # cepstral coefficients of an envelope: 2.5 ms, shorter than the period of a voice
FORMANTS_BELOW: Hertz = 4800  # warped by the factor; above, the warp goes back to none at half the sampling rate
LOUDER = 2.3  # the most by which an amplitude grows or shrinks, as its logarithm: 20 dB
_WINDOW = np.sin(np.pi * (np.arange(FRAME, dtype=np.float32) + np.float32(0.5)) / FRAME)
SEGMENT, FADE, SEEK = 640, 128, 100  # samples: of a voice played as it is, of a joint, and to look for one to each side


def revoiced(wave: Wave, tempo: float, pitch: float, tract: float) -> Wave:
    """Speech [samples] `tempo` times as fast, with its pitch times `pitch`, by somebody whose vocal tract is `tract`
    times as long: formants lie at `1 / tract` of where they were.

    Times hold to the sample where pitch and tempo change together, as in a recording that is played faster, and else
    to some 8 ms.

    >>> said = np.sin(np.arange(8000) / 20).astype(np.float32)
    >>> revoiced(said, 1.0, 1.0, 1.0) is said, len(revoiced(said, 1.0, 1.1, 0.9)), len(revoiced(said, 1.25, 1.0, 1.0))
    (True, 8000, 6400)
    """
    length = round(len(wave) / tempo)
    if pitch != 1:
        wave = np.asarray(soxr.resample(wave, pitch * SAMPLE_RATE, SAMPLE_RATE, quality="QQ"), np.float32)
    if pitch != tempo:
        wave = _stretched(wave, length)
    return wave if math.isclose(pitch * tract, 1) else _warped(wave, pitch * tract)


def _warped(wave: Wave, factor: float) -> Wave:
    """The spectral envelope that was at `factor` times a frequency comes to that frequency; the pitch stays."""
    padded = np.pad(wave, (HOP, HOP - len(wave) % HOP + HOP))
    spectrum = fft.rfft(sliding_window_view(padded, FRAME)[::HOP] * _WINDOW)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    power += np.float32(1e-6) * power.mean() + np.float32(1e-20)
    gains = np.log(power, out=power) @ _lifter() @ _moved(factor)
    spectrum *= np.exp(np.clip(gains, -LOUDER, LOUDER, out=gains), out=gains)
    frames = fft.irfft(spectrum, overwrite_x=True)
    frames *= _WINDOW
    out = np.zeros((len(frames) + 1, HOP), np.float32)
    out[:-1] += frames[:, :HOP]
    out[1:] += frames[:, HOP:]
    return out.reshape(-1)[HOP : HOP + len(wave)]


@lru_cache(maxsize=1)
def _lifter() -> NDArray[np.float32]:
    """[bins, coefficients]: a logarithmic power spectrum times this is its smooth part's cepstrum, without the mean."""
    cosines = np.cos(np.pi * np.outer(np.arange(HOP + 1) / HOP, np.arange(1, SMOOTH + 1))) / HOP
    cosines[[0, -1]] /= 2
    return np.asarray(cosines, np.float32)


def _moved(factor: float) -> NDArray[np.float32]:
    """[coefficients, bins]: a cepstrum times this is the logarithm of the gain that warps its envelope.

    The warp of Jaitly and Hinton (2013, "Vocal tract length perturbation improves speech recognition"), section 3.
    """
    top = SAMPLE_RATE / 2
    hertz = np.linspace(0, top, HOP + 1)
    knee = FORMANTS_BELOW * min(factor, 1) / factor
    warped = np.where(hertz <= knee, hertz * factor, top - (top - knee * factor) / (top - knee) * (top - hertz))
    order = np.float32(np.pi / top) * np.arange(1, SMOOTH + 1, dtype=np.float32)[:, None]
    return np.asarray(np.cos(order * warped.astype(np.float32)) - np.cos(order * hertz.astype(np.float32)))


def _stretched(wave: Wave, length: int) -> Wave:
    """The wave at another tempo: segments as they are, each taken from where it goes on most like the one before.

    WSOLA (Verhelst and Roelands, 1993). Segments are long and so joints few: a period comes in or goes out at each.
    """
    ratio = len(wave) / length
    edge = SEGMENT + SEEK + FADE
    padded = np.pad(wave, (edge, 2 * edge))
    middles = np.arange(0, length, SEGMENT) + SEGMENT / 2
    least = np.rint(middles * ratio - SEGMENT / 2).astype(np.intp) + edge - SEEK
    places = sliding_window_view(padded, 2 * SEEK + FADE)[least]
    starts = [int(least[0]) + SEEK]
    for first, place, level in zip(least[1:].tolist(), places[1:], _level(places[1:]), strict=True):
        goes_on = starts[-1] + SEGMENT
        likeness = np.correlate(place, padded[goes_on : goes_on + FADE], "valid")
        starts.append(first + int((likeness / level).argmax()))
    pieces = sliding_window_view(padded, SEGMENT + FADE)[starts]
    pieces[:, :FADE] *= rising(FADE)
    pieces[1:, :FADE] += pieces[:-1, SEGMENT:] * rising(FADE)[::-1]
    return pieces[:, :SEGMENT].reshape(-1)[:length]


def _level(places: Wave) -> Wave:
    """[joints, places]: how loud the `FADE` samples from each place are, of [joints, samples]."""
    energy = uniform_filter1d(np.square(places), FADE, axis=1)[:, FADE // 2 : 1 - FADE // 2]
    return np.asarray(np.sqrt(energy + np.float32(1e-11)))
