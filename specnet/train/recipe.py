"""A training as data: one TOML file, parsed into frozen, typed models.

Every mistake in a recipe is one clear line: an unknown key comes with the nearest known one, a wrong value with its
key, the value and what would be right.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from specnet.errors import SpecnetError
from specnet.units import Seconds

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
AtLeastOne = Annotated[int, Field(ge=1)]
Range = tuple[float, float]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="after")
    def _ranges_rise(self) -> Self:
        for key, value in self:
            is_range = isinstance(value, tuple) and len(value) == 2 and all(isinstance(x, float) for x in value)
            if is_range and value[0] > value[1]:
                raise ValueError(f"{key} = [{value[0]:g}, {value[1]:g}] should be [lowest, highest]")
        return self


class Data(_Section):
    """What is read from the data folder."""

    speech: tuple[str, ...] = ()  # parts of speech/: carriers, negatives, phones
    commands: bool = False  # speech_commands/: single words
    noise: bool = True
    impulse_responses: bool = True
    validation_share: Share = 0.1  # of the speakers, kept out of training


class Voices(_Section):
    """Synthetic speech: who says the labels, how often, and which words that sound alike."""

    engines: tuple[Literal["kokoro", "espeak"], ...] = ("kokoro", "espeak")
    kokoro_takes: Count = 400  # utterances, each with its own mixture of two voices
    espeak_takes: Count = 400
    carriers: tuple[str, ...] = ("{}",)  # sentences with {} for the label
    sounds_alike: tuple[str, ...] = ()


class Scenes(_Section):
    """How a training example is composed."""

    length: Annotated[Seconds, Field(gt=0)] = 3.0
    keyword_share: Share = 0.5  # of the scenes hold a label
    sounds_alike_share: Share = 0.2  # of the scenes hold a word that sounds like one
    noise_share: Share = 0.7
    snr_db: Range = (0.0, 30.0)
    reverb_share: Share = 0.4
    gain_db: Range = (-30.0, 0.0)
    speed: Range = (0.9, 1.1)
    pitch_semitones: Range = (-2.0, 2.0)


class Augment(_Section):
    """SpecAugment: masks drawn per example, their widths uniform up to the maximum."""

    time_masks: Count = 2
    time_width: Annotated[Seconds, Field(ge=0)] = 0.1
    frequency_masks: Count = 2
    frequency_width: Count = 6  # bands


class Features(_Section):
    """The log-mel of `specnet.features.logmel.LogMel`."""

    sample_rate: AtLeastOne = 16000
    bands: AtLeastOne = 40
    n_fft: AtLeastOne = 512
    window: AtLeastOne = 480
    hop: AtLeastOne = 160
    f_min: NotNegative = 20.0
    f_max: Positive = 7600.0


class Network(_Section):
    """A preset of `specnet.models`, or the path of one, and changes to it."""

    preset: str
    overrides: dict[str, Any] = {}
    phones_after: str | None = None  # the block whose output also learns phones, in training only


class Head(_Section):
    """How the network's output becomes scores."""

    kind: Literal["max", "softmax", "mlp"] = "softmax"
    boundaries: bool = True


class Targets(_Section):
    """Which frames are positive, by the time from the end of the word to the end of the frame's window."""

    positive: Range = (0.06, 0.22)  # seconds
    ignored: Range = (0.0, 0.40)  # around it: neither positive nor background

    @model_validator(mode="after")
    def _nested(self) -> Self:
        if not self.ignored[0] <= self.positive[0] < self.positive[1] <= self.ignored[1]:
            raise ValueError(f"positive = {list(self.positive)} should lie within ignored = {list(self.ignored)}")
        return self


class Loss(_Section):
    """`frames` needs scenes with known word boundaries, `clip` only which label a clip holds."""

    kind: Literal["frames", "clip"] = "frames"
    positive_weight: Positive = 1.0  # of the positive frames' mean against the background's
    hard_fraction: Annotated[float, Field(gt=0, le=1)] = 1.0  # of the background frames, hardest first; 1 = all
    boundary_weight: NotNegative = 1.0
    phone_weight: NotNegative = 0.0


class Optimiser(_Section):
    """AdamW."""

    learning_rate: Positive = 2e-3
    weight_decay: NotNegative = 0.01
    gradient_norm: Positive = 5.0  # clipped above


class Schedule(_Section):
    """Linear warm-up, then cosine down to zero; weights averaged along the way."""

    epochs: AtLeastOne = 20
    steps_per_epoch: AtLeastOne = 200
    batch_size: AtLeastOne = 32
    warmup_steps: Count = 200
    average_decay: Annotated[float, Field(ge=0, lt=1)] = 0.999  # of the moving average of weights; 0 = none

    @property
    def steps(self) -> int:
        return self.epochs * self.steps_per_epoch


