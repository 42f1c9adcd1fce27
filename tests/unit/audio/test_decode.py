"""The ways around libsndfile's limits."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.audio.files import AudioInfo, Recording, read
from specnet.audio.pcm import PcmFormat
from specnet.errors import SpecnetError
from tests.unit.audio.conftest import encode, info, tone


@pytest.fixture
def ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name, alone in PATH, that decodes everything to the WAV file at this path."""
    (programs := tmp_path / "bin").mkdir()
    (script := programs / "ffmpeg").write_text(f"#!/bin/sh\nexec /bin/cat {tmp_path}/decoded.wav\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    return tmp_path / "decoded.wav"


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.aiff"])
def test_16_bit_samples_are_those_of_libsndfile(tmp_path: Path, name: str) -> None:
    samples = np.random.default_rng(0).integers(-(1 << 15), 1 << 15, 20_000, dtype=np.int16)
    soundfile.write(tmp_path / name, samples, 16_000, subtype="PCM_16")
    assert np.array_equal(read(tmp_path / name), soundfile.read(tmp_path / name, dtype="float32")[0])


def test_a_format_that_only_ffmpeg_reads(tmp_path: Path, ffmpeg: Path) -> None:
    (path := tmp_path / "sound.m4a").write_bytes(b"\0\0\0 ftypM4A sound")
    ffmpeg.write_bytes(encode(tone()))
    assert len(read(path)) == 8_000


def test_ffmpeg_goes_on_where_libsndfile_gives_up(
    tmp_path: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = encode(tone(9.0, 16_000, 1), "FLAC PCM_16", 16_000)
    (path := tmp_path / "sound.flac").write_bytes(sound)
    ffmpeg.write_bytes(encode(tone(9.0, 16_000, 1), rate=16_000))
    whole, reading = read(path), soundfile.SoundFile.read

    def lose_sync(file: soundfile.SoundFile, *arguments: object, **options: object) -> np.ndarray:
        if file.format == "FLAC" and file.tell() >= 64_000:
            raise soundfile.LibsndfileError(1, "flac decoder lost sync")
        return reading(file, *arguments, **options)

    monkeypatch.setattr(soundfile.SoundFile, "read", lose_sync)
    np.testing.assert_allclose(read(path), whole, rtol=0, atol=1e-4)
    ffmpeg.write_bytes(encode(tone(5.0, 16_000, 1), rate=16_000))
    with pytest.raises(SpecnetError, match="its header promises 144000 samples, but it has 80000"):
        read(path)


@pytest.mark.parametrize(("code", "cut"), [(0, False), (1, True)])
def test_a_cut_where_nothing_says_how_long_it_is(tmp_path: Path, ffmpeg: Path, code: int, cut: bool) -> None:
    sound = bytearray(encode(tone(9.0, 16_000, 1), "FLAC PCM_16", 16_000))
    sound[21:26] = bytes([sound[21] & 0xF0, 0, 0, 0, 0])  # as written to a pipe: no number of samples
    (path := tmp_path / "sound.flac").write_bytes(sound[: len(sound) // 2])
    ffmpeg.write_bytes(encode(tone(4.0, 16_000, 1), rate=16_000))
    (tmp_path / "bin" / "ffmpeg").write_text(f"#!/bin/sh\n/bin/cat {ffmpeg}\nexit {code}\n")
    if cut:
        with pytest.raises(SpecnetError, match=r"cut short or damaged: it cannot be decoded beyond 4\.000 s"):
            read(path)
    else:
        assert len(read(path)) == 64_000


def test_without_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (path := tmp_path / "sound.m4a").write_bytes(b"\0\0\0 ftypM4A sound")
    with pytest.raises(SpecnetError, match="format not recognised, and there is no ffmpeg to try"):
        read(path)


def test_mp3_without_a_length_is_read_to_its_end(tmp_path: Path) -> None:
    sound = encode(tone(3.0), "MP3 MPEG_LAYER_III")
    assert b"Info" in sound[:200] or b"Xing" in sound[:200]
    at = max(sound.find(b"Info"), sound.find(b"Xing"))
    (path := tmp_path / "sound.mp3").write_bytes(sound[:at] + b"\0\0\0\0" + sound[at + 4 :])
    assert info(path).duration is None
    assert len(read(path)) / 16_000 == pytest.approx(3.0, abs=0.1)  # with the encoder's delay and padding


def test_temporary_files_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (spool := tmp_path / "spool").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    os.mkfifo(fifo := tmp_path / "pipe.flac")
    sound = encode(tone(), "FLAC PCM_16")
    if (child := os.fork()) == 0:
        fifo.write_bytes(sound)
        os._exit(0)
    assert len(read(fifo)) == 8_000
    os.waitpid(child, 0)
    assert list(spool.iterdir()) == []


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nfile://{0}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile {0.name}\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_opens_no_other_file(kind: str, tmp_path: Path) -> None:
    soundfile.write(other := tmp_path / "other.flac", tone(), 16_000)
    (path := tmp_path / "list.m3u8").write_text(PLAYLISTS[kind].format(other))
    with pytest.raises(SpecnetError, match="not audio that can be read"):
        read(path)


def test_a_pipe_is_heard_while_it_goes_on(tmp_path: Path) -> None:
    os.mkfifo(fifo := tmp_path / "live.wav")
    sound = encode(tone(0.5, 16_000, 1), rate=16_000)
    at = sound.index(b"data") + 4
    sound = sound[:at] + b"\xff" * 4 + sound[at + 4 :]
    with ThreadPoolExecutor() as pool:
        opened = pool.submit(Recording, fifo)
        with fifo.open("wb", buffering=0) as pipe:
            pipe.write(sound[:4_000])
            blocks = opened.result(timeout=60).blocks(block_seconds=4.0)
            first = len(pool.submit(next, blocks).result(timeout=60))  # and the writer has not ended
            pipe.write(sound[4_000:])
        assert first == (4_000 - at - 4) // 2 and first + sum(map(len, blocks)) == 8_000
        opened.result().__exit__()


@pytest.mark.parametrize("kind", ["WAV PCM_16", "WAV PCM_24", "WAV FLOAT", "WAVEX PCM_32", "WAV ULAW"])
def test_a_wav_stream_from_a_pipe_is_the_file(tmp_path: Path, kind: str) -> None:
    os.mkfifo(fifo := tmp_path / "pipe.wav")
    sound = encode(tone(), kind)
    (path := tmp_path / "sound.wav").write_bytes(sound)
    with ThreadPoolExecutor() as pool:
        pool.submit(fifo.write_bytes, sound)
        np.testing.assert_array_equal(read(fifo), read(path))


def test_raw_sound(tmp_path: Path) -> None:
    (path := tmp_path / "sound.raw").write_bytes(np.zeros(48_000, "<i2").tobytes())
    with Recording(path, PcmFormat(48_000, 2, 1)) as recording:
        assert recording.info == AudioInfo(48_000, 1, None)
        assert sum(map(len, recording.blocks())) == 16_000
    path.write_bytes(bytes(1_001))
    with (
        Recording(path, PcmFormat(48_000, 4, 2)) as recording,
        pytest.raises(SpecnetError, match=r"sound\.raw: ends inside a sample: it has 1 of 8 bytes"),
    ):
        list(recording.blocks())
    path.write_bytes(b"")
    with Recording(path, PcmFormat(48_000, 4, 2)) as recording, pytest.raises(SpecnetError, match="no audio in it"):
        list(recording.blocks())
