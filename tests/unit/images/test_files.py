"""Pictures of every mode and format, and what is wrong with files that are none."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from specnet.errors import SpecnetError
from specnet.images.files import LARGEST, read, write_png

COLOURS = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
GREYS = COLOURS[..., 0]


def saved(folder: Path, image: Image.Image, name: str = "picture.png", **options: object) -> Path:
    image.save(folder / name, **options)
    return folder / name


def read_bytes(path: Path) -> np.ndarray:
    """The picture as Pillow would give it: [H, W, C] or [H, W], 0 to 255."""
    picture = read(path)
    assert picture.dtype == np.float32 and picture.flags.c_contiguous
    scaled = np.rint(picture * 255).astype(np.uint8)
    return scaled[0] if len(scaled) == 1 else scaled.transpose(1, 2, 0)


@pytest.mark.parametrize("suffix", ["png", "bmp", "webp"])
def test_colours(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path, Image.fromarray(COLOURS), f"picture.{suffix}", lossless=True)
    np.testing.assert_array_equal(read_bytes(path), COLOURS)


@pytest.mark.parametrize("suffix", ["png", "bmp"])
def test_greys(tmp_path: Path, suffix: str) -> None:
    picture = read_bytes(saved(tmp_path, Image.fromarray(GREYS), f"picture.{suffix}"))
    np.testing.assert_array_equal(picture, GREYS)


def test_the_name_says_nothing_about_the_format(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(COLOURS), "photo.jpg", format="PNG")
    np.testing.assert_array_equal(read_bytes(path), COLOURS)


def test_black_and_white_and_palette(tmp_path: Path) -> None:
    ones = Image.fromarray(GREYS > 127)
    np.testing.assert_array_equal(read_bytes(saved(tmp_path, ones)), (GREYS > 127) * np.uint8(255))
    palette = Image.fromarray(COLOURS).quantize(16)
    for name in ("palette.png", "palette.gif"):
        np.testing.assert_array_equal(read_bytes(saved(tmp_path, palette, name)), np.asarray(palette.convert("RGB")))


def test_sixteen_bits_keep_their_precision(tmp_path: Path) -> None:
    deep = np.array([[0, 1, 32_768, 65_535]], np.uint16)
    np.testing.assert_allclose(read(saved(tmp_path, Image.fromarray(deep))), deep[None] / 65_535, rtol=1e-6)


def test_one_transparent_grey_of_sixteen_bits_is_white(tmp_path: Path) -> None:
    deep = np.array([[0, 1, 32_768, 65_535]], np.uint16)
    path = saved(tmp_path, Image.fromarray(deep), transparency=32_768)
    np.testing.assert_allclose(read(path), np.array([[[0, 1, 65_535, 65_535]]]) / 65_535, rtol=1e-6)


def test_cmyk(tmp_path: Path) -> None:
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    picture = read(saved(tmp_path, image, "print.jpg", quality=95))
    np.testing.assert_allclose(picture.mean((1, 2)), [1, 0, 0], atol=0.03)


@pytest.mark.parametrize(("mode", "ink"), [("RGBA", (0, 0, 0)), ("LA", (0,))])
def test_what_is_transparent_is_white(tmp_path: Path, mode: str, ink: tuple[int, ...]) -> None:
    image = Image.new(mode, (3, 1))
    for x, alpha in enumerate((255, 51, 0)):
        image.putpixel((x, 0), (*ink, alpha))
    picture = read(saved(tmp_path, image))
    np.testing.assert_allclose(picture, np.broadcast_to([0, 0.8, 1], (len(ink), 1, 3)), atol=1e-6)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_one_transparent_colour_is_white(tmp_path: Path, mode: str) -> None:
    image = Image.new(mode, (4, 4), 0)
    path = saved(tmp_path, image, transparency=(0, 0, 0) if mode == "RGB" else 0)
    assert read(path).min() == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright(tmp_path: Path, orientation: int) -> None:
    upright = np.kron(np.array([[0, 255], [80, 160], [40, 120]], np.uint8), np.ones((8, 8), np.uint8))
    # what the camera stored, from how it says that it held it: TIFF 6.0, Orientation
    turns = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: np.transpose,
        6: np.rot90,
        7: lambda a: np.rot90(a, 2).T,
        8: lambda a: np.rot90(a, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path, Image.fromarray(np.ascontiguousarray(turns[orientation](upright))), "p.jpg", exif=exif)
    np.testing.assert_allclose(read_bytes(path), upright, atol=6)


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_written_is_read(tmp_path: Path, channels: int) -> None:
    picture = np.linspace(0, 1, channels * 4 * 64).reshape(channels, 4, 64)
    write_png(tmp_path / "out", picture)
    np.testing.assert_allclose(read(tmp_path / "out"), picture, atol=0.5 / 255 + 1e-6)
    write_png(tmp_path / "out", picture * 3 - 1)
    np.testing.assert_allclose(read(tmp_path / "out"), np.clip(picture * 3 - 1, 0, 1), atol=0.5 / 255 + 1e-6)


def test_a_picture_has_one_channel_or_three(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"a picture of shape \(2, 4, 4\): must be \[1, H, W\] or \[3, H, W\]"):
        write_png(tmp_path / "out.png", np.zeros((2, 4, 4)))
    assert not list(tmp_path.iterdir())


def refusal(path: Path) -> str:
    with pytest.raises(SpecnetError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and "\n" not in message
    return message


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(tmp_path / "missing.png").endswith("missing.png: no such file")
    assert "a directory: give an image file" in refusal(tmp_path)

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "no permission to read it" in refusal(tmp_path / "secret.png")


@pytest.mark.parametrize("content", [b"", b"This is no picture.\n" * 100])
def test_no_image(tmp_path: Path, content: bytes) -> None:
    (path := tmp_path / "picture.png").write_bytes(content)
    assert "not an image that can be read; PNG, JPEG, WebP, BMP and GIF can be read" in refusal(path)


def test_a_format_that_is_a_program_is_not_run(tmp_path: Path) -> None:
    assert "not an image that can be read" in refusal(saved(tmp_path, Image.fromarray(COLOURS), "picture.eps"))


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "gif"])
def test_cut_short(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    path = saved(tmp_path, Image.fromarray(noise), f"picture.{suffix}")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "the image is cut short or damaged" in refusal(path)
    path.write_bytes(whole[:16])
    assert "the image is cut short or damaged" in refusal(path)


def test_bytes_that_changed(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(COLOURS))
    whole = bytearray(path.read_bytes())
    whole[whole.index(b"IDAT") + 8] ^= 0xFF
    path.write_bytes(whole)
    assert "cut short or damaged" in refusal(path)


@pytest.mark.parametrize("side", [8_000, 12_000, 30_000, 2**31 - 1])
def test_a_bomb_is_not_unpacked(tmp_path: Path, side: int, recwarn: pytest.WarningsRecorder) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    (path := tmp_path / "bomb.png").write_bytes(bomb)
    assert f"{LARGEST:,}" in refusal(path)
    assert not recwarn.list
