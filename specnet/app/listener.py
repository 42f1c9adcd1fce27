"""One stream of raw sound, heard by several models."""

from collections.abc import Iterator, Sequence
from typing import Any

from numpy import floating
from numpy.typing import NDArray

from specnet.app.stream import Stream
from specnet.audio.blocks import Blocks
from specnet.audio.pcm import PcmFormat
from specnet.timeline import Segment
from specnet.units import Seconds


class Listener:
    """Raw sound of one `form` goes in, in chunks of any size; what `streams` make of it comes out.

    The words are those of the same sound in a file, whatever the chunks, each as soon as it is certain (see `Heard`).

    >>> from specnet import Detector
    >>> listener = Listener(PcmFormat(16_000, 2, 1), [Detector.load("welcome").stream(16_000)])
    >>> list(listener.push(bytes(32_000))), listener.heard, listener.finish()
    ([[], []], 1.0, [])
    """

    def __init__(self, form: PcmFormat, streams: Sequence[Stream]) -> None:
        self.form = form
        self._streams, self._blocks = streams, Blocks(form)

    @property
    def heard(self) -> Seconds:
        """How much sound was pushed."""
        return self._blocks.heard

    def push(self, sound: bytes) -> Iterator[list[Segment]]:
        """What `sound` makes certain, piece by piece; raises `SpecnetError` where it ends inside a sample."""
        self.form.check(sound)
        for samples in self._blocks.push(sound):
            yield self._hear(samples)

    def finish(self) -> list[Segment]:
        """The rest, now that nothing more will come."""
        return self._hear(self._blocks.finish()) + [word for stream in self._streams for word in stream.end().words]

    def _hear(self, samples: NDArray[floating[Any]]) -> list[Segment]:
        return [word for stream in self._streams for word in stream.hear(samples).words]
