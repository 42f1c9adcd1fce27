"""What a position of a map sees of the input, axis by axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specnet.core.window import Window


@dataclass(frozen=True, slots=True)
class Sight:
    """Along one axis of the input: the window of a position, all channels of the map together.

    `place` is the axis of the map that walks along it, counted from the end (-1: the scan axis); `None` where every
    position sees the same, because the axis went into the channels or was spread over others.

    >>> sight = Sight(Window(), -1).through([Window(3), Window(7, stride=2)]).through([Window(3), Window(3)])
    >>> sight.window.span, sight.window.stride
    (11, 2)
    """

    window: Window
    place: int | None

    def through(self, windows: Sequence[Window]) -> Sight:
        """After an operation with one window per axis of the map."""
        return self if self.place is None else replace(self, window=self.window.then(windows[self.place]))

    def folded(self, shape: Sequence[int]) -> Sight:
        """After all axes of maps `[channels, *space]` but the scan axis went into the channels: all of them at once."""
        if self.place in (None, -1):
            return self
        return Sight(self.window.then(Window(shape[self.place + 1])), None)

    def merged(self, others: Sequence[Sight], spread: bool) -> Sight:
        """Of branches side by side, from the first of one to the last of another; `spread` where one is broadcast."""
        sights = [self, *others]
        widest = max((sight.window for sight in sights), key=lambda window: window.span)
        if spread or any(sight.place is None for sight in sights):
            return Sight(widest, None)
        before = max(sight.window.padding for sight in sights)
        after = max(sight.window.span - sight.window.padding for sight in sights)
        return Sight(replace(widest, kernel=before + after, padding=before), self.place)
