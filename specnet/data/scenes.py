"""Training examples composed on the fly from parts with known boundaries.

A scene is a stretch of continuous audio as a microphone would hear it: speech after speech, in which a keyword is
said at a known place or not at all, in a room, through a channel, over noise. Scene `i` of step `k` depends on the
seed, `k` and `i` alone, so an interrupted training goes on with exactly the scenes it would have seen.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from specnet.data import augment
from specnet.data.clips import Clip, any_of
from specnet.data.microphone import Microphone
from specnet.data.mix import Material, Mix
from specnet.data.utterance import SAMPLE_RATE, Utterance, join, silence
from specnet.data.warp import revoiced
from specnet.data.words import phrase, turned
from specnet.units import Seconds

LONGEST_FILLER: Seconds = 3.0
ONSET_SHARE = 0.5  # of the fillers begin where their recording does: that is where detectors listen first
BURST = SAMPLE_RATE  # samples of noise: as long as recordings of single words are
TOLERANCE: Seconds = 0.001  # shorter gaps are left to `_fitted`
LEAST_AFTER: Seconds = 0.25  # of a scene after the end of the keyword


@dataclass(frozen=True)
class Scene(Utterance):
    """An utterance at the microphone, `snr_db` over the noise; None where there is none but the microphone's own."""

    snr_db: float | None = None


