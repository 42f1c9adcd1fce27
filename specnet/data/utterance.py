"""Speech with known times, and how it is cut and joined: the parts that scenes are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from specnet.data.interval import Interval, overlapping, within
from specnet.units import Hertz, Seconds

SAMPLE_RATE: Hertz = 16_000
CROSSFADE = SAMPLE_RATE // 125  # samples: 8 ms


@dataclass(frozen=True)
class Utterance:
    """Speech at 16 kHz, float32 [samples], its labelled words and, where known, its phones and `voices`: who speaks, as
    `source/speaker`."""

    waveform: NDArray[np.float32]
    words: tuple[Interval, ...] = ()
    phones: tuple[Interval, ...] = ()
    voices: tuple[Interval, ...] = ()

    @property
    def duration(self) -> Seconds:
        return len(self.waveform) / SAMPLE_RATE

    def cropped(self, start: Seconds, end: Seconds) -> "Utterance":
        """What lies between two times; a word that is cut loses its label, a cut phone keeps what is left.

        >>> said = Utterance(np.ones(32000, np.float32), (Interval("hey", 0.5, 1.0),))
        >>> said.cropped(0.25, 1.5).words, said.cropped(0.75, 1.5).words
        ((Interval(label='hey', start=0.25, end=0.75),), ())
        """
        first, last = max(0, round(start * SAMPLE_RATE)), min(len(self.waveform), round(end * SAMPLE_RATE))
        start, end = first / SAMPLE_RATE, last / SAMPLE_RATE
        phones, voices = (overlapping(known, start, end) for known in (self.phones, self.voices))
        return Utterance(self.waveform[first:last], within(self.words, start, end), phones, voices)

    def paced(self, waveform: NDArray[np.float32], tempo: float) -> "Utterance":
        """The same in another waveform, `tempo` times as fast."""
        times = self.words, self.phones, self.voices
        return Utterance(waveform, *(tuple(i.scaled(1 / tempo) for i in known) for known in times))

    def louder(self, factor: float) -> "Utterance":
        """The same with every sample multiplied by `factor`."""
        return replace(self, waveform=self.waveform * np.float32(factor))


@lru_cache(maxsize=64)
def rising(samples: int) -> NDArray[np.float32]:
    """From 0 to 1, to fade something in; the other way round to fade it out. Not to be written to."""
    return np.linspace(0, 1, samples, dtype=np.float32)


def silence(seconds: Seconds) -> Utterance:
    """Digital silence."""
    return Utterance(np.zeros(max(0, round(seconds * SAMPLE_RATE)), np.float32))


def join(parts: Sequence[Utterance]) -> Utterance:
    """One after the other, each join faded in and out so that it does not click; times stay exact."""
    words: list[Interval] = []
    phones: list[Interval] = []
    voices: list[Interval] = []
    at: Seconds = 0.0
    for part in parts:
        words += [word.shifted(at) for word in part.words]
        phones += [phone.shifted(at) for phone in part.phones]
        voices += [voice.shifted(at) for voice in part.voices]
        at += part.duration
    wave = np.concatenate([part.waveform for part in parts])
    ramp = rising(CROSSFADE)
    edge = 0
    for part in parts[:-1]:
        edge += len(part.waveform)
        before, after = wave[max(0, edge - CROSSFADE) : edge], wave[edge : edge + CROSSFADE]
        before *= ramp[::-1][: len(before)]
        after *= ramp[: len(after)]
    return Utterance(wave, tuple(words), tuple(phones), tuple(voices))


def crossfaded(parts: Sequence[Utterance], overlap: Seconds) -> Utterance:
    """One after the other, each faded into the next over `overlap`; the two halves of one phone become one.

    >>> vowel = Utterance(np.ones(1600, np.float32), phones=(Interval("AH", 0.0, 0.1),))
    >>> both = crossfaded([vowel, vowel], 0.02)
    >>> both.phones, bool((both.waveform == 1).all())
    ((Interval(label='AH', start=0.0, end=0.18),), True)
    """
    wave, words, phones, voices = parts[0].waveform, list(parts[0].words), list(parts[0].phones), list(parts[0].voices)
    for part in parts[1:]:
        fade = min(round(overlap * SAMPLE_RATE), len(wave), len(part.waveform))
        ramp = rising(fade)
        end = len(wave) - fade
        mixed = wave[end:] * ramp[::-1] + part.waveform[:fade] * ramp
        wave = np.concatenate([wave[:end], mixed, part.waveform[fade:]])
        words += [word.shifted(end / SAMPLE_RATE) for word in part.words]
        voices += [voice.shifted(end / SAMPLE_RATE) for voice in part.voices]
        later = [phone.shifted(end / SAMPLE_RATE) for phone in part.phones]
        if phones and later and phones[-1].label == later[0].label:
            later[0] = later[0]._replace(start=phones.pop().start)
        phones += later
    return Utterance(wave, tuple(words), tuple(phones), tuple(voices))


def trim(utterance: Utterance, margin: Seconds = 0.1, floor_db: float = -38.0) -> Utterance:
    """The utterance without the silence around it, and its words without the pause an engine counts as theirs.

    A frame of 10 ms is silent when it lies `floor_db` below the utterance's loudest frame.

    >>> sound = np.r_[np.zeros(8000), np.ones(8000), np.zeros(8000)].astype(np.float32)
    >>> cut = trim(Utterance(sound, (Interval("a", 0.4, 1.4),), ()))
    >>> len(cut.waveform) / SAMPLE_RATE, round(cut.words[0].start, 2), round(cut.words[0].end, 2)
    (0.7, 0.1, 0.6)
    """
    wave, frame = utterance.waveform, SAMPLE_RATE // 100
    energy = np.square(wave[: len(wave) // frame * frame].reshape(-1, frame)).mean(1)
    loud = np.flatnonzero(energy > energy.max() * 10 ** (floor_db / 10))
    first = max(0, int(loud[0] * frame - margin * SAMPLE_RATE))
    last = min(len(wave), int((loud[-1] + 1) * frame + margin * SAMPLE_RATE))

    def sounding(word: Interval) -> Interval:
        inside = loud[(loud >= int(word.start * 100)) & (loud < int(word.end * 100 + 0.5))]
        if not len(inside):
            return word
        start, end = float(inside[0]) / 100, float(inside[-1] + 1) / 100
        return Interval(word.label, max(word.start, start), min(word.end, end))

    words = tuple(sounding(word).shifted(-first / SAMPLE_RATE) for word in utterance.words)
    following = [*(phone.label for phone in utterance.phones[1:]), "SIL"]
    phones = tuple(
        (sounding(phone) if after == "SIL" != phone.label else phone).shifted(-first / SAMPLE_RATE)
        for phone, after in zip(utterance.phones, following, strict=False)
    )
    return Utterance(wave[first:last], words, phones)
