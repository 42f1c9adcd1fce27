"""Raw sound of every width equals the same sound in a WAV file."""

from pathlib import Path
from wave import open as open_wave

import numpy as np
import pytest
import soundfile

from specnet.audio.pcm import PcmFormat
from specnet.errors import SpecnetError


@pytest.mark.parametrize("channels", [1, 2, 5])
@pytest.mark.parametrize(("width", "subtype"), [(1, "PCM_U8"), (2, "PCM_16"), (3, "PCM_24"), (4, "PCM_32")])
def test_it_is_what_a_wav_file_holds(width: int, subtype: str, channels: int, tmp_path: Path) -> None:
    samples = np.random.default_rng(width).uniform(-1, 1, (300, channels))
    samples[:3] = [[-1.0], [1.0], [0.0]]
    soundfile.write(path := tmp_path / "a.wav", samples, 16_000, subtype)
    expected, _ = soundfile.read(path, dtype="float32", always_2d=True)
    with open_wave(str(path)) as file:
        raw = file.readframes(300)
    np.testing.assert_array_equal(PcmFormat(16_000, width, channels).decode(raw), expected)


def test_floats_are_taken_as_they_are() -> None:
    samples = np.random.default_rng(1).normal(size=(300, 2)).astype("<f4")
    np.testing.assert_array_equal(PcmFormat.named("f32le", 16_000, 2).decode(samples.tobytes()), samples)


@pytest.mark.parametrize("encoding", ["s16be", "", "S16LE"])
def test_an_unknown_name_is_refused_with_those_that_are_known(encoding: str) -> None:
    with pytest.raises(SpecnetError, match=f"samples as '{encoding}': must be one of u8, s16le, s24le, s32le, f32le"):
        PcmFormat.named(encoding, 16_000, 1)


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ((0, 2, 1), "a sample rate of 0 Hz: must be between 1000 and 768000 Hz"),
        ((-16_000, 2, 1), "-16000 Hz"),
        ((10**12, 2, 1), "1000000000000 Hz"),
        ((16_000, 0, 1), "samples of 0 bytes: must be of 1, 2, 3 or 4"),
        ((16_000, 8, 1), "samples of 8 bytes"),
        ((16_000, 2, 0), "0 channels: must be 1 to 64"),
        ((16_000, 2, 65), "65 channels"),
        ((16_000, 8, 1, True), "samples of 8 bytes"),
        ((16_000, 2, 1, True), "floats of 2 bytes: must be of 4"),
    ],
)
def test_what_cannot_be_is_refused(form: tuple[int, ...], complaint: str) -> None:
    with pytest.raises(SpecnetError, match=complaint):
        PcmFormat(*form)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(SpecnetError, match=r"7 bytes of sound: must be a multiple of 6 \(2 channels of 3 bytes\)"):
        PcmFormat(16_000, 3, 2).decode(bytes(7))
    assert PcmFormat(16_000, 3, 2).decode(b"").shape == (0, 2)