class SceneComposer:
    """Scenes for training or validation: `batch(step)` is a pure function of its step."""

    def __init__(self, material: Material, mix: Mix, seed: int, batch_size: int) -> None:
        self._material, self._mix, self._seed, self._batch_size = material, mix, seed, batch_size
        self._microphone = Microphone(material, mix)

    def hardened(self, find: Callable[[Sequence[Clip]], Sequence[Clip]]) -> "SceneComposer":
        """One that also has, in the mix's `mined_share` of the other speech, what `find` finds hardest in all of it."""
        material = self._material
        heard = [*material.speech, *material.commands, *material.background, *material.negatives]
        hard = replace(material, mined=find(heard))
        return SceneComposer(hard, self._mix, self._seed, self._batch_size)

    def batch(self, step: int) -> list[Scene]:
        return self.scenes([np.random.default_rng([self._seed, step, i]) for i in range(self._batch_size)])

    def scenes(self, randoms: Sequence[np.random.Generator]) -> list[Scene]:
        """One of each generator; their phones leave gaps where nobody knows them."""
        said = [self._said_in_all(random) for random in randoms]
        firsts = [min((word.start for word in one.words), default=self._mix.length / 2) for one in said]
        heard = self._microphone.heard([one.waveform for one in said], firsts, randoms)
        return [
            Scene(wave, one.words, one.phones, one.voices, snr_db)
            for one, (wave, snr_db) in zip(said, heard, strict=True)
        ]

    def _said_in_all(self, random: np.random.Generator) -> Utterance:
        return self._keyword(random) if random.random() < self._mix.keyword_share else self._background(random)

    def _keyword(self, random: np.random.Generator) -> Utterance:
        """A keyword that ends somewhere in the second half, with speech or silence around."""
        mix = self._mix
        word = self._positive(random)
        last = word.words[int(random.integers(len(word.words)))]
        least, most = mix.after or (LEAST_AFTER, mix.length / 2)
        end = random.uniform(mix.length - most, mix.length - least)
        before: list[Utterance] = []
        missing = end - last.end
        alone = random.random() < mix.alone_share
        while missing > TOLERANCE:
            part = silence(missing) if alone else self._around(random)
            before.insert(0, part)
            missing -= part.duration
        after: list[Utterance] = []
        missing = mix.length - end - (word.duration - last.end)
        alone = random.random() < mix.alone_share
        while missing > TOLERANCE:
            part = silence(missing) if alone else self._around(random)
            after.append(part)
            missing -= part.duration
        whole = join([*before, word, *after])
        start = sum(part.duration for part in before) + last.end - end
        return self._fitted(whole.cropped(start, start + mix.length))

    def _around(self, random: np.random.Generator) -> Utterance:
        """What is said before or after a keyword, and the pause behind it."""
        if self._mix.again_share and random.random() < self._mix.again_share:
            return join([self._positive(random), _pause(random)])
        return self._filler(random)

    def _positive(self, random: np.random.Generator) -> Utterance:
        splicers, recorded = self._material.splicers, self._material.recorded
        if self._material.words:
            return self._said(self._single(random), random)
        if recorded and random.random() < self._mix.recorded_share:
            return self._said(any_of(recorded, random).load(), random)
        if splicers and random.random() < self._mix.spliced_share:
            return self._said(splicers[int(random.integers(len(splicers)))].word(random), random)
        return self._said(any_of(self._material.positives, random).load(), random)

    def _single(self, random: np.random.Generator) -> Utterance:
        """A word by itself: one that is a label, or one that is none."""
        material, mix = self._material, self._mix
        if not material.unknown or random.random() >= mix.unknown_share:
            return any_of(material.words, random).load()
        if random.random() < mix.turned_share:
            return turned(any_of(material.words, random).load(), material.unknown[0].words[0].label, random)
        cut = material.cut and random.random() < mix.cut_share
        return any_of(material.cut if cut else material.unknown, random).load()

    def _background(self, random: np.random.Generator) -> Utterance:
        if random.random() < self._mix.silence_share:
            burst = self._mix.burst_share and self._material.noise and random.random() < self._mix.burst_share
            return self._burst(random) if burst else silence(self._mix.length)
        if self._mix.phrase_share and random.random() < self._mix.phrase_share:
            return self._fitted(self._phrase(random))
        alone = random.random() < self._mix.alone_share
        parts = [silence(float(random.uniform(0, self._mix.length)))] if alone else []
        while sum(part.duration for part in parts) < self._mix.length:
            parts.append(self._filler(random))
        return self._fitted(join(parts).cropped(0, self._mix.length))

    def _phrase(self, random: np.random.Generator) -> Utterance:
        """A word or a few, no keyword, and nothing else: as long, and as much alone, as a keyword often is."""
        spoken = self._said(phrase(any_of(self._filler_source(random.random()), random), random), random)
        before = silence(float(random.uniform(0, max(0.0, self._mix.length - spoken.duration))))
        return join([before, spoken, silence(self._mix.length)]).cropped(0, self._mix.length)

    def _burst(self, random: np.random.Generator) -> Utterance:
        """Some noise with silence around it, or a beginning or end of some."""
        wave = np.zeros(round(self._mix.length * SAMPLE_RATE), np.float32)
        first = int(random.integers(len(wave))) - BURST // 2
        last = min(len(wave), first + BURST)
        noise = any_of(self._material.noise, random).excerpt(BURST, random)
        wave[max(0, first) : last] = noise[max(0, -first) : last - first]
        return Utterance(wave)

    def _filler(self, random: np.random.Generator) -> Utterance:
        """Speech without the keyword, and the pause behind it."""
        mix, material = self._mix, self._material
        if material.mined and mix.mined_share and random.random() < mix.mined_share:
            return self._paused(any_of(material.mined, random).load(), random)
        own = bool(material.background) and random.random() < mix.background_share
        kind = random.random()
        if not own and material.splicers and kind < mix.near_miss_share:
            mimicked = material.mimics and random.random() >= mix.spliced_share  # as synthetic as the keywords are
            near = material.mimics if mimicked else material.splicers
            spoken = near[int(random.integers(len(near)))].near_miss(random)
        else:
            clips = material.background if own else self._filler_source(kind - mix.near_miss_share)
            if not clips:
                return silence(mix.length)
            clip = any_of(clips, random)
            longest = LONGEST_FILLER * mix.speed[1]
            begins = random.random() < ONSET_SHARE
            start = 0.0 if begins else float(random.uniform(0, max(0.0, clip.duration - longest)))
            spoken = clip.load(start, start + longest)
        return self._paused(spoken, random)

    def _paused(self, spoken: Utterance, random: np.random.Generator) -> Utterance:
        pause = _pause(random)
        return join([self._said(spoken, random), pause])

    def _filler_source(self, kind: float) -> Sequence[Clip]:
        mix, material = self._mix, self._material
        if kind < mix.synthetic_filler_share and material.negatives:
            return material.negatives
        if kind < mix.synthetic_filler_share + mix.command_filler_share and material.commands:
            return material.commands
        return material.speech

    def _said(self, spoken: Utterance, random: np.random.Generator) -> Utterance:
        speed = float(random.uniform(*self._mix.speed))
        level = np.sqrt(0.01 / augment.active_power(spoken.waveform)) * 10 ** (random.normal(0, 3) / 20)
        tempo, pitch, tract = self._manner(random)
        tempo = min(tempo, _fastest(spoken, self._mix.least_pace) / speed)
        wave = revoiced(spoken.waveform * np.float32(level), speed * tempo, speed * pitch, tract / speed)
        return spoken.paced(wave, speed * tempo)

    def _manner(self, random: np.random.Generator) -> tuple[float, float, float]:
        """Another tempo, pitch and length of the vocal tract, now and then, as factors; what the mix leaves out takes
        nothing from the random generator."""
        mix = self._mix
        tempo = pitch = tract = 1.0
        if mix.tempo_share and random.random() < mix.tempo_share:
            tempo = random.uniform(*mix.tempo)
        if mix.pitch_share and random.random() < mix.pitch_share:
            pitch = 2 ** (random.uniform(*mix.pitch_semitones) / 12)
        if mix.tract_share and random.random() < mix.tract_share:
            tract = random.uniform(*mix.tract)
        return tempo, pitch, tract

    def _fitted(self, said: Utterance) -> Utterance:
        """Exactly the scene's length, whatever rounding did."""
        missing = round(self._mix.length * SAMPLE_RATE) - len(said.waveform)
        wave = np.pad(said.waveform, (0, missing)) if missing > 0 else said.waveform[: len(said.waveform) + missing]
        return replace(said, waveform=wave)


def _fastest(spoken: Utterance, least_pace: Seconds) -> float:
    """How much faster it may be said, for no word to take less than `least_pace` a phone."""
    factors = [math.inf]
    for word in spoken.words if least_pace else ():
        phones = sum(word.start <= (phone.start + phone.end) / 2 <= word.end for phone in spoken.phones)
        factors += [(word.end - word.start) / (phones * least_pace)] if phones else []
    return min(factors)


def _pause(random: np.random.Generator) -> Utterance:
    return silence(float(random.exponential(0.25)))
