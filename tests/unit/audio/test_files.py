"""Good files of every kind, and every kind of bad file."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from specnet.audio.files import AudioInfo, Recording, read, read_blocks
from specnet.errors import SpecnetError
from tests.unit.audio.conftest import FORMATS, encode, info, tone


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format(tmp_path: Path, kind: str) -> None:
    (path := tmp_path / "sound").write_bytes(encode(tone(), kind))  # the name says nothing
    samples = read(path)
    assert info(path) == AudioInfo(48_000, 2, 0.5)
    assert samples.dtype == np.float32 and samples.shape == (8_000,)
    inner = slice(200, -200)  # where lossy coders are at home
    np.testing.assert_allclose(samples[inner], tone(rate=16_000, channels=1)[inner, 0], atol=FORMATS[kind])


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_every_rate_and_channel_count(tmp_path: Path, rate: int, channels: int) -> None:
    (path := tmp_path / "sound.wav").write_bytes(encode(tone(0.5, rate, channels), rate=rate))
    samples = read(path)
    assert abs(len(samples) - 8_000) <= 1
    np.testing.assert_allclose(samples[:8_000], tone(rate=16_000, channels=1)[: len(samples), 0], atol=2e-3)


def test_blocks_are_the_whole(tmp_path: Path) -> None:
    (path := tmp_path / "sound.wav").write_bytes(encode(tone(1.3, 44_100), rate=44_100))
    with Recording(path) as recording:
        blocks = list(recording.blocks(block_seconds=0.1))
        assert recording.heard == pytest.approx(1.3)
    assert len(blocks) == 14 and max(map(len, blocks)) <= 2 * 1_600
    np.testing.assert_array_equal(np.concatenate(blocks), read(path))


def test_another_target_rate(tmp_path: Path) -> None:
    (path := tmp_path / "sound.wav").write_bytes(encode(tone()))
    assert sum(map(len, read_blocks(path, sample_rate=8_000))) == 4_000


@pytest.mark.parametrize("kind", FORMATS)
def test_standard_input(through_pipe: Callable[[bytes], str], kind: str) -> None:
    assert through_pipe(encode(tone(), kind)) == "8000"


def test_wav_stream_that_does_not_know_its_length(tmp_path: Path, through_pipe: Callable[[bytes], str]) -> None:
    sound = encode(tone())
    at = sound.index(b"data") + 4
    for unknown in (b"\xff" * 4, b"\0" * 4, b"\x00\xf0\xff\x7f"):
        stream = sound[:4] + unknown + sound[8:at] + unknown + sound[at + 4 :]
        (path := tmp_path / "stream.wav").write_bytes(stream)
        assert through_pipe(stream) == "8000" and len(read(path)) == 8_000
        assert info(path).duration is None


def test_samples_beyond_full_scale_are_kept(tmp_path: Path) -> None:
    (path := tmp_path / "loud.wav").write_bytes(encode(10 * tone(), "WAV FLOAT"))
    assert read(path).max() == pytest.approx(3, abs=0.01)


def refusal(path: Path) -> str:
    with pytest.raises(SpecnetError) as caught:
        read(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "WAV PCM_U8"])
@pytest.mark.parametrize("programs", ["", os.environ["PATH"]], ids=["alone", "with programs"])
def test_cut_short(
    tmp_path: Path, through_pipe: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch, kind: str, programs: str
) -> None:
    monkeypatch.setenv("PATH", programs)  # with ffmpeg, where there is one, and without
    whole = encode(tone(2.0), kind)
    (path := tmp_path / "sound").write_bytes(whole[: len(whole) * 2 // 3])
    assert "cut short" in refusal(path)
    assert "standard input: the file is cut short or damaged: " in through_pipe(path.read_bytes())


def test_nothing_in_it(tmp_path: Path, through_pipe: Callable[[bytes], str]) -> None:
    (path := tmp_path / "empty.wav").touch()
    assert "empty (0 bytes)" in refusal(path)
    assert through_pipe(b"") == "standard input: empty (0 bytes): expected audio"
    path.write_bytes(encode(np.zeros((0, 1))))
    assert "no audio in it (0 samples)" in refusal(path)
    assert through_pipe(path.read_bytes()) == "standard input: no audio in it (0 samples)"


def test_no_audio(tmp_path: Path, through_pipe: Callable[[bytes], str]) -> None:
    (path := tmp_path / "text.wav").write_text("This is no sound.\n" * 100)
    assert "not audio that can be read (format not recognised" in refusal(path)
    assert "WAV, FLAC, Ogg Vorbis" in through_pipe(path.read_bytes())
    path.write_bytes(encode(tone())[:20])
    assert "cannot" in refusal(path) or "not audio" in refusal(path)
    assert "not audio that can be read" in through_pipe(b"RIFF\0\0\0\0WAVEfmt nonsense")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("value", "name"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf"), (1e30, "1e+30")])
def test_samples_that_are_no_numbers(tmp_path: Path, value: float, name: str) -> None:
    samples = tone(1.0, 16_000, 2)
    samples[4_000] = value, -value  # their mean would say nothing
    (path := tmp_path / "bad.wav").write_bytes(encode(samples, "WAV FLOAT", 16_000))
    message = refusal(path)
    assert f"a sample is {name}" in message and "at 0.250 s" in message


def test_a_rate_that_is_none(tmp_path: Path) -> None:
    (path := tmp_path / "slow.wav").write_bytes(encode(tone(), rate=10))
    assert "a sample rate of 10 Hz: must be between 1000 and 768000 Hz" in refusal(path)


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(tmp_path / "missing.wav").endswith("missing.wav: no such file")
    assert "a directory: give an audio file" in refusal(tmp_path)

    def forbidden(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("specnet.audio.decode.FileIO", forbidden)
    assert "no permission to read it" in refusal(tmp_path / "secret.wav")
