"""What a model says about itself, `model.json`: what all models say, and how it is read."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

from specnet.errors import SpecnetError
from specnet.runtime.fields import same_keys, typed

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Card(ABC):
    """What every model says: its name and labels, and how it was made.

    `recipe` says how it was trained, `data` on what and under which licences, `metrics` how well it does. A kind of
    model adds what is needed to run it. Raises `SpecnetError` that names the field, its value and what would be right.
    """

    KIND: ClassVar[str | None]
    """How `model.json` calls it; those for sound, which came first, say nothing."""

    GRAPH: ClassVar[str]
    """The member of the model file that holds the network."""

    OLDER: ClassVar[Mapping[str, Any]] = {}
    """What files say that are older than some fields."""

    name: str
    labels: tuple[str, ...]
    recipe: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    data: tuple[Mapping[str, Any], ...] = field(default=(), kw_only=True)
    metrics: Mapping[str, Any] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        if not self.labels or not all(self.labels) or len(set(self.labels)) < len(self.labels):
            raise SpecnetError(f"labels: {list(self.labels)}: must be one or more different words")
        self._check()

    def to_json(self) -> dict[str, Any]:
        """The document of `model.json`."""
        kind = {} if self.KIND is None else {"kind": self.KIND}
        return {
            "format_version": FORMAT_VERSION,
            **kind,
            "name": self.name,
            "labels": list(self.labels),
            **self._write(),
            "recipe": dict(self.recipe),
            "data": [dict(source) for source in self.data],
            "metrics": dict(self.metrics),
        }

    @classmethod
    def from_json(cls, document: object) -> Self:
        """Read the document of `model.json`; nothing in it is taken on trust."""
        card = {**cls.OLDER, **typed(document, dict, "model.json")}
        if (version := card.pop("format_version", None)) != FORMAT_VERSION:
            raise SpecnetError(f"format_version: {version}: this specnet reads version {FORMAT_VERSION}")
        if (kind := card.pop("kind", None)) != cls.KIND:
            raise SpecnetError(f"kind: {kind!r:.80}: must be {cls.KIND!r} beside {cls.GRAPH}")
        same_keys(card, [each.name for each in fields(cls)], "model.json")
        return cls(
            name=typed(card["name"], str, "name"),
            labels=tuple(typed(label, str, "labels") for label in typed(card["labels"], list, "labels")),
            recipe=typed(card["recipe"], dict, "recipe"),
            data=tuple(typed(source, dict, "data") for source in typed(card["data"], list, "data")),
            metrics=typed(card["metrics"], dict, "metrics"),
            **cls._read(card),
        )

    @abstractmethod
    def _check(self) -> None:
        """Refuse fields of this kind that do not fit each other."""

    @abstractmethod
    def _write(self) -> dict[str, Any]:
        """The fields of this kind, as JSON."""

    @classmethod
    @abstractmethod
    def _read(cls, card: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of this kind, from JSON."""
