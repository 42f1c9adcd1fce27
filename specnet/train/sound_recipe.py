"""The recipe of a model for sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from specnet.data.folder import Sources
from specnet.data.mix import Mix
from specnet.data.phones import PHONES
from specnet.data.speech import Cast, Script
from specnet.data.utterance import SAMPLE_RATE
from specnet.features.logmel import LogMel
from specnet.train.recipe import AtLeastOne, Count, Label, Network, NotNegative, Positive, Recipe, Section
from specnet.train.settings import read_toml
from specnet.train.sound_loss import Loss
from specnet.units import Seconds


def _rising(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        raise ValueError("should be [lowest, highest]")
    return span


Range = Annotated[tuple[float, float], AfterValidator(_rising)]


class Voices(Section):
    """Synthetic speech: what is said, and who says it. A script may be the name of a TOML file beside the recipe."""

    scripts: tuple[Script, ...] = ()
    casts: tuple[Cast, ...] = ()

    @field_validator("scripts", mode="before")
    @classmethod
    def _read_files(cls, scripts: object, info: ValidationInfo) -> object:
        if not isinstance(scripts, list):
            return scripts
        folder = info.context or Path()
        return [read_toml(folder / entry) if isinstance(entry, str) else entry for entry in scripts]


class Augment(Section):
    """SpecAugment: masks drawn per example, their widths uniform up to the maximum; and mix-up before it."""

    time_masks: Count = 2
    time_width: Annotated[Seconds, Field(ge=0)] = 0.1
    frequency_masks: Count = 2
    frequency_width: Count = 6  # bands
    mix_up: NotNegative = 0.0  # alpha of Zhang et al. 2017, arXiv:1710.09412; 0 = none
    mix_up_share: Annotated[float, Field(ge=0, le=1)] = 1.0  # of the scenes of a batch


class SoundNetwork(Network):
    """The network of a scanner; part of it may learn phones as well."""

    phones_after: str | None = None  # the block whose output also learns phones, in training only
    history: Count = 0  # the last block also learns so many of the phones said last, in training only
    members: AtLeastOne = 1  # networks side by side in one, each with its share of the channels, that say the mean


class Head(Section):
    """How the network's output becomes scores."""

    kind: Literal["max", "softmax", "mlp"] = "softmax"
    boundaries: bool = True


class Targets(Section):
    """Which frames are positive, by the time from the end of the word to the end of the frame's window."""

    positive: Range = (0.06, 0.22)  # seconds
    ignored: Range = (0.0, 0.40)  # around it: neither positive nor background

    @model_validator(mode="after")
    def _nested(self) -> Self:
        if not self.ignored[0] <= self.positive[0] < self.positive[1] <= self.ignored[1]:
            raise ValueError(f"positive = {list(self.positive)} should lie within ignored = {list(self.ignored)}")
        return self


class Calibration(Section):
    """The operating points a model is shipped with, and the one that chooses the checkpoint."""

    false_alarms_per_hour: Positive = 0.5
    operating_points: tuple[Positive, ...] = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    validation_batches: AtLeastOne = 4  # of composed scenes, for the validation loss

    @field_validator("operating_points")
    @classmethod
    def _different(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(rates)) < len(rates):
            raise ValueError("should name each rate once")
        return rates


class SoundRecipe(Recipe):
    """Everything that decides the weights of a scanner for sound, beside the data itself.

    >>> values = {"name": "hey", "labels": ["hey"], "network": {"preset": "phonetic"}}
    >>> SoundRecipe.of(values).schedule.steps
    4000
    >>> SoundRecipe.of({**values, "loss": {"hard_fracton": 0.1}})
    Traceback (most recent call last):
    specnet.errors.SpecnetError: recipe: unknown key loss.hard_fracton; did you mean loss.hard_fraction?
    """

    kind: Annotated[Literal["sound"], Field(exclude=True)] = "sound"  # older recipes and models do not say it
    labels: Annotated[tuple[Label, ...], Field(min_length=1)]
    data: Sources = Sources()
    voices: Voices = Voices()
    scenes: Mix = Mix()
    augment: Augment = Augment()
    features: LogMel = LogMel()
    network: SoundNetwork
    head: Head = Head()
    targets: Targets = Targets()
    loss: Loss = Loss()
    calibration: Calibration = Calibration()

    @property
    def reported(self) -> tuple[str, ...]:
        """The labels that detection reports: all but the one of other words."""
        return tuple(label for label in self.labels if label != self.data.unknown)

    @field_validator("scenes")
    @classmethod
    def _possible(cls, mix: Mix) -> Mix:
        for key, value in vars(mix).items():
            if key.endswith("_share") and not 0 <= value <= 1:
                raise ValueError(f"{key} = {value:g} should be between 0 and 1")
            if isinstance(value, tuple) and key != "codecs" and value[0] > value[1]:
                raise ValueError(f"{key} = {list(value)} should be [lowest, highest]")
        if mix.after and not 0 <= mix.after[0] <= mix.after[1] < mix.length:
            raise ValueError(f"after = {list(mix.after)} should lie between 0 and length = {mix.length:g}")
        if mix.length <= 0:
            raise ValueError(f"length = {mix.length:g} should be greater than 0")
        for key in ("speed", "tempo", "tract", "overlap_voices"):
            if getattr(mix, key)[0] <= 0:
                raise ValueError(f"{key} = {list(getattr(mix, key))} should be greater than 0")
        if mix.colour_db < 0:
            raise ValueError(f"colour_db = {mix.colour_db:g} should be 0 or more")
        return mix

    @field_validator("features")
    @classmethod
    def _heard(cls, features: LogMel) -> LogMel:
        if features.sample_rate != SAMPLE_RATE:
            raise ValueError(f"sample_rate = {features.sample_rate} should be {SAMPLE_RATE}, that of all scenes")
        return features

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for script in self.voices.scripts:
            if script.label not in self.labels:
                raise ValueError(f"voices.scripts: label {script.label!r} should be one of {list(self.labels)}")
            for phone in " ".join(script.phones).split():
                if phone not in PHONES:
                    raise ValueError(f"voices.scripts: phones: {phone!r} should be one of {' '.join(PHONES)}")
        unsaid = set(self.labels) - {script.label for script in self.voices.scripts}
        if self.voices.scripts and unsaid:
            raise ValueError(f"voices.scripts: label {min(unsaid)!r} should have a script, or nothing teaches it")
        if self.data.unknown is not None and (self.data.unknown not in self.labels or not self.reported):
            raise ValueError(
                f"data.unknown = {self.data.unknown!r} should be one of several labels: {list(self.labels)}"
            )
        if self.data.unknown is not None and not self.data.words:
            raise ValueError(f"data.unknown = {self.data.unknown!r} needs data.words, where other words come from")
        for label in self.loss.label_weights:
            if label not in self.labels:
                raise ValueError(f"loss.label_weights: label {label!r} should be one of {list(self.labels)}")
        if self.loss.label_weights and len(self.labels) == 1:
            raise ValueError("loss.label_weights weighs labels against each other: of one label, set positive_weight")
        if self.loss.phone_weight and not self.network.phones_after:
            raise ValueError("loss.phone_weight needs network.phones_after, the block whose output learns the phones")
        if self.loss.history_weight and not self.network.history:
            raise ValueError("loss.history_weight needs network.history, how many phones the last block learns")
        if self.calibration.false_alarms_per_hour not in self.calibration.operating_points:
            raise ValueError(
                f"calibration.false_alarms_per_hour = {self.calibration.false_alarms_per_hour:g} should be one of "
                f"calibration.operating_points = {list(self.calibration.operating_points)}"
            )
        return self
