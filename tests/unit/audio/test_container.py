"""What headers promise."""

import io

import numpy as np
import pytest

from specnet.audio.container import is_cut_short, is_unmeasured_mp3, sample_header
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
