"""What cheap devices do to sound: small loudspeaker boxes that resonate, few bits, automatic gain, lost packets.

Every effect is a function of a waveform (float32, 16 kHz) and a random generator, and keeps its length and timing.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from specnet.data.augment import frequencies
from specnet.data.utterance import SAMPLE_RATE

Wave = NDArray[np.float32]
PACKET = SAMPLE_RATE // 50  # samples: 20 ms, as in most telephony
BURST = 5  # packets: what is lost at once at the most
LEVEL_FRAME = SAMPLE_RATE // 100  # samples between two looks of a gain control
GATE_FRAME = SAMPLE_RATE // 200  # and of a noise gate


def resonances(random: np.random.Generator, size: int) -> NDArray[np.float32]:
    """The magnitude response of a capsule behind a hole in a case, [size // 2 + 1].

    One to three peaks of 6 to 18 dB between 600 Hz and 6 kHz, and a low cut-off between 60 and 500 Hz, of 6 or 12 dB
    an octave.
    """
    frequency = frequencies(size)
    corner, slope = random.uniform(60, 500), int(random.integers(1, 3))
    power = (1 + np.square(np.float32(corner) / frequency)) ** -slope
    for _ in range(int(random.integers(1, 4))):
        peak, gain_db, quality = (
            np.exp(random.uniform(np.log(600), np.log(6000))),
            random.uniform(6, 18),
            random.uniform(2, 8),
        )
        away = np.float32(quality) * (frequency / np.float32(peak) - np.float32(peak) / frequency)
        power *= 1 + np.float32(10 ** (gain_db / 10) - 1) / (1 + np.square(away))
    return np.asarray(np.sqrt(power), np.float32)


def quantised(wave: Wave, random: np.random.Generator) -> Wave:
    """Rounded to between 5 and 9 bits, of which the loudest sample uses all: noise where nobody speaks, or nothing."""
    step = np.float32(np.abs(wave).max() / 2 ** (int(random.integers(5, 10)) - 1) + 1e-9)
    return np.asarray(np.rint(wave / step) * step, np.float32)


def gain_controlled(wave: Wave, random: np.random.Generator) -> Wave:
    """Quiet passages raised towards loud ones, by up to 6 to 24 dB: at once down, and slowly (in 0.1 to 1 s) up again.

    The loudest sample stays as loud as it was.
    """
    most = 10 ** (random.uniform(6, 24) / 20)
    release = np.exp(-LEVEL_FRAME / SAMPLE_RATE / random.uniform(0.1, 1.0))
    count = -(-len(wave) // LEVEL_FRAME)
    frames = np.pad(wave, (0, count * LEVEL_FRAME - len(wave))).reshape(count, LEVEL_FRAME)
    held, levels = 0.0, []
    for level in np.abs(frames).max(1).tolist():
        held = max(level, held * release)
        levels.append(held)
    peak = max(levels) + 1e-9
    gains = peak / np.maximum(levels, peak / most)
    raised = wave * np.interp(np.arange(len(wave)), (np.arange(count) + 0.5) * LEVEL_FRAME, gains).astype(np.float32)
    return np.asarray(raised * np.float32(peak / (np.abs(raised).max() + 1e-9)), np.float32)


def gated(wave: Wave, random: np.random.Generator) -> Wave:
    """Nearly silent wherever nobody speaks, and where they do so softly: as browsers and headsets suppress noise.

    What lies 18 to 45 dB below the loudest passage becomes 20 to 80 dB quieter, from up to 0.1 s after it was last
    louder. The gate opens up to 15 ms late, so that soft onsets are lost, too.
    """
    below_db, quieter_db = random.uniform(18, 45), random.uniform(20, 80)
    held, late = int(random.integers(0, 21)), int(random.integers(0, 4))
    count = -(-len(wave) // GATE_FRAME)
    frames = np.pad(wave, (0, count * GATE_FRAME - len(wave))).reshape(count, GATE_FRAME)
    levels = np.square(frames).mean(1)
    loud = np.pad(levels > levels.max() * 10 ** (-below_db / 10), (held + late, 0))
    opened = sliding_window_view(loud, held + 1).max(axis=1)[:count]
    gains = np.where(opened, 1.0, 10 ** (-quieter_db / 20))
    return wave * np.interp(np.arange(len(wave)), (np.arange(count) + 0.5) * GATE_FRAME, gains).astype(np.float32)


def packets_lost(wave: Wave, random: np.random.Generator) -> Wave:
    """One to ten per cent of the packets missing, in bursts of up to 0.1 s: silence, or the last one, fading.

    Loss as a chain of two states (Gilbert, 1960), cut short so that no phone that matters is gone altogether.
    """
    share, repeats = random.uniform(0.01, 0.1), bool(random.random() < 0.5)
    count = len(wave) // PACKET
    packets = wave[: count * PACKET].reshape(count, PACKET).copy()
    for start in np.flatnonzero(random.random(count) < 2 * share / (1 + BURST)).tolist():  # a mean burst has so many
        for lost in range(start, min(count, start + int(random.integers(1, 1 + BURST)))):
            packets[lost] = packets[lost - 1] / 2 if repeats and lost else 0
    return np.concatenate([packets.reshape(-1), wave[count * PACKET :]])
