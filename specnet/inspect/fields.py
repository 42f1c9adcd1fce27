"""What each position of a layer's maps sees of the input: its receptive field, exactly, along both axes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from specnet.core.blocks import Level, Reshape
from specnet.core.stack import Stack
from specnet.core.window import Window
from specnet.models.figures import FREE
from specnet.models.sight import Sight
from specnet.models.walk import Reached, Walk


@dataclass(frozen=True, slots=True)
class Field:
    """Along one axis of the input: position *j* of a map sees ``[first + j * stride, first + j * stride + span)``.

    Where every position sees the same, `stride` is 0.

    >>> Field(first=-1, stride=2, span=3).at(5), Field(-1, 2, 3).centre(5)
    ((9, 12), 10.0)
    """

    first: int
    stride: int
    span: int

    def at(self, position: int) -> tuple[int, int]:
        """The first element that is seen, and the one after the last; they may lie in the padding."""
        start = self.first + position * self.stride
        return start, start + self.span

    def centre(self, position: float) -> float:
        """The element in the middle of what is seen; half way between two, where their number is even."""
        return self.first + position * self.stride + (self.span - 1) / 2

    @classmethod
    def of(cls, sight: Sight) -> Field:
        """From what `specnet summary` knows of an axis."""
        window = sight.window
        return cls(-window.padding, 0 if sight.place is None else window.stride, window.span)


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that makes maps, and what each position of them sees of the rows and the columns of the input.

    The input is a spectrogram (rows are bands from low to high, columns are frames) or a picture (rows, columns of
    pixels). `kind` is that of its last operation. `lookback` is how many more columns before `columns` can move a
    position by their loudness alone, for a `level` takes it off; `aliases` are layers that only rearrange its numbers.
    """

    name: str
    kind: str
    rows: Field
    columns: Field
    lookback: int = 0
    aliases: tuple[str, ...] = ()


def layers_of(trunk: Stack, length: int) -> tuple[Layer, ...]:
    """The layers of a trunk in order, for an input of `length` columns; those that make no numbers of their own are
    aliases of the one before.

    What a gate (squeeze and excite) sees is everything, and is left out, as in `specnet summary`.

    >>> from specnet.models.build import build
    >>> [(layer.name, layer.columns.span) for layer in layers_of(build("tcresnet"), 200)][:3]
    [('conv1', 3), ('residual1', 27), ('residual2', 59)]
    """
    found: list[Layer] = []
    rows, columns = Sight(Window(), -2), Sight(Window(), -1)
    late = 0
    apart = len(trunk.input) == 1  # channels are bands, as long as no layer of a scanner has mixed them
    for name, block in trunk.named():
        if isinstance(block, Level):
            late += columns.window.stride * block.window.tail
            length, kind = block.window.output(length), "level"
        elif apart and isinstance(block, Reshape) and block.output == (1, *block.input):
            apart, kind = False, FREE[0]
        else:
            if apart:
                apart, rows = False, Sight(Window(trunk.input[0]), None)
            walk = Walk()
            end = walk.through(block, (name,), Reached(length, (rows, columns)))
            length, (rows, columns) = end.length, end.sights
            kind = walk.rows[-1].kind if walk.rows else FREE[0]
        if kind not in FREE:
            heard = Field.of(columns)
            found.append(Layer(name, kind, Field.of(rows), replace(heard, first=heard.first + late), late))
        elif found:
            found[-1] = replace(found[-1], aliases=(*found[-1].aliases, name))
    return tuple(found)
