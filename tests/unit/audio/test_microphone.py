"""Microphones, with PortAudio played by an object, and a sound card by another."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from specnet.audio.microphone import MOST_WAITING, Input, Microphone, PortAudioDevice, inputs
from specnet.audio.pcm import LIVE_BLOCK
from specnet.errors import SpecnetError


class Refused(Exception):
    """What `sounddevice.PortAudioError` is."""


@dataclass
class Portaudio:
    """The part of the package `sounddevice` that is called: a loudspeaker, and these inputs."""

    inputs: Sequence[tuple[str, int, float]] = (("Webcam", 1, 16_000.0), ("USB Audio", 2, 48_000.0))
    accepts: Callable[[int, int], bool] = lambda rate, channels: True
    opens: bool = True
    streams: list[SimpleNamespace] = field(default_factory=list)
    PortAudioError: type[Exception] = Refused
    default: Any = field(default_factory=lambda: SimpleNamespace(device=[2, 0]))

    def query_devices(self, device: int | str | None = None, kind: str | None = None) -> Any:
        there = [("Loudspeaker", 0, 48_000.0), *self.inputs]
        devices = [
            {"index": number, "name": name, "max_input_channels": channels, "default_samplerate": rate}
            for number, (name, channels, rate) in enumerate(there)
        ]
        if kind is None:
            return devices
        if device is None:
            device = self.default.device[0]
        fitting = [each for each in devices if device == each["index"] or str(device).lower() in each["name"].lower()]
        if len(fitting) != 1 or not fitting[0]["max_input_channels"]:
            raise (
                ValueError("No input device matching") if isinstance(device, str) else Refused("Error querying device")
            )
        return fitting[0]

    def check_input_settings(self, device: int, channels: int, dtype: str, samplerate: int) -> None:
        if not self.accepts(samplerate, channels):
            raise Refused("Invalid sample rate [PaErrorCode -9997]")

    def InputStream(self, **options: Any) -> Any:
        stream = SimpleNamespace(**options, closed=False, start=lambda: None)
        stream.close = lambda: setattr(stream, "closed", True)
        if not self.opens:
            raise Refused("Error opening InputStream: Device unavailable [PaErrorCode -9985]")
        self.streams.append(stream)
        return stream


@dataclass
class Card:
    """A sound card that gives these blocks at once, each with whether some was lost before it, and may then end."""

    blocks: Sequence[tuple[np.ndarray, bool]]
    ends: bool = True
    rate: int = 16_000
    name: str = "card"
    closed: bool = False

    @contextmanager
    def open(self, hear: Callable[[np.ndarray, bool], None], ended: Callable[[], None]) -> Iterator[None]:
        for samples, lost in self.blocks:
            hear(samples, lost)
        if self.ends:
            ended()
        yield
        self.closed = True


def taken(microphone: Microphone) -> tuple[list[np.ndarray], str]:
    """All its sound, and why it ended."""
    blocks: list[np.ndarray] = []
    try:
        for block in microphone.blocks():
            blocks.append(block)
    except SpecnetError as gone:
        return blocks, str(gone)
    raise AssertionError("a microphone has no end but a failure")


def test_the_default_or_a_number_or_a_part_of_the_name() -> None:
    api = Portaudio()
    assert [PortAudioDevice(api, asked, 16_000).name for asked in (None, "1", "usb", "Web")] == [
        "USB Audio",
        "Webcam",
        "USB Audio",
        "Webcam",
    ]
    assert inputs(api) == [Input(1, "Webcam", 1, 16_000, False), Input(2, "USB Audio", 2, 48_000, True)]


@pytest.mark.parametrize("asked", ["0", "7", "bluetooth", "e"])
def test_no_such_microphone(asked: str) -> None:
    with pytest.raises(SpecnetError) as caught:
        PortAudioDevice(Portaudio(), asked, 16_000)
    assert str(caught.value) == f"--device {asked!r}: no such input; there are: 1 Webcam; 2 USB Audio"


def test_no_default_and_none_at_all() -> None:
    with pytest.raises(SpecnetError, match="no default microphone: give --device; there are: 1 Webcam"):
        PortAudioDevice(Portaudio(default=SimpleNamespace(device=[-1, 0])), None, 16_000)
    with pytest.raises(SpecnetError, match="no microphone: the system knows no device that records"):
        PortAudioDevice(Portaudio(inputs=()), None, 16_000)


@pytest.mark.parametrize(
    ("accepts", "rate", "channels"),
    [
        (lambda rate, channels: True, 16_000, 1),
        (lambda rate, channels: rate == 48_000, 48_000, 1),
        (lambda rate, channels: rate == 48_000 and channels == 2, 48_000, 2),
    ],
)
def test_its_own_rate_where_it_refuses_ours(accepts: Callable[[int, int], bool], rate: int, channels: int) -> None:
    api = Portaudio(accepts=accepts)
    device = PortAudioDevice(api, "USB", 16_000)
    with device.open(lambda *_: None, lambda: None):
        [stream] = api.streams
    assert (device.rate, stream.samplerate, stream.channels, stream.device) == (rate, rate, channels, 2)
    assert stream.blocksize == round(LIVE_BLOCK * rate) and stream.closed


def test_what_cannot_be_used_is_one_line() -> None:
    with pytest.raises(SpecnetError, match=r"microphone 'Webcam': cannot be opened: Invalid sample rate \[PaErr"):
        PortAudioDevice(Portaudio(accepts=lambda *_: False), "Webcam", 16_000)
    device = PortAudioDevice(Portaudio(opens=False), "Webcam", 16_000)
    with pytest.raises(SpecnetError, match="'Webcam': cannot be opened: Error opening InputStream: Device unavailable"):
        next(Microphone(device, 16_000).blocks())


def test_what_the_callback_gets_is_copied_and_heard() -> None:
    api = Portaudio()
    microphone = Microphone(PortAudioDevice(api, "USB", 16_000), 16_000)
    blocks = microphone.blocks()
    buffer = np.array([[0.5, 0.1]], np.float32)

    def callback(stream: Any, lost: bool) -> None:
        stream.callback(buffer, 1, None, SimpleNamespace(input_overflow=lost))

    api.InputStream = lambda **options: SimpleNamespace(  # type: ignore[method-assign]
        start=lambda: [callback(SimpleNamespace(**options), lost) for lost in (False, True)], close=lambda: None
    )
    first = next(blocks)
    buffer[:] = 0.0  # PortAudio uses it again
    np.testing.assert_allclose([*first, *next(blocks)], [0.3, 0.3])
    assert microphone.lost == 1


def test_unplugged_after_its_last_sound() -> None:
    card = Card([(np.full((480, 2), value, np.float32), False) for value in (0.1, 0.2)])
    blocks, why = taken(Microphone(card, 16_000))
    np.testing.assert_allclose(np.concatenate(blocks), [0.1] * 480 + [0.2] * 480)
    assert why == "microphone 'card': it gives no sound any more: was it unplugged?" and card.closed


def test_silent_for_too_long() -> None:
    blocks, why = taken(Microphone(Card([(np.zeros((10, 1), np.float32), False)], ends=False), 16_000, patience=0.01))
    assert len(blocks) == 2 and why == "microphone 'card': it gives no sound for 0.01 s: was it unplugged?"


def test_the_last_of_the_resampled_sound_is_heard() -> None:
    card = Card([(np.zeros((480, 1), np.float32), False)] * 10, rate=48_000)
    assert sum(map(len, taken(Microphone(card, 16_000))[0])) == 1_600


def test_lost_sound_is_counted_and_memory_is_bounded() -> None:
    most = round(MOST_WAITING / LIVE_BLOCK)
    card = Card([(np.zeros((1, 1), np.float32), number < 3) for number in range(most + 7)], ends=False)
    microphone = Microphone(card, 16_000, patience=0.01)
    blocks, _ = taken(microphone)
    assert (len(blocks), microphone.lost) == (most + 1, 3 + 7)
