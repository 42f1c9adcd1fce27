"""The one place where sizes are computed: kernel, stride, dilation and padding along one axis."""

from __future__ import annotations

from dataclasses import dataclass

from specnet.errors import SpecnetError


@dataclass(frozen=True, slots=True)
class Window:
    """How an operation looks at one axis: output *i* sees inputs `[i * stride - padding, ... + span)`.

    Convolution, pooling, framing and whole networks are all windows; `then` composes them. Lengths count
    elements of the axis (samples, frames or pixels).

    >>> Window(kernel=3, dilation=2).span
    5
    >>> Window(kernel=512, stride=160).output(16000)
    97
    >>> Window(3).then(Window(3))                       # two 3-kernels see what one 5-kernel sees
    Window(kernel=5, stride=1, dilation=1, padding=0, overhang=0)

    `padding` is added at both ends, `overhang` at the far end alone: the last window may hang over the edge. Raises
    `SpecnetError` when a number makes no sense (a kernel, stride or dilation below 1, negative padding or overhang).
    """

    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    padding: int = 0
    overhang: int = 0

    def __post_init__(self) -> None:
        for name, least in (("kernel", 1), ("stride", 1), ("dilation", 1), ("padding", 0), ("overhang", 0)):
            value = getattr(self, name)
            if value < least:
                raise SpecnetError(f"window: {name} is {value}, but must be at least {least}")

    @property
    def span(self) -> int:
        """Input elements from the first to the last that one output sees: the dilated kernel.

        >>> Window(kernel=9, dilation=2).span
        17
        """
        return (self.kernel - 1) * self.dilation + 1

    @property
    def tail(self) -> int:
        """Input elements to carry from one chunk to the next when streaming: `span - stride`, at least 0.

        >>> Window(kernel=5, stride=2).tail
        3
        """
        return max(0, self.span - self.stride)

    @property
    def skip(self) -> int:
        """Input elements at the start of every stride that no output sees: `stride - span`, at least 0."""
        return max(0, self.stride - self.span)

    @property
    def warm_up(self) -> int:
        """Outputs of a fresh stream that still see the zeros it started from: output *j* ends at `(j + 1) * stride`.

        >>> Window(kernel=117, stride=2).warm_up
        58
        """
        return max(0, -((self.stride - self.span) // self.stride))

    def output(self, n: int) -> int:
        """Number of outputs for `n` inputs, 0 where the window does not fit.

        >>> Window(kernel=5, padding=2).output(32)
        32
        >>> Window(kernel=7).output(5)
        0
        """
        return max(0, (n + 2 * self.padding + self.overhang - self.span) // self.stride + 1)

    @property
    def padded(self) -> bool:
        """Whether outputs at an edge see what is not there."""
        return self.padding > 0 or self.overhang > 0

    def then(self, following: Window) -> Window:
        """The window of this operation followed by another: its kernel is the receptive field.

        >>> Window(kernel=512, stride=160).then(Window(kernel=5, stride=2))
        Window(kernel=1152, stride=320, dilation=1, padding=0, overhang=0)
        """
        return Window(
            kernel=self.span + (following.span - 1) * self.stride,
            stride=self.stride * following.stride,
            padding=self.padding + following.padding * self.stride,
            overhang=self.overhang + following.overhang * self.stride,
        )
