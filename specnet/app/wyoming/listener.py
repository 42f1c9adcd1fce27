"""One stream of raw sound, heard by several models."""

from collections.abc import Iterator, Sequence

from specnet.app.stream import Stream
from specnet.audio.pcm import PcmFormat
from specnet.timeline import Segment
from specnet.units import Seconds

BLOCK: Seconds = 0.08
"""Shorter chunks are gathered: a step takes about as long for 10 ms as for 100 ms, and a word may wait for that."""

MOST_WAITING = 1 << 16
"""Bytes gathered at most: 0.08 s of what sound cards give, and not of 64 channels at 768 kHz."""

PIECE: Seconds = 0.5
"""Longer ones are cut, so that whoever else waits has his turn in between."""


class Listener:
    """Raw sound of one `form` goes in, in chunks of any size; what `streams` make of it comes out.

    The segments are those of the same sound in a file, whatever the chunks.

    >>> from specnet import Detector
    >>> listener = Listener(PcmFormat(16_000, 2, 1), [Detector.load("welcome").stream(16_000)])
    >>> list(listener.push(bytes(32_000))), listener.heard, listener.finish()
    ([[], []], 1.0, [])
    """

    def __init__(self, form: PcmFormat, streams: Sequence[Stream]) -> None:
        self.form = form
        self._streams, self._waiting, self._frames = streams, bytearray(), 0

    @property
    def heard(self) -> Seconds:
        """How much sound was pushed."""
        return self._frames / self.form.rate

    def push(self, sound: bytes) -> Iterator[list[Segment]]:
        """What `sound` makes certain, piece by piece; raises `SpecnetError` where it ends inside a sample."""
        self.form.check(sound)
        self._frames += len(sound) // self.form.frame
        self._waiting += sound
        if len(self._waiting) < min(MOST_WAITING, round(BLOCK * self.form.rate) * self.form.frame):
            return
        gathered = bytes(self._waiting)
        self._waiting.clear()
        step = round(PIECE * self.form.rate) * self.form.frame
        for begin in range(0, len(gathered), step):
            yield self._hear(gathered[begin : begin + step])

    def finish(self) -> list[Segment]:
        """The rest, now that nothing more will come."""
        return self._hear(bytes(self._waiting)) + [segment for stream in self._streams for segment in stream.finish()]

    def _hear(self, sound: bytes) -> list[Segment]:
        samples = self.form.decode(sound)
        return [segment for stream in self._streams for segment in stream.push(samples)]
