"""What headers promise."""

import io

import numpy as np
import pytest

from specnet.audio.container import is_cut_short, is_unmeasured_mp3, sample_header, wav_format
from specnet.audio.pcm import PcmFormat
from tests.unit.audio.conftest import encode, tone


@pytest.mark.parametrize(
    ("kind", "size"), [("WAV PCM_16", 4), ("WAV PCM_24", 6), ("AIFF PCM_16", 4), ("RF64 PCM_16", 4)]
)
def test_promise(kind: str, size: int) -> None:
    sound = encode(tone(), kind)
    header, promised = sample_header(io.BytesIO(sound).read)
    extra = 8 if kind.startswith("AIFF") else 0  # its offset and block size
    assert promised == 24_000 * size + extra and sound.startswith(header)


def test_other_containers_promise_nothing() -> None:
    sound = encode(tone(), "FLAC PCM_16")
    assert sample_header(io.BytesIO(sound).read) == (sound[:12], None)


@pytest.mark.parametrize(
    "kind", ["WAV PCM_16", "RF64 PCM_16", "AIFF PCM_16", "OGG VORBIS", "OGG OPUS", "MP3 MPEG_LAYER_III"]
)
def test_every_cut_is_seen(kind: str) -> None:
    sound = encode(tone(), kind)
    promise = sample_header(io.BytesIO(sound).read)
    assert not is_cut_short(io.BytesIO(sound), *promise)
    for cut in np.linspace(len(promise[0]) + 40, len(sound) - 1, 20).astype(int):
        assert is_cut_short(io.BytesIO(sound[:cut]), *promise), cut


def test_a_header_without_end() -> None:
    endless = b"RIFF\xff\xff\xff\xffWAVE" + b"LIST\xff\xff\xff\x7f" + b"x" * 1000
    header, promised = sample_header(io.BytesIO(endless).read)
    assert promised is None and len(header) == 20


def test_unmeasured_mp3() -> None:
    sound = encode(tone(), "MP3 MPEG_LAYER_III")
    plain = sound.replace(b"Info", b"\0\0\0\0").replace(b"Xing", b"\0\0\0\0")
    tag = b"ID3\x04\0\0" + bytes([0, 0, 1, 2]) + b"t" * 130
    assert not is_unmeasured_mp3(io.BytesIO(sound)) and not is_unmeasured_mp3(io.BytesIO(tag + sound))
    assert is_unmeasured_mp3(io.BytesIO(plain)) and is_unmeasured_mp3(io.BytesIO(tag + plain))
    assert not is_unmeasured_mp3(io.BytesIO(encode(tone()))) and not is_unmeasured_mp3(io.BytesIO(b"\xff"))


@pytest.mark.parametrize("container", ["WAV", "RF64", "WAVEX"])  # the last one has its format tag in a GUID
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize(
    ("subtype", "width", "floating"),
    [("PCM_U8", 1, False), ("PCM_16", 2, False), ("PCM_24", 3, False), ("PCM_32", 4, False), ("FLOAT", 4, True)],
)
def test_what_the_samples_are(container: str, channels: int, subtype: str, width: int, floating: bool) -> None:
    sound = encode(tone(channels=channels), f"{container} {subtype}")
    header, _ = sample_header(io.BytesIO(sound).read)
    assert wav_format(header) == PcmFormat(48_000, width, channels, floating=floating)


@pytest.mark.parametrize("kind", ["WAV ULAW", "WAV IMA_ADPCM", "AIFF PCM_16", "FLAC PCM_16"])
def test_samples_that_are_encoded_or_in_another_container(kind: str) -> None:
    header, _ = sample_header(io.BytesIO(encode(tone(channels=1), kind)).read)
    assert wav_format(header) is None


@pytest.mark.parametrize("size", [0, 11, 12, 20, 30])
def test_half_a_header_says_nothing(size: int) -> None:
    assert wav_format(encode(tone())[:size]) is None


def test_a_rate_of_zero_is_none() -> None:
    sound = bytearray(encode(tone()))
    sound[24:28] = bytes(4)
    assert wav_format(bytes(sound)) is None
