"""A scanner with what only training needs: waveforms in, losses out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from specnet.core.blocks import Level
from specnet.data.phones import PHONES
from specnet.data.scenes import SceneComposer
from specnet.errors import SpecnetError
from specnet.features.torch_logmel import TorchLogMel
from specnet.models.build import build
from specnet.models.heads import Head, Keyword, Scores
from specnet.timeline import FrameGrid
from specnet.train.augment import mask
from specnet.train.calibrate import Validation, measure, product
from specnet.train.distil import check_sound
from specnet.train.examples import Batch, Composer, Examples
from specnet.train.learner import Figures, Goal, Learner
from specnet.train.losses import boundary_loss, clip_loss, frame_loss, phone_loss, teacher_loss
from specnet.train.mining import mine
from specnet.train.mix_up import Pairs
from specnet.train.schedule import background_weight
from specnet.train.sound_recipe import SoundRecipe


class HeldOut(Validation, Protocol):
    """With scenes in voices held out of training, for the loss."""

    @property
    def scenes(self) -> Composer: ...


class Heard(NamedTuple):
    """`scores`, logits of `phones` [B, P, T'] and of the last of them, `history` [B, P, depth, T]: those of the members
    apart, with M of them B * M times."""

    scores: Scores
    phones: Tensor | None
    history: Tensor | None


class SoundLearner(Learner):
    """`keyword` is what will be shipped; where the recipe asks for it, `phones` learns from a layer half way up, and
    `history` from the last."""

    goal = Goal("false_reject_rate", "words")

    def __init__(self, recipe: SoundRecipe) -> None:
        super().__init__()
        self.recipe = recipe
        self.features = TorchLogMel(recipe.features)
        network, members = recipe.network, recipe.network.members
        overrides = network.overrides | ({"members": members} if members > 1 else {})
        trunk = build(network.preset, bands=recipe.features.bands, overrides=overrides)
        labels, channels = len(recipe.labels), trunk.output[0]
        head = Head(recipe.head.kind, channels, labels, boundaries=recipe.head.boundaries, members=members)
        self.keyword = Keyword(trunk, head)
        self.phones: nn.Conv1d | None = None
        if network.phones_after:
            lower, _ = trunk.split(network.phones_after)
            self.phones = nn.Conv1d(math.prod(lower.output), members * len(PHONES), 1, groups=members)

        self.history: nn.Conv1d | None = None
        if network.history:
            self.history = nn.Conv1d(channels, members * network.history * len(PHONES), 1, groups=members)

        if self.grid.count(round(recipe.scenes.length * recipe.features.sample_rate)) == 0:
            seen = self.grid.receptive_field / self.grid.sample_rate
            raise SpecnetError(
                f"scenes.length = {recipe.scenes.length:g} should be at least {seen:.3f}, what the network sees"
            )
        check_sound(recipe.distil.teachers, recipe.labels, recipe.features.sample_rate)

    @property
    def product(self) -> Keyword:
        return self.keyword

    @property
    def layers(self) -> dict[str, nn.Module]:
        return {**dict(self.keyword.trunk.named()), "head": self.keyword.head}

    @property
    def grid(self) -> FrameGrid:
        """What each output frame sees."""
        return self.keyword.grid(self.recipe.features.frames, self.recipe.features.sample_rate)

    @property
    def phone_grid(self) -> FrameGrid | None:
        """What each frame of the phone head sees of the sound itself.

        A `level` block looks back for loudness only: it makes the frames start later, but moves no centre.
        """
        if self.recipe.network.phones_after is None:
            return None
        lower, _ = self.keyword.trunk.split(self.recipe.network.phones_after)
        sound = frames = self.recipe.features.frames
        for _, block in lower.named():
            sound = sound if isinstance(block, Level) else sound.then(block.window)
        late = frames.then(lower.window).span - sound.span
        return FrameGrid(sound.stride, sound.span, self.recipe.features.sample_rate, offset=late)

    @property
    def renews(self) -> bool:
        return self.recipe.scenes.mined_share > 0

    def hardened(self, composer: SceneComposer) -> SceneComposer:
        return composer.hardened(partial(mine, product(self.recipe, self.keyword)))

    def examples(self, composer: Composer) -> Examples:
        """The scenes of a composer with targets for this network."""
        return Examples(composer, self.recipe, self.grid, self.phone_grid)

    def forward(self, waveforms: Tensor, pairs: Pairs | None = None) -> Heard:
        """What is heard in waveforms [B, N]. Mixes up `pairs`, and masks some features while training."""
        features = self.features(waveforms)
        if pairs:
            features = pairs.features(features)
        if self.training:
            logmel = self.recipe.features
            features = mask(features, self.recipe.augment, logmel.hop / logmel.sample_rate)
        phones = history = None
        if self.phones is None:
            top = self.keyword.trunk(features)
        else:
            lower, upper = self.keyword.trunk.split(str(self.recipe.network.phones_after))
            half_way = lower(features)
            phones = self.phones(half_way.flatten(1, -2))
            phones = phones.reshape(-1, len(PHONES), phones.shape[-1])
            top = upper(half_way)
        if self.history is not None:
            history = self.history(top)
            history = history.reshape(-1, len(PHONES), self.recipe.network.history, history.shape[-1])
        return Heard(self.keyword.head.apart(top), phones, history)

    def losses(self, batch: Batch, history: Sequence[Figures] = ()) -> dict[str, Tensor]:
        """The parts of the loss by name, not yet weighted; those of scenes that are mixed up in the same parts."""
        augment = self.recipe.augment
        pairs = None
        if self.training and augment.mix_up:
            pairs = Pairs.drawn(len(batch.waveforms), augment.mix_up, augment.mix_up_share)
        heard = self(torch.from_numpy(batch.waveforms), pairs)
        background = self._background_weight(history)
        if pairs is None:
            return self._parts(heard, batch, background)
        first, other = (self._parts(heard, targets, background) for targets in pairs.targets(batch))
        return {name: pairs.part * first[name] + (1 - pairs.part) * other[name] for name in first}

    def _parts(self, heard: Heard, batch: Batch, background: float) -> dict[str, Tensor]:
        def targets(array: NDArray[Any]) -> Tensor:
            return torch.from_numpy(array).repeat_interleave(self.recipe.network.members, dim=0)

        scores = heard.scores
        loss, labels, independent = self.recipe.loss, targets(batch.labels), self.recipe.head.kind == "max"
        balance = {"positive_weight": loss.positive_weight, "hard_fraction": loss.hard_fraction}
        parts = {}
        if loss.kind == "clip":
            parts["label"] = clip_loss(scores.logits, targets(batch.clips), independent=independent)
        else:
            weights = [loss.label_weights.get(label, 1.0) for label in self.recipe.labels]
            parts["label"] = frame_loss(
                scores.logits,
                labels,
                independent=independent,
                background_weight=background,
                label_weights=torch.tensor(weights) if loss.label_weights else None,
                positive_q=loss.positive_q,
                focal_gamma=loss.focal_gamma,
                label_smoothing=loss.label_smoothing,
                **balance,
            )
        if self.recipe.distil.teachers:
            taught, temperature = targets(batch.taught), self.recipe.distil.temperature
            parts["teacher"] = teacher_loss(
                scores.logits, taught, labels, independent=independent, temperature=temperature, **balance
            )
        if scores.bounds is not None:
            parts["boundary"] = boundary_loss(scores.bounds, targets(batch.bounds), labels)
        if heard.phones is not None:
            parts["phone"] = phone_loss(heard.phones, targets(batch.phones))
        if heard.history is not None:
            parts["history"] = phone_loss(heard.history, targets(batch.history))
        return parts

    def loss(self, parts: dict[str, Tensor]) -> Tensor:
        """The weighted sum that is minimised."""
        loss, teachers = self.recipe.loss, self.recipe.distil.share
        weights = {
            "label": 1.0 - teachers,
            "teacher": teachers,
            "boundary": loss.boundary_weight,
            "phone": loss.phone_weight,
            "history": loss.history_weight,
        }
        return torch.stack([weights[name] * part for name, part in parts.items()]).sum()

    def weights(self, history: Sequence[Figures]) -> Figures:
        """That of the background, where it follows the thresholds that were measured."""
        return {} if self.recipe.loss.background_step == 1 else {"background_weight": self._background_weight(history)}

    def _background_weight(self, history: Sequence[Figures]) -> float:
        return background_weight((figures["threshold"] for figures in history), self.recipe.loss.background_step)

    @torch.no_grad()
    def measure(self, validation: HeldOut) -> Figures:
        """The false rejects of the product at the recipe's rate of false alarms, and the loss over the scenes."""
        wanted = self.recipe.calibration
        measured = measure(product(self.recipe, self.keyword), validation)
        point = measured.at(wanted.false_alarms_per_hour)
        assert point.false_reject_rate is not None
        scenes = self.examples(validation.scenes)
        losses = [self.loss(self.losses(scenes.batch(step))).item() for step in range(wanted.validation_batches)]
        return {
            "validation_loss": float(np.mean(losses)),
            "false_reject_rate": point.false_reject_rate,
            "threshold": point.threshold,
            "words": len(measured.word_scores),
        }
