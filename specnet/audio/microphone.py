"""A microphone: the inputs of the sound card, by PortAudio, and their sound as it comes."""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from specnet.audio.pcm import LIVE_BLOCK
from specnet.audio.resample import StreamResampler
from specnet.errors import SpecnetError
from specnet.units import Hertz, Seconds

PATIENCE: Seconds = 5.0
"""Wireless ones take a second or two to begin."""

MOST_WAITING: Seconds = 10.0
"""So much sound waits for whoever listens; what comes beyond that is lost."""


class Device(Protocol):
    """An input that is not open yet. All that is known of hardware lies behind this."""

    @property
    def name(self) -> str: ...

    @property
    def rate(self) -> Hertz: ...

    def open(
        self, hear: Callable[[NDArray[np.float32], bool], None], ended: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """From here on, in any thread: `hear` is called with samples ``[n, channels]`` and whether some were lost
        before them, and `ended` once no more will come."""


class Microphone:
    """The sound of a `device`, mono at `sample_rate`, for as long as somebody takes it.

    A device that gives nothing for `patience` seconds is gone. `lost` is how often some sound was lost, because the
    sound card or whoever listens had no time for it.
    """

    def __init__(self, device: Device, sample_rate: Hertz, patience: Seconds = PATIENCE) -> None:
        self.name, self.lost = device.name, 0
        self._device, self._rate, self._patience = device, sample_rate, patience
        self._waiting: Queue[NDArray[np.float32] | None] = Queue(round(MOST_WAITING / LIVE_BLOCK))

    def blocks(self) -> Generator[NDArray[np.float32], None, None]:
        """Blocks ``[N]`` without end; raises `SpecnetError` when the device is gone, after its last sound."""
        resampler = StreamResampler(self._device.rate, self._rate)
        gone = "it gives no sound any more"
        with self._device.open(self._hear, lambda: self._put(None)):
            try:
                while (samples := self._waiting.get(timeout=self._patience)) is not None:
                    yield resampler.push(samples.mean(axis=1))
            except Empty:
                gone = f"it gives no sound for {self._patience:g} s"
        yield resampler.finish()
        raise SpecnetError(f"microphone {self.name!r}: {gone}: was it unplugged?")

    def _hear(self, samples: NDArray[np.float32], some_lost: bool) -> None:
        self.lost += some_lost
        self._put(samples)

    def _put(self, samples: NDArray[np.float32] | None) -> None:
        try:
            self._waiting.put_nowait(samples)
        except Full:
            self.lost += 1


@dataclass(frozen=True, slots=True)
class Input:
    """An input that there is: its number and name, either of which asks for it, and what it can do."""

    number: int
    name: str
    channels: int
    rate: Hertz
    default: bool


def load_portaudio() -> Any:
    """The package `sounddevice`; raises `SpecnetError` where the library that it calls is missing."""
    try:
        import sounddevice
    except OSError:
        raise SpecnetError(
            "no PortAudio library on this machine, by which microphones are heard: sudo apt install libportaudio2"
        ) from None
    return sounddevice


def inputs(portaudio: Any) -> list[Input]:
    """All inputs; raises `SpecnetError` where there are none."""
    found = [each for each in portaudio.query_devices() if each["max_input_channels"] > 0]
    default = portaudio.default.device[0]
    if not found:
        raise SpecnetError("no microphone: the system knows no device that records")
    return [
        Input(
            each["index"],
            each["name"],
            each["max_input_channels"],
            round(each["default_samplerate"]),
            each["index"] == default,
        )
        for each in found
    ]


class PortAudioDevice:
    """The input of this number, or with this in its name, or the system's default; at `wanted` hertz where it can.

    Where not, its own rate is taken. Raises `SpecnetError` that names what there is instead, or why it cannot be used.
    """

    def __init__(self, portaudio: Any, device: str | None, wanted: Hertz) -> None:
        self._portaudio = portaudio
        there = inputs(portaudio)
        key = int(device) if device is not None and device.isdecimal() else device
        try:
            found = portaudio.query_devices(key, "input")
        except (ValueError, portaudio.PortAudioError):
            names = "; ".join(f"{each.number} {each.name}" for each in there)
            asked = "no default microphone: give --device" if device is None else f"--device {device!r}: no such input"
            raise SpecnetError(f"{asked}; there are: {names}") from None
        self.name, self._number = found["name"], found["index"]
        self.rate, self._channels = self._settings(wanted, round(found["default_samplerate"]), found)

    def _settings(self, wanted: Hertz, own: Hertz, found: Any) -> tuple[Hertz, int]:
        problem = None
        for rate, channels in ((wanted, 1), (own, 1), (own, found["max_input_channels"])):
            try:
                self._portaudio.check_input_settings(self._number, channels, "float32", samplerate=rate)
                return rate, channels
            except self._portaudio.PortAudioError as refused:
                problem = refused
        raise self._unusable(problem)

    @contextmanager
    def open(self, hear: Callable[[NDArray[np.float32], bool], None], ended: Callable[[], None]) -> Iterator[None]:
        """See `Device`."""

        def callback(samples: NDArray[np.float32], _frames: int, _time: Any, status: Any) -> None:
            hear(samples.copy(), bool(status.input_overflow))

        try:
            stream = self._portaudio.InputStream(
                samplerate=self.rate,
                blocksize=round(LIVE_BLOCK * self.rate),
                device=self._number,
                channels=self._channels,
                dtype="float32",
                callback=callback,
                finished_callback=ended,
            )
            stream.start()
        except self._portaudio.PortAudioError as problem:
            raise self._unusable(problem) from None
        try:
            yield
        finally:
            stream.close()

    def _unusable(self, problem: Exception | None) -> SpecnetError:
        return SpecnetError(f"microphone {self.name!r}: cannot be opened: {problem}")
