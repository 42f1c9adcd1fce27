"""The figures of a network: one row per operation, and their sums."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from specnet.core.window import Window

FLOAT = 4
"""Bytes of a float32 number."""

FREE = ("reshape", "dropout")
"""What takes no memory: another view of the same numbers, or the numbers themselves outside training."""


@dataclass(frozen=True, slots=True)
class Row:
    """One operation and what is done to each number of its output (`then`: norm, activation), which takes no room.

    `output` is channels and sizes, the scan axis last. `weights` and `biases` are those of kernels, `norm` is both of
    norms. `multiply_adds` are those of kernels: kernel size, times channels over groups, times outputs, those over the
    padding included; a norm can be folded into its kernel, and sums, maxima and activations multiply nothing.
    `receptive_field` is the input that one position of the output sees, over the edges where it is padded, and
    `receptive_stride` how far apart two neighbours look; one number per axis of the input that is space.

    >>> row = Row("conv1", "conv", (10, 32, 32), (Window(5, padding=2),) * 2, weights=750, biases=10)
    >>> row.parameters, row.memory
    (760, 40960)
    """

    name: str
    kind: str
    output: tuple[int, ...]
    windows: tuple[Window, ...] = ()
    groups: int = 1
    then: tuple[str, ...] = ()
    weights: int = 0
    biases: int = 0
    norm: int = 0
    multiply_adds: int = 0
    receptive_field: tuple[int, ...] = ()
    receptive_stride: tuple[int, ...] = ()

    @property
    def parameters(self) -> int:
        """All that is learnt."""
        return self.weights + self.biases + self.norm

    @property
    def memory(self) -> int:
        """Bytes of the output as float32."""
        return 0 if self.kind in FREE else FLOAT * math.prod(self.output)

    def followed(self, row: Row) -> Row:
        """With another row's operation done to its output; a kernel over all of space, then reshaped, is `dense`."""
        reshaped = row.kind == "reshape"
        return replace(
            self,
            kind="dense" if reshaped and self.kind == "conv" else self.kind,
            then=(*self.then, *(() if reshaped else (row.kind,)), *row.then),
            output=row.output,
            norm=self.norm + row.norm,
            receptive_field=row.receptive_field,
            receptive_stride=row.receptive_stride,
        )

    def as_dict(self, all_parameters: int) -> dict[str, Any]:
        """The row as JSON; `share` is that of all parameters, 0 to 1."""
        windows = {key: [getattr(window, key) for window in self.windows] for key in WINDOW}
        figures = {key: value for key, value in asdict(self).items() if key != "windows"}
        share = self.parameters / all_parameters if all_parameters else 0.0
        return figures | windows | {"parameters": self.parameters, "share": share, "memory": self.memory}


WINDOW = ("kernel", "stride", "padding", "overhang", "dilation")


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of rows; memory in bytes, of outputs and (`parameter_memory`) of parameters, as float32."""

    parameters: int
    weights: int
    biases: int
    norm: int
    multiply_adds: int
    memory: int
    parameter_memory: int

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Total:
        summed = ("parameters", "weights", "biases", "norm", "multiply_adds", "memory")
        sums = {key: sum(getattr(row, key) for row in rows) for key in summed}
        return cls(**sums, parameter_memory=FLOAT * sums["parameters"])


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a network for one input: `(channels, height, width)`, or `(bands, frames)` of a scanner.

    `auxiliary` are heads that are only there in training, by the layer they follow: not in `total`.
    """

    network: str
    input: tuple[int, ...]
    rows: tuple[Row, ...]
    auxiliary: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    @property
    def total(self) -> Total:
        """The sums of `rows`."""
        return Total.of(self.rows)

    def as_dict(self) -> dict[str, Any]:
        """The document of `--format json`."""
        heads = {name: _part(rows) for name, rows in self.auxiliary.items()}
        return {"network": self.network, "input": self.input, **_part(self.rows), "auxiliary": heads}


def _part(rows: Sequence[Row]) -> dict[str, Any]:
    total = Total.of(rows)
    return {"layers": [row.as_dict(total.parameters) for row in rows], "total": asdict(total)}
