"""Somebody else says the same at the same time: another pitch, another length of the vocal tract.

People differ in both, and independently, so either moves without the other: a shift of pitch leaves the formants where
they were. (`Utterance.faster` is what moves them together, with the tempo.)
"""

import math
from functools import lru_cache

import numpy as np
import soxr
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

from specnet.data.utterance import SAMPLE_RATE
from specnet.units import Hertz

Wave = NDArray[np.float32]
FRAME, HOP = 512, 256  # samples
SMOOTH = 40  # cepstral coefficients of an envelope: 2.5 ms, shorter than the period of a voice
FORMANTS_BELOW: Hertz = 4800  # warped by the factor; above, the warp goes back to none at half the sampling rate
LOUDER = 2.3  # the most by which an amplitude grows or shrinks, as its logarithm: 20 dB
SEGMENT, FADE, SEEK = 640, 128, 100  # samples: of a voice played as it is, of a joint, and to look for one to each side


def revoiced(wave: Wave, pitch: float, tract: float) -> Wave:
    """Speech [samples] with its pitch times `pitch`, by somebody whose vocal tract is `tract` times as long.

    Formants lie at `1 / tract` of where they were. Timing is kept: to a sample by `tract`, to some 8 ms by `pitch`.

    >>> said = np.sin(np.arange(8000) / 20).astype(np.float32)
    >>> revoiced(said, 1.0, 1.0) is said, len(revoiced(said, 1.1, 0.9))
    (True, 8000)
    """
    if pitch != 1:
        faster = np.asarray(soxr.resample(wave, pitch * SAMPLE_RATE, SAMPLE_RATE, quality="QQ"), np.float32)
        wave = _stretched(faster, len(wave))
    return wave if math.isclose(pitch * tract, 1) else _warped(wave, pitch * tract)


def _warped(wave: Wave, factor: float) -> Wave:
    """The spectral envelope that was at `factor` times a frequency comes to that frequency; the pitch stays."""
    padded = np.pad(wave, (HOP, HOP - len(wave) % HOP + HOP))
    window = np.sin(np.pi * (np.arange(FRAME, dtype=np.float32) + np.float32(0.5)) / FRAME)
    spectrum = fft.rfft(sliding_window_view(padded, FRAME)[::HOP] * window)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    cepstrum = np.log(power + np.float32(1e-6) * power.mean() + np.float32(1e-20)) @ _lifter()
    gains = cepstrum @ _moved(factor)
    frames = fft.irfft(spectrum * np.exp(np.clip(gains, -LOUDER, LOUDER))) * window
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
    order = np.pi * np.arange(1, SMOOTH + 1)[:, None]
    return np.asarray(np.cos(order * warped / top) - np.cos(order * hertz / top), np.float32)


def _stretched(wave: Wave, length: int) -> Wave:
    """The wave at another tempo: segments as they are, each taken from where it goes on most like the one before.

    WSOLA (Verhelst and Roelands, 1993). Segments are long and so joints few: a period comes in or goes out at each.
    """
    ratio = len(wave) / length
    edge = SEGMENT + SEEK + FADE
    padded = np.pad(wave, (edge, 2 * edge))
    fade_in = np.linspace(0, 1, FADE, dtype=np.float32)
    out = np.zeros(length + SEGMENT + FADE, np.float32)
    start = None
    for begin in range(0, length, SEGMENT):
        least = edge + round((begin + SEGMENT / 2) * ratio - SEGMENT / 2) - SEEK
        if start is None:
            start = least + SEEK
        else:
            start = least + _likest(padded[least : least + 2 * SEEK + FADE], padded[start + SEGMENT :][:FADE])
        piece = padded[start : start + SEGMENT + FADE].copy()
        piece[:FADE] *= fade_in
        piece[SEGMENT:] *= fade_in[::-1]
        out[begin : begin + SEGMENT + FADE] += piece
    return out[:length]


def _likest(places: Wave, wanted: Wave) -> int:
    """Where in `places` there is what correlates best with `wanted`."""
    energy = np.cumsum(np.concatenate([np.zeros(1), np.square(places, dtype=np.float64)]))
    energy = energy[len(wanted) :] - energy[: -len(wanted)]
    return int(np.argmax(np.correlate(places, wanted, "valid") / np.sqrt(energy + 1e-9)))
