"""Raw sound of every width equals the same sound in a WAV file."""

import io
from collections.abc import Sequence
from pathlib import Path
from wave import open as open_wave

import numpy as np
import pytest
import soundfile

from specnet.audio.pcm import LIVE_BLOCK, PcmFormat, PcmReader
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
    with pytest.raises(
        SpecnetError, match=f"samples as '{encoding}': must be one of u8, s16le, s24le, s32le, f32le, f64le"
    ):
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
    ],
)
def test_what_cannot_be_is_refused(form: tuple[int, ...], complaint: str) -> None:
    with pytest.raises(SpecnetError, match=complaint):
        PcmFormat(*form)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(SpecnetError, match=r"7 bytes of sound: must be a multiple of 6 \(2 channels of 3 bytes\)"):
        PcmFormat(16_000, 3, 2).decode(bytes(7))
    assert PcmFormat(16_000, 3, 2).decode(b"").shape == (0, 2)


@pytest.mark.parametrize(("name", "subtype"), [("f32le", "FLOAT"), ("f64le", "DOUBLE"), ("s24le", "PCM_24")])
def test_named_formats_are_those_of_wav_files(name: str, subtype: str) -> None:
    samples = np.random.default_rng(1).uniform(-2 if name[0] == "f" else -1, 1, (300, 2))
    soundfile.write(file := io.BytesIO(), samples, 16_000, subtype, format="WAV")
    form = PcmFormat.parse(f"{name}@16000x2")
    raw = file.getvalue()[-300 * form.frame :] if subtype == "PCM_24" else samples.astype(f"<f{form.width}").tobytes()
    expected, _ = soundfile.read(io.BytesIO(file.getvalue()), dtype="float32")
    np.testing.assert_array_equal(form.decode(raw), expected)


@pytest.mark.filterwarnings("error")
def test_floats_too_large_for_32_bits_become_infinite() -> None:
    assert PcmFormat.parse("f64le@16000").decode(np.array([1e300]).tobytes()) == np.inf


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "s16le",
            r"'s16le': must be FORMAT@RATExCHANNELS, as in s16le@16000x1, with one of u8, s16le, s24le",
        ),
        ("s16be@16000", "must be FORMAT@RATExCHANNELS"),
        ("s16le@16kx1", "must be FORMAT@RATExCHANNELS"),
        ("s16le@16000x1\n", "must be FORMAT@RATExCHANNELS"),
        ("s16le@0", "a sample rate of 0 Hz: must be between 1000 and 768000 Hz"),
        ("s16le@16000x0", "0 channels: must be 1 to 64"),
    ],
)
def test_formats_that_are_none(text: str, complaint: str) -> None:
    with pytest.raises(SpecnetError, match=complaint):
        PcmFormat.parse(text)


class Pipe(io.RawIOBase):
    """Gives these pieces, one for each call, or less."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = list(pieces)

    def read(self, size: int = -1) -> bytes:
        piece, rest = (self.pieces[0][:size], self.pieces[0][size:]) if self.pieces else (b"", b"")
        self.pieces[:1] = [rest] if rest else []
        return piece


def test_a_reader_waits_for_a_block_and_for_no_more() -> None:
    form = PcmFormat(1_000, 2, 1)
    least = round(LIVE_BLOCK * 1_000)
    pieces = [bytes(2 * least - 1), bytes(5), bytes(8 * least), bytes(3)]
    reader = PcmReader(Pipe(pieces), form)  # type: ignore[arg-type]
    counts = [len(reader.read(3 * least)) for _ in range(5)]
    assert counts == [least + 2, 3 * least, least, 1, 0] and len(reader.left_over) == 1


def test_a_reader_stops_where_it_was_promised() -> None:
    reader = PcmReader(Pipe([bytes(100)]), PcmFormat(16_000, 2, 2), promised=30)  # type: ignore[arg-type]
    assert reader.frames == 7 and [len(reader.read(5)) for _ in range(3)] == [5, 2, 0]
