"""One client: what it wants to hear of, and the sound that it sends. Events in, answers out; no network."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from wyoming.event import Event
from wyoming.ping import Pong
from wyoming.wake import Detection, NotDetected

from specnet.app.listener import Listener
from specnet.app.wyoming.words import WakeWords
from specnet.audio.pcm import PcmFormat
from specnet.errors import SpecnetError
from specnet.timeline import Segment
from specnet.units import Seconds

LATEST = 1 << 53
"""No timestamp, in milliseconds, is later: the largest whole number that JSON is sure to carry."""


class Session:
    """`answer` every event of a client, in order.

    Sound begins with `audio-start`, or with a chunk, for some clients send nothing else. `detect` chooses words, all of
    them if it names none, and forgets the sound before it. What is no part of wake words is not answered.
    """

    def __init__(self, words: WakeWords, info: Event, say: Callable[[str], None]) -> None:
        self._words, self._info, self._say = words, info, say
        self._names = words.names
        self._listener: Listener | None = None
        self._detected = False
        self._anchor: tuple[int, Seconds] = (0, 0.0)

    def answer(self, event: Event) -> Iterator[list[Event]]:
        """The answers to `event`, as they come; each turn takes no longer than half a second of sound does.

        Raises `SpecnetError` for an event that cannot be meant.
        """
        match event.type:
            case "describe":
                yield [self._info]
            case "ping":
                yield [Pong(event.data.get("text")).event()]
            case "detect":
                self._choose(event.data.get("names"))
            case "audio-start":
                self._start(event.data)
            case "audio-chunk":
                yield from self._hear(event)
            case "audio-stop":
                yield self._stop()

    def _choose(self, names: Any) -> None:
        if not isinstance(names, list | None) or not all(isinstance(name, str) for name in names or ()):
            raise SpecnetError(f"detect: names are {names!r:.80}: must be a list of texts, or null for all")
        self._listener = None
        if not names:
            self._names = self._words.names
            return
        self._names, unknown = self._words.choose(names)
        if unknown:
            line = f"detect: no word {', '.join(map(repr, unknown)):.80}: here are {', '.join(self._words.names)}"
            if not self._names:
                raise SpecnetError(line)
            self._say(line)

    def _start(self, data: dict[str, Any]) -> Listener:
        form = PcmFormat(_whole(data, "rate"), _whole(data, "width"), _whole(data, "channels"))
        self._listener = self._words.listener(form, self._names)
        self._detected, self._anchor = False, (_milliseconds(data) or 0, 0.0)
        return self._listener

    def _hear(self, event: Event) -> Iterator[list[Event]]:
        listener = self._listener or self._start(event.data)
        for name in ("rate", "width", "channels"):
            here, there = event.data.get(name), getattr(listener.form, name)
            if here not in (None, there):
                raise SpecnetError(f"audio-chunk: {name} is {here!r:.40}: must stay {there}, as it began")
        if (timestamp := _milliseconds(event.data)) is not None:
            self._anchor = timestamp, listener.heard
        for segments in listener.push(event.payload or b""):
            yield self._detections(segments)

    def _stop(self) -> list[Event]:
        found = [] if self._listener is None else self._detections(self._listener.finish())
        answers = found if self._detected else [NotDetected().event()]
        self._listener, self._detected = None, False
        return answers

    def _detections(self, segments: Iterable[Segment]) -> list[Event]:
        """Detections, stamped with the end of the word, as far as that is known, on the client's clock."""
        answers = []
        for segment in segments:
            timestamp, heard = self._anchor
            when = timestamp + round(1000 * (segment.end - heard))
            answers.append(Detection(name=segment.label, timestamp=when).event())
            self._say(f"{segment.label!r} until {segment.end:.2f} s, score {segment.score:.3f} or more")
        self._detected |= bool(answers)
        return answers


def _whole(data: dict[str, Any], name: str) -> int:
    number = data.get(name)
    if type(number) is not int:
        raise SpecnetError(f"sound whose {name} is {number!r:.40}: must be a whole number")
    return number


def _milliseconds(data: dict[str, Any]) -> int | None:
    timestamp = data.get("timestamp")
    if timestamp is None:
        return None
    if type(timestamp) not in (int, float) or not -LATEST <= timestamp <= LATEST:
        raise SpecnetError(f"a timestamp is {timestamp!r:.40}: must be a number of milliseconds")
    return int(timestamp)
