"""What a microphone hears of a scene: a room, other people, noise; then what the device and the line do to it."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from specnet.data import augment, codec, device
from specnet.data.clips import any_of
from specnet.data.mix import Material, Mix
from specnet.data.utterance import SAMPLE_RATE
from specnet.units import Seconds

Wave = NDArray[np.float32]
BEFORE: Seconds = 0.7  # of a recording that begins shortly before a word, the mean


class Microphone:
    """Hears scenes of the mix's length. What the mix leaves out takes nothing from the random generator."""

    def __init__(self, material: Material, mix: Mix) -> None:
        self._material, self._mix = material, mix
        self._size = augment.transform_size(round(mix.length * SAMPLE_RATE))
        self._rooms = [augment.room_spectrum(room, self._size) for room in material.rooms]
        if mix.codec_share:
            codec.require(mix.codecs)
        # in this order; a further effect is a line here and its share in the mix
        effects: tuple[tuple[float, Callable[[Wave, np.random.Generator], Wave]], ...] = (
            (mix.gain_control_share, device.gain_controlled),
            (mix.quantisation_share, device.quantised),
            (mix.codec_share, partial(codec.coded, names=mix.codecs)),
            (mix.packet_loss_share, device.packets_lost),
        )
        self._effects = [(share, effect) for share, effect in effects if share]

    def heard(
        self, waves: Sequence[Wave], firsts: Sequence[Seconds], randoms: Sequence[np.random.Generator]
    ) -> list[tuple[Wave, float | None]]:
        """Scenes at the microphone, and their signal-to-noise ratios in dB: room, then noise, then the channel, then
        level; `firsts` are their first words."""
        sounds, snrs_db = zip(*map(self._sounds, waves, randoms), strict=True)
        return list(zip(map(self._recorded, augment.heard(sounds), firsts, randoms), snrs_db, strict=True))

    def _sounds(self, wave: Wave, random: np.random.Generator) -> tuple[augment.Sounds, float | None]:
        mix = self._mix
        if mix.gate_share and random.random() < mix.gate_share:
            wave = device.gated(wave, random)
        room, (noise, snr_db), talk = self._room(random), self._noise(wave, random), self._talk(wave, random)
        response = augment.colour(random, self._size, mix.colour_db)
        if random.random() < mix.telephone_share:
            response *= augment.telephone(random, self._size)
        if mix.resonance_share and random.random() < mix.resonance_share:
            response *= device.resonances(random, self._size)
        return augment.Sounds(wave if talk is None else wave + talk, noise, room, response), snr_db

    def _recorded(self, wave: Wave, first: Seconds, random: np.random.Generator) -> Wave:
        """At another level, by some device."""
        mix = self._mix
        peak = float(np.abs(wave).max()) + 1e-9
        wave *= np.float32(10 ** (random.uniform(*mix.gain_db) / 20) / peak)
        if random.random() < mix.clipping_share:
            wave = np.clip(wave * np.float32(random.uniform(1.5, 5) / (np.abs(wave).max() + 1e-9)), -1, 1)
        for share, effect in self._effects:
            if random.random() < share:
                wave = effect(wave, random)
        if random.random() < mix.start_share:
            wave[: int(max(0.0, first - random.exponential(BEFORE)) * SAMPLE_RATE)] = 0
        hiss = augment.excerpt(augment.hiss(), len(wave), random) * np.float32(10 ** random.uniform(-5, -3.6))
        return wave + hiss

    def _room(self, random: np.random.Generator) -> augment.ComplexSpectrum | None:
        mix, rooms = self._mix, self._rooms
        if not rooms or random.random() >= mix.reverb_share:
            return None
        which = int(random.integers(len(rooms)))
        if mix.direct_db == (0.0, 0.0):
            return rooms[which]
        return augment.room_spectrum(augment.nearer(self._material.rooms[which], mix.direct_db, random), self._size)

    def _noise(self, wave: Wave, random: np.random.Generator) -> tuple[Wave, float] | tuple[None, None]:
        mix, material = self._mix, self._material
        if random.random() >= mix.noise_share:
            return None, None
        source = material.speech if random.random() < mix.babble_share else material.noise
        if not source:
            return None, None
        noise = any_of(source, random).excerpt(len(wave), random)
        snr_db = float(random.uniform(*mix.snr_db))
        return augment.at_snr(noise, wave, snr_db), snr_db

    def _talk(self, wave: Wave, random: np.random.Generator) -> Wave | None:
        """Other people in the same room, who talk all the while, and say no keyword: nobody in `speech` does."""
        mix = self._mix
        if not mix.overlap_share or random.random() >= mix.overlap_share:
            return None
        voices = int(random.integers(mix.overlap_voices[0], mix.overlap_voices[1] + 1))
        talk = np.sum([self._voice(len(wave), random) for _ in range(voices)], axis=0)
        return augment.at_snr(talk, wave, float(random.uniform(*mix.overlap_snr_db)))

    def _voice(self, length: int, random: np.random.Generator) -> Wave:
        """One person at a common level; recordings that are too short are followed by others."""
        waves: list[Wave] = []
        while sum(map(len, waves)) < length:
            waves.append(any_of(self._material.speech, random).load().waveform)
        talk = augment.excerpt(np.concatenate(waves), length, random)
        return talk / np.float32(np.sqrt(augment.active_power(talk)))
