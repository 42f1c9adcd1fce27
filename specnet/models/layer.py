"""What every layer kind is: a frozen description that builds its block for the shape that reaches it."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from specnet.core.block import Block, Shape
from specnet.models.units import Count


class LayerSpec(BaseModel):
    """One layer as data."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ClassVar[str]
    name: str = Field(default="", pattern="^([a-z][a-z0-9_-]*)?$")
    repeat: Count = 1

    @abstractmethod
    def build(self, input: Shape, length: int | None = None) -> Block:
        """The block for an input shape, and a scan axis of `length` where it is known: images, not scanners.

        Raises `SpecnetError` where it cannot be.
        """
