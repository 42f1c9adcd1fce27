"""What a model for images says about itself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from specnet.errors import SpecnetError
from specnet.runtime.base_card import Card
from specnet.runtime.fields import numbers, typed

PREPARATIONS = ("fit", "ink")
"""How pictures of any size are made ready: see `specnet.images.prepare`."""


@dataclass(frozen=True, slots=True)
class ImageSize:
    """What a network takes: 1 channel (grey) or 3 (RGB), and pixels."""

    channels: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class ImageCard(Card):
    """What is needed to run a model for images, and to know what it is.

    `prepare` is one of `PREPARATIONS`. `stride` is the pixels between two places of a scan, None where the network
    pads its width and so cannot scan. `background` is the one of `labels` that means "no object" and is never
    reported, or None where the network knows no such thing.

    >>> card = ImageCard("digits", ("0", "1", "none"), ImageSize(1, 28, 28), "ink", stride=4, background="none")
    >>> ImageCard.from_json(card.to_json()) == card
    True
    """

    KIND: ClassVar[str | None] = "image"
    GRAPH: ClassVar[str] = "network.onnx"

    input: ImageSize
    prepare: str
    stride: int | None = None
    background: str | None = None

    def _check(self) -> None:
        size = self.input
        if size.channels not in (1, 3):
            raise SpecnetError(f"input.channels: {size.channels}: must be 1 (grey) or 3 (RGB)")
        for name, pixels in (("height", size.height), ("width", size.width)):
            if pixels < 1:
                raise SpecnetError(f"input.{name}: {pixels}: must be at least 1")
        if self.prepare not in PREPARATIONS:
            raise SpecnetError(f"prepare: {self.prepare!r:.80}: must be {' or '.join(map(repr, PREPARATIONS))}")
        if self.prepare == "ink" and (size.channels != 1 or size.height != size.width):
            raise SpecnetError("prepare: 'ink': the input must be grey and as high as wide")
        if self.stride is not None and self.stride < 1:
            raise SpecnetError(f"stride: {self.stride}: must be at least 1, or null")
        if self.background is not None and (self.background not in self.labels or not self.classes):
            raise SpecnetError(f"background: {self.background!r:.80}: must be one of several labels, or null")

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels that are reported: all but the background."""
        return tuple(label for label in self.labels if label != self.background)

    def _write(self) -> dict[str, Any]:
        return {
            "input": asdict(self.input),
            "prepare": self.prepare,
            "stride": self.stride,
            "background": self.background,
        }

    @classmethod
    def _read(cls, card: Mapping[str, Any]) -> dict[str, Any]:
        stride, background = card["stride"], card["background"]
        return {
            "input": numbers(ImageSize, card["input"], "input"),
            "prepare": typed(card["prepare"], str, "prepare"),
            "stride": None if stride is None else typed(stride, int, "stride"),
            "background": None if background is None else typed(background, str, "background"),
        }
