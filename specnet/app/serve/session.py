"""One live sound: what its client wants to hear of, and what is found. Messages in, messages out; no network."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from specnet.app.results import tidy
from specnet.app.serve.columns import Columns
from specnet.app.serve.models import Choice, Models
from specnet.app.stream import Array
from specnet.audio.blocks import Blocks
from specnet.audio.pcm import PcmFormat
from specnet.audio.resample import StreamResampler
from specnet.audio.source import mono
from specnet.errors import SpecnetError
from specnet.timeline import Segment
from specnet.units import Seconds

Message: TypeAlias = dict[str, Any] | bytes
"""JSON, or columns of the spectrogram."""

WISHES = {
    "format": str,
    "rate": int,
    "channels": int,
    "model": str,
    "labels": list,
    "threshold": float,
    "false_alarms_per_hour": float,
    "spectrogram": bool,
    "token": str,
}
"""What a first message may hold. `rate` must be there; sound is s16le of one channel unless it says otherwise."""


LARGEST = 1 << 53
"""No whole number beyond is sure to be the same in JSON."""


def read_wishes(text: str) -> dict[str, Any]:
    """The first message; raises `SpecnetError` that names what is wrong in it.

    >>> read_wishes('{"rate": 16000, "threshold": 1}')
    {'rate': 16000, 'threshold': 1.0}
    """
    try:
        wishes = json.loads(text)
    except (ValueError, RecursionError):
        wishes = None
    if not isinstance(wishes, dict):
        raise SpecnetError(f"the first message is {text!r:.60}: must be a JSON object")
    wishes = {key: value for key, value in wishes.items() if value is not None}
    for key, value in wishes.items():
        if key not in WISHES:
            raise SpecnetError(f"{key!r:.40} in the first message: it may hold {', '.join(WISHES)}")
        if WISHES[key] is float and type(value) is int and abs(value) < LARGEST:
            wishes[key] = float(value)
        elif type(value) is not WISHES[key]:
            raise SpecnetError(f"{key} is {value!r:.40}: must be {_kind(WISHES[key])}")
    if not all(isinstance(label, str) for label in wishes.get("labels", ())):
        raise SpecnetError("labels: must be a list of texts")
    if "rate" not in wishes:
        raise SpecnetError("the first message says no rate: must have the sample rate in hertz")
    return wishes


class Session:
    """Sound comes in by `push`, in chunks that may end inside a sample; `finish` ends it.

    What is found is what `specnet detect` finds in the same sound, each as soon as it is certain.

    >>> session = Session(Models.load(["welcome"]), {"rate": 16_000})
    >>> session.ready["type"], list(session.push(bytes(32_000))), list(session.finish())
    ('ready', [[], []], [[], [], [{'type': 'end', 'duration': 1.0}]])

    Raises `SpecnetError` for wishes that cannot be met.
    """

    def __init__(self, models: Models, wishes: dict[str, Any]) -> None:
        form = PcmFormat.named(wishes.get("format", "s16le"), wishes["rate"], wishes.get("channels", 1))
        names = ("model", "threshold", "false_alarms_per_hour", "labels")
        self.choice: Choice = models.choose(**{name: wishes.get(name) for name in names})
        self._blocks, self._stream = Blocks(form), self.choice.stream(form.rate)
        self._resampler = StreamResampler(form.rate, self.choice.detector.grid.sample_rate)
        self._columns = Columns(self.choice.detector) if wishes.get("spectrogram") else None

    @property
    def ready(self) -> dict[str, Any]:
        """The answer to the first message."""
        drawn = {} if self._columns is None else {"spectrogram": self._columns.layout}
        chosen = {"model": self.choice.detector.name, "labels": list(self.choice.labels)}
        return {"type": "ready", **chosen, "threshold": self.choice.threshold, **drawn}

    @property
    def heard(self) -> Seconds:
        """How much sound has come."""
        return self._blocks.heard

    def push(self, sound: bytes) -> Iterator[list[Message]]:
        """What `sound` makes certain; each turn takes no longer than half a second of sound does."""
        for samples in self._blocks.push(sound):
            yield self._hear(samples)

    def finish(self) -> Iterator[list[Message]]:
        """The rest, and the end; raises `SpecnetError` after it where the last sample was not whole."""
        yield self._hear(self._blocks.finish())
        yield self._draw(self._resampler.finish()) + self._found(self._stream.finish())
        if torn := self._blocks.torn:
            raise SpecnetError(f"the sound ends {torn} bytes into a sample of {self._blocks.form.frame}")
        yield [{"type": "end", "duration": round(self.heard, 3)}]

    def _hear(self, samples: NDArray[np.float32]) -> list[Message]:
        found = self._found(self._stream.push(samples))
        return self._draw(self._resampler.push(mono(samples))) + found

    def _draw(self, samples: Array) -> list[Message]:
        drawn = b"" if self._columns is None else self._columns.push(samples)
        return [drawn] if drawn else []

    def _found(self, segments: list[Segment]) -> list[Message]:
        return [{"type": "segment", **asdict(tidy(segment))} for segment in segments]


def _kind(kind: type) -> str:
    return {str: "text", int: "a whole number", list: "a list", float: "a number", bool: "true or false"}[kind]
