"""Pictures in files as arrays ``[channels, height, width]`` in 0..1. Needs Pillow (`pip install 'specnet[images]'`)."""

import os
import warnings
from io import BytesIO, FileIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from specnet.errors import SpecnetError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
"""What is read: formats that describe pixels. Those that run other programs (EPS) are left out."""

READABLE = "PNG, JPEG, WebP, BMP and GIF can be read"

DAMAGED = "cut short or damaged: copy or download it again"

LARGEST = 50_000_000
"""Pixels of a picture that is still decoded: a small file can promise any number of them."""

GREY = ("1", "L", "LA")


def read(path: str | os.PathLike[str]) -> NDArray[np.float32]:
    """The picture in the file at `path` (``-``: standard input), as it is meant to be seen: ``[1, H, W]`` if grey,
    ``[3, H, W]`` (RGB) if not.

    Any mode (16-bit grey, CMYK, transparency over white; a palette counts as colour), turned as its EXIF orientation
    says; the first frame of several. 0 is black, 1 is full brightness.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "white.png"
    >>> Image.new("RGB", (640, 480), "white").save(path)
    >>> read(path).shape, read(path).min().item()
    ((3, 480, 640), 1.0)

    Every way in which a file can be bad raises `SpecnetError` with one line that names it.
    """
    name = "standard input" if path == "-" else str(path)
    try:
        with _opened(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on odd files: they are read, or refused below
            return decode(name, file)
    except OSError as error:
        raise SpecnetError(f"{name}: {_reason(error)}") from error


def _opened(path: str | os.PathLike[str]) -> BinaryIO:
    if path != "-":
        return Path(path).open("rb")
    with FileIO(0, closefd=False) as pipe:
        return BytesIO(pipe.readall())  # decoders go back and forth, which a pipe cannot


def write_png(path: str | os.PathLike[str], picture: NDArray[np.floating[Any]]) -> None:
    """Write `picture` ``[1, H, W]`` or ``[3, H, W]`` as an 8-bit PNG, whatever `path` is called.

    Values beyond 0..1 are clipped. Raises `SpecnetError` for another number of channels.
    """
    if picture.ndim != 3 or len(picture) not in (1, 3):
        raise SpecnetError(f"a picture of shape {picture.shape}: must be [1, H, W] or [3, H, W]")
    pixels = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    Image.fromarray(pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)).save(path, format="PNG")


def decode(name: str, file: BinaryIO) -> NDArray[np.float32]:
    """The picture in an open `file`, as `read` has it; `name` begins the line that says why it cannot be read."""
    try:
        image = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError:
        raise SpecnetError(f"{name}: a picture may have at most {LARGEST:,} pixels, and this has more") from None
    except Exception:  # of any kind: decoders meet damaged data unprepared
        file.seek(0)
        if _begins_like_one(file.read(16)):
            raise SpecnetError(f"{name}: the image is {DAMAGED}") from None
        raise SpecnetError(f"{name}: not an image that can be read; {READABLE}") from None
    width, height = image.size
    if width * height > LARGEST:
        raise SpecnetError(f"{name}: {width} x {height} pixels: a picture may have at most {LARGEST:,}")
    try:
        return _upright(image)
    except Exception as error:
        raise SpecnetError(f"{name}: the image is {DAMAGED} ({error})") from None


def _begins_like_one(beginning: bytes) -> bool:
    """Whether a file is of one of the `FORMATS`, by its first bytes."""
    tests = [Image.OPEN[known][1] for known in FORMATS]
    return any(test is not None and test(beginning) for test in tests)


def _upright(image: Image.Image) -> NDArray[np.float32]:
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):  # 16-bit grey
        deep = np.asarray(image)[None]
        grey16: NDArray[np.float32] = np.divide(deep, 65535, dtype=np.float32)
        grey16[deep == image.info.get("transparency")] = 1
        return grey16
    grey = image.mode in GREY
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    pixels = np.asarray(image.convert("L" if grey else "RGB"))
    channels_first = pixels[None] if grey else pixels.transpose(2, 0, 1)
    picture: NDArray[np.float32] = np.divide(channels_first, 255, dtype=np.float32, order="C")
    return picture


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "a directory: give an image file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return error.strerror or str(error)
