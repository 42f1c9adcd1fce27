"""Batches of scenes with their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from specnet.data.interval import Interval
from specnet.data.phones import PHONES
from specnet.data.utterance import Utterance
from specnet.timeline import FrameGrid
from specnet.train.distil import heard
from specnet.train.sound_recipe import SoundRecipe
from specnet.train.targets import clip_target, frame_targets, history_targets, phone_targets, window_ends


class Composer(Protocol):
    """Scenes of one length; `batch` is a function of the step alone."""

    def batch(self, step: int) -> Sequence[Utterance]: ...


@dataclass(frozen=True)
class Batch:
    """`waveforms` [B, N], frame classes `labels` [B, T], word offsets `bounds` [B, 2, T], the class of each `clips`
    [B], `phones` [B, T'] (no frames without a phone grid), the last `history` [B, depth, T] of them, and what teachers
    say, `taught` [B, labels, T] (no frames without teachers)."""

    waveforms: NDArray[np.float32]
    labels: NDArray[np.int64]
    bounds: NDArray[np.float32]
    clips: NDArray[np.int64]
    phones: NDArray[np.int64]
    history: NDArray[np.int64]
    taught: NDArray[np.float32]


@dataclass(frozen=True)
class Examples:
    """Scenes turned into batches: `grid` is that of the network's output, `phone_grid` that of the layer that also
    learns phones."""

    composer: Composer
    recipe: SoundRecipe
    grid: FrameGrid
    phone_grid: FrameGrid | None

    def batch(self, step: int) -> Batch:
        """The batch of a step, the same whenever and wherever it is asked for."""
        scenes = self.composer.batch(step)
        recipe, samples = self.recipe, len(scenes[0].waveform)
        targets = [
            frame_targets(s.words, recipe.labels, self.grid, self.grid.count(samples), recipe.targets) for s in scenes
        ]
        return Batch(
            waveforms=np.stack([scene.waveform for scene in scenes]),
            labels=np.stack([target.labels for target in targets]),
            bounds=np.stack([target.bounds for target in targets]),
            clips=np.array([clip_target(scene.words, recipe.labels) for scene in scenes]),
            phones=np.stack([self._phones(scene, samples) for scene in scenes]),
            history=np.stack([self._history(scene, samples) for scene in scenes]),
            taught=np.stack([self._taught(scene.waveform) for scene in scenes]),
        )

    def _taught(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        teachers, labels = self.recipe.distil.teachers, self.recipe.labels
        return heard(teachers, labels, waveform, self.grid) if teachers else np.zeros((len(labels), 0), np.float32)

    def _phones(self, scene: Utterance, samples: int) -> NDArray[np.int64]:
        if self.phone_grid is None:
            return np.zeros(0, np.int64)
        return phone_targets(_around(scene), PHONES, self.phone_grid, self.phone_grid.count(samples))

    def _history(self, scene: Utterance, samples: int) -> NDArray[np.int64]:
        """Of the phone that ends where a word would, for the frame to be positive."""
        late = sum(self.recipe.targets.positive) / 2
        times = window_ends(self.grid, self.grid.count(samples)) - late
        return history_targets(_around(scene), PHONES, times, self.recipe.network.history)


def _around(scene: Utterance) -> list[Interval]:
    """The phones outside the keywords: a layer that is taught those within hears the whole word in a part of it."""
    return [phone for phone in scene.phones if not any(_within(phone, word) for word in scene.words)]


def _within(phone: Interval, word: Interval) -> bool:
    return word.start <= (phone.start + phone.end) / 2 <= word.end