class Calibration(_Section):
    """The operating points a model is shipped with, and the one that chooses the checkpoint."""

    false_alarms_per_hour: Positive = 0.5
    operating_points: Annotated[tuple[Positive, ...], Field(min_length=1)] = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    validation_batches: Count = 4  # of composed scenes, for the validation loss


class Recipe(_Section):
    """Everything that decides the weights of a model, beside the data itself.

    >>> recipe = Recipe.parse('name = "hey"\\nlabels = ["hey"]\\nnetwork.preset = "phonetic"', ["schedule.epochs=3"])
    >>> recipe.schedule.epochs
    3
    >>> Recipe.parse('name = "hey"\\nlabels = ["hey"]\\nnetwork.preset = "phonetic"\\nloss.hard_fracton = 0.1')
    Traceback (most recent call last):
    specnet.errors.SpecnetError: recipe: unknown key loss.hard_fracton; did you mean loss.hard_fraction?
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    labels: Annotated[tuple[str, ...], Field(min_length=1)]
    seed: int = 1
    threads: AtLeastOne = 2  # of the network's arithmetic; sums, and so weights, depend on it
    data: Data = Data()
    voices: Voices = Voices()
    scenes: Scenes = Scenes()
    augment: Augment = Augment()
    features: Features = Features()
    network: Network
    head: Head = Head()
    targets: Targets = Targets()
    loss: Loss = Loss()
    optimiser: Optimiser = Optimiser()
    schedule: Schedule = Schedule()
    calibration: Calibration = Calibration()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(f"labels = {list(self.labels)} should name each label once")
        if self.loss.phone_weight and not self.network.phones_after:
            raise ValueError("loss.phone_weight needs network.phones_after, the block whose output learns the phones")
        if self.calibration.false_alarms_per_hour not in self.calibration.operating_points:
            raise ValueError(
                f"calibration.false_alarms_per_hour = {self.calibration.false_alarms_per_hour:g} should be one of "
                f"calibration.operating_points = {list(self.calibration.operating_points)}"
            )
        return self

    @classmethod
    def load(cls, path: str | Path, overrides: Iterable[str] = ()) -> Recipe:
        """Read a TOML file; `overrides` are `section.key=value` texts, the value as in TOML or a bare word."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise SpecnetError(f"recipe {path} cannot be read: {reason}") from error
        return cls.parse(text, overrides, name=f"recipe {path}")

    @classmethod
    def parse(cls, text: str, overrides: Iterable[str] = (), name: str = "recipe") -> Recipe:
        """The recipe of a TOML text; `name` begins every error."""
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SpecnetError(f"{name} is not TOML: {error}") from error
        for override in overrides:
            _override(values, override)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SpecnetError(f"{name}: {_explain(error.errors()[0])}") from error

    def to_dict(self) -> dict[str, Any]:
        """Every value, defaults included, as plain JSON types."""
        return self.model_dump(mode="json")


def _override(values: dict[str, Any], text: str) -> None:
    """Set the value of one `section.key=value` in nested `values`."""
    path, equals, value = text.partition("=")
    *sections, key = [part.strip() for part in path.split(".")]
    if not equals or not key or not all(sections):
        raise SpecnetError(f"--set {text}: write it as section.key=value, for example schedule.epochs=3")
    for section in sections:
        values = values.setdefault(section, {})
        if not isinstance(values, dict):
            raise SpecnetError(f"--set {text}: {section} is a value, not a section")
    try:
        values[key] = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        values[key] = value.strip()


def _explain(error: ErrorDetails) -> str:
    """One line for one validation error."""
    where = ".".join(str(part) for part in error["loc"])
    should = error["msg"].removeprefix("Input ").removeprefix("Value error, ").replace("valid tuple", "list")
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(where, _keys(Recipe), n=1, cutoff=0)
        return f"unknown key {where}; did you mean {near[0]}?"
    if error["type"] == "missing":
        return f"{where} is missing"
    if error["type"] == "value_error":
        return f"{where}: {should}" if where else should
    return f"{where} = {error['input']!r} {should}"


def _keys(section: type[BaseModel], prefix: str = "") -> list[str]:
    """Dotted names of everything that can be set."""
    found = []
    for name, field in section.model_fields.items():
        found.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += _keys(field.annotation, f"{prefix}{name}.")
    return found


def same_training(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """The dotted name of the first value in which two resolved recipes differ, or None."""
    for key in sorted(one.keys() | other.keys()):
        a, b = one.get(key), other.get(key)
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            inner = same_training(a, b)
            if inner:
                return f"{key}.{inner}"
        elif a != b:
            return key
    return None
