"""A scanner with what only training needs: waveforms in, losses out."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from specnet.core.blocks import Level
from specnet.data.phones import PHONES
from specnet.errors import SpecnetError
from specnet.features.torch_logmel import TorchLogMel
from specnet.models.build import build
from specnet.models.heads import Head, Keyword, Scores
from specnet.timeline import FrameGrid
from specnet.train.augment import mask
from specnet.train.calibrate import Validation, measure, product
from specnet.train.examples import Batch, Composer, Examples
from specnet.train.learner import Figures, Goal, Learner
from specnet.train.losses import boundary_loss, clip_loss, frame_loss, phone_loss
from specnet.train.sound_recipe import SoundRecipe


class HeldOut(Validation, Protocol):
    """With scenes in voices held out of training, for the loss."""

    @property
    def scenes(self) -> Composer: ...


class SoundLearner(Learner):
    """`keyword` is what will be shipped; where the recipe asks for it, `phones` learns from a layer half way up."""

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

        if self.grid.count(round(recipe.scenes.length * recipe.features.sample_rate)) == 0:
            seen = self.grid.receptive_field / self.grid.sample_rate
            raise SpecnetError(
                f"scenes.length = {recipe.scenes.length:g} should be at least {seen:.3f}, what the network sees"
            )

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

    def examples(self, composer: Composer) -> Examples:
        """The scenes of a composer with targets for this network."""
        return Examples(composer, self.recipe, self.grid, self.phone_grid)

    def forward(self, waveforms: Tensor) -> tuple[Scores, Tensor | None]:
        """Scores of waveforms [B, N] and logits of their phones [B, P, T'], those of the members apart: with M of them,
        B * M times. Masks some features while training."""
        features = self.features(waveforms)
        if self.training:
            logmel = self.recipe.features
            features = mask(features, self.recipe.augment, logmel.hop / logmel.sample_rate)
        if self.phones is None:
            return self.keyword.head.apart(self.keyword.trunk(features)), None
        lower, upper = self.keyword.trunk.split(str(self.recipe.network.phones_after))
        half_way = lower(features)
        phones = self.phones(half_way.flatten(1, -2))
        return self.keyword.head.apart(upper(half_way)), phones.reshape(-1, len(PHONES), phones.shape[2])

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """The parts of the loss by name, not yet weighted."""

        def targets(array: NDArray[Any]) -> Tensor:
            return torch.from_numpy(array).repeat_interleave(self.recipe.network.members, dim=0)

        scores, phones = self(torch.from_numpy(batch.waveforms))
        labels, independent = targets(batch.labels), self.recipe.head.kind == "max"
        parts = {}
        if self.recipe.loss.kind == "clip":
            parts["label"] = clip_loss(scores.logits, targets(batch.clips), independent=independent)
        else:
            loss = self.recipe.loss
            parts["label"] = frame_loss(
                scores.logits,
                labels,
                independent=independent,
                positive_weight=loss.positive_weight,
                hard_fraction=loss.hard_fraction,
                positive_q=loss.positive_q,
            )
        if scores.bounds is not None:
            parts["boundary"] = boundary_loss(scores.bounds, targets(batch.bounds), labels)
        if phones is not None:
            parts["phone"] = phone_loss(phones, targets(batch.phones))
        return parts

    def loss(self, parts: dict[str, Tensor]) -> Tensor:
        """The weighted sum that is minimised."""
        weights = {"label": 1.0, "boundary": self.recipe.loss.boundary_weight, "phone": self.recipe.loss.phone_weight}
        return torch.stack([weights[name] * part for name, part in parts.items()]).sum()

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
