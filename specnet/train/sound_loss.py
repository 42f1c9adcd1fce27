"""What a training for sound minimises, as its recipe says."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from specnet.train.recipe import Label, LabelLoss, NotNegative, Positive

OF_CLIPS = ("kind", "boundary_weight", "phone_weight", "history_weight")
"""Keys that a loss over clips has, too."""

CONTRARY = (
    ("positive_q", "focal_gamma", "pull hard words opposite ways"),
    ("hard_fraction", "focal_gamma", "both leave out easy background"),
    ("positive_q", "label_smoothing", "both keep words from costing too much"),
    ("focal_gamma", "label_smoothing", "each decide what a certain frame costs"),
)
"""Keys of the loss of which a recipe has one at most, and why."""


class Loss(LabelLoss):
    """`frames` needs scenes with known word boundaries, `clip` only which label a clip holds (with any head; where the
    word was is only learnt from boundaries). Keys that weigh frames are for `frames`."""

    kind: Literal["frames", "clip"] = "frames"
    positive_weight: Positive = 1.0  # of the positive frames' mean against the background's
    # of the positive frames of a label among those of all, 1 unless given: label_weights = { stop = 2.0 }
    label_weights: dict[Label, Positive] = Field(default_factory=dict)
    # by this factor at most the background's weight rises or falls after an epoch, as `background_weight` of
    # specnet/train/schedule.py says; 1 = never, 2 is a good one
    background_step: Annotated[float, Field(ge=1)] = 1.0
    hard_fraction: Annotated[float, Field(gt=0, le=1)] = 1.0  # of the background frames, hardest first; 1 = all
    positive_q: Annotated[float, Field(ge=0, le=1)] = 0.0  # how little hopeless words count: 0 as much as they cost
    focal_gamma: NotNegative = 0.0  # how little easy frames count: times (1 - p) ** gamma; 0 = as much as they cost
    boundary_weight: NotNegative = 1.0
    phone_weight: NotNegative = 0.0
    history_weight: NotNegative = 0.0

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        changed = self.changed()
        if self.kind == "clip":
            for key in [key for key in changed if key not in OF_CLIPS]:
                raise ValueError(f"{key} = {changed[key]} is for frames: leave it out, or have kind = 'frames'")
        for one, other, why in CONTRARY:
            if one in changed and other in changed:
                raise ValueError(f"{one} = {changed[one]:g} and {other} = {changed[other]:g} {why}: leave one out")
        return self
