"""A training as data: one TOML file, parsed into frozen, typed models. Here is what all recipes have.

Every mistake in a recipe is one clear line: an unknown key comes with the nearest known one, a wrong value with its
key, the value and what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from specnet.errors import SpecnetError
from specnet.models.source import NetworkFile
from specnet.runtime.bundle import read_model
from specnet.train.settings import explain

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
AtLeastOne = Annotated[int, Field(ge=1)]
Label = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """A part of a recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def changed(self) -> dict[str, Any]:
        """The values that are not the default ones."""
        fields = type(self).model_fields
        return {key: value for key, value in self if value != fields[key].get_default(call_default_factory=True)}


class Network(Section):
    """A preset of `specnet.models`, or a TOML file beside the recipe, and changes to it.

    The name of a file is completed by what it holds now, so that a model says how it was made.
    """

    preset: str | NetworkFile
    overrides: dict[str, StrictInt | StrictFloat] = {}

    @field_validator("preset", mode="before")
    @classmethod
    def _beside(cls, preset: Any, info: ValidationInfo) -> str | NetworkFile:
        match preset:
            case str():
                return NetworkFile.read((info.context or Path()) / preset) if preset.endswith(".toml") else preset
            case {"name": str(name), "text": str(text), **more} if not more:
                return NetworkFile(name, text)
            case NetworkFile():
                return preset
        raise ValueError("should be the name of a preset, or of a TOML file beside the recipe")


class Transfer(Section):
    """What a training takes over from a model that is there already: all layers that fit, but the last."""

    init: str | None = None  # a model file, or the name of a model that ships
    last: bool = False  # the last layer too: the labels are the same
    freeze: tuple[str, ...] = ()  # layers that stay as they were, or "backbone": all that are taken over
    learning_rate_share: Positive = 1.0  # of the other layers that are taken over: times optimiser.learning_rate

    @model_validator(mode="after")
    def _from_something(self) -> Self:
        if self.freeze and self.init is None:
            raise ValueError(f"freeze = {list(self.freeze)} needs init, the model whose layers stay as they are")
        if self.last and self.init is None:
            raise ValueError("last = true needs init, the model whose last layer is taken over")
        return self


class Teacher(Section):
    """A model file that others learn from, by its name or path; a path alone is completed by what it holds now."""

    model: str
    sha256: str

    @model_validator(mode="before")
    @classmethod
    def _as_it_is(cls, value: Any) -> Any:
        return {"model": value, "sha256": read_model(value).sha256} if isinstance(value, str) else value


class Distil(Section):
    """Learning what `teachers` say of each example, the mean of their probabilities (Hinton 2015, arXiv:1503.02531)."""

    teachers: tuple[Teacher, ...] = ()
    weight: Annotated[float, Field(gt=0, le=1)] = 0.5  # of what they say; the rest is that of the labels
    temperature: Positive = 2.0  # by which logits of both are divided; above 1, what is unlikely counts more

    @model_validator(mode="after")
    def _from_somebody(self) -> Self:
        for key, value in self.changed().items():
            if not self.teachers:
                raise ValueError(f"{key} = {value:g} needs teachers, the models to learn from")
        return self

    @property
    def share(self) -> float:
        """The weight of the teachers: none where there are none."""
        return self.weight if self.teachers else 0.0


class LabelLoss(Section):
    """What the loss of all labels has."""

    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0  # this share of every target is spread over all classes


class Optimiser(Section):
    """AdamW, or stochastic gradient descent with Nesterov's momentum (0.9)."""

    kind: Literal["adamw", "sgd"] = "adamw"
    learning_rate: Positive = 2e-3
    weight_decay: NotNegative = 0.01  # L2, of all weights
    l1: NotNegative = 0.0  # of kernels: each moves towards 0 by learning rate times l1 a step, and stays there
    gradient_norm: Positive = 5.0  # clipped above


class Schedule(Section):
    """The way of the learning rate, and which weights are averaged.

    `cosine`: linear warm-up, then a cosine down to zero. `one_cycle`: up for 30 % of the steps, then down, and momentum
    the other way (Smith 2018, arXiv:1803.09820).
    """

    kind: Literal["cosine", "one_cycle"] = "cosine"
    epochs: AtLeastOne = 20
    steps_per_epoch: AtLeastOne = 200
    batch_size: AtLeastOne = 32
    warmup_steps: Count = 200  # of the cosine
    average_decay: Annotated[float, Field(ge=0, lt=1)] = 0.999  # of the moving average of weights; 0 = none
    # over the last share of the steps the rate stays, and the weights' plain mean takes the moving average's place
    # (stochastic weight averaging, Izmailov 2018, arXiv:1803.05407); 0 = never
    average_share: Annotated[float, Field(ge=0, lt=1)] = 0.0

    @property
    def steps(self) -> int:
        return self.epochs * self.steps_per_epoch

    @property
    def averaged_from(self) -> int:
        """The first step whose weights have an equal share in the mean; `steps` where there is none."""
        return self.steps - round(self.average_share * self.steps)


class Recipe(Section):
    """What decides the weights of any model, beside its data."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    labels: tuple[Label, ...]
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    threads: AtLeastOne = 2  # of the network's arithmetic; sums, and so weights, depend on it
    network: Network
    transfer: Transfer = Transfer()
    distil: Distil = Distil()
    optimiser: Optimiser = Optimiser()
    schedule: Schedule = Schedule()

    @model_validator(mode="after")
    def _labelled_once(self) -> Self:
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(f"labels = {list(self.labels)} should name each label once")
        return self

    @classmethod
    def of(cls, values: Mapping[str, Any], folder: Path = Path(), name: str = "recipe") -> Self:
        """The recipe of nested values; files it names lie in `folder`, and `name` begins every error."""
        try:
            return cls.model_validate(values, context=folder)
        except ValidationError as error:
            raise SpecnetError(f"{name}: {explain(error.errors()[0], cls)}") from error

    def to_dict(self) -> dict[str, Any]:
        """Every value, defaults included, as plain JSON types."""
        return self.model_dump(mode="json")
