"""Pictures as they lie in files: the idx format of MNIST, folders and archives with a folder for each class."""

from __future__ import annotations

import gzip
import hashlib
import io
import math
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.data.pictures import Pictures, Size
from specnet.errors import SpecnetError
from specnet.images.files import decode
from specnet.images.prepare import prepared

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
Entry = tuple[str, str, bytes]
"""What a picture is called, the name of its class, and its file."""

IDX_BYTES = bytes((0, 0, 8))  # how an idx file of unsigned bytes begins; the number of axes follows


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The array of bytes in an idx file, which may be gzipped: http://yann.lecun.com/exdb/mnist.

    Raises `SpecnetError` where the file is missing, damaged or holds something else.
    """
    zipped = path.with_name(f"{path.name}.gz")
    try:
        content = path.read_bytes() if path.is_file() else gzip.decompress(zipped.read_bytes())
    except FileNotFoundError:
        raise SpecnetError(f"{path}: neither this nor {zipped.name} is there") from None
    except (OSError, EOFError, zlib.error) as error:
        raise SpecnetError(f"{zipped}: damaged, or not gzipped ({error})") from error
    start = 4 + 4 * content[3] if content[:3] == IDX_BYTES and len(content) > 3 else 0
    sizes = tuple(np.frombuffer(content[4:start], ">u4").tolist()) if start <= len(content) else ()
    if not sizes or len(content) != start + math.prod(sizes):
        raise SpecnetError(f"{path}: damaged, or not an idx file of bytes")
    return np.frombuffer(content, np.uint8, offset=start).reshape(sizes)


def picture_paths(place: Path) -> list[Path]:
    """The pictures of `place`/CLASS/, sorted."""
    return [path for path in sorted(place.glob("*/*")) if _is_picture(path.parent.name, path.name)]


def _is_picture(folder: str, name: str) -> bool:
    """By its name: what begins with a dot is some other program's.

    >>> _is_picture("cat", "one.JPG"), _is_picture(".cache", "one.jpg"), _is_picture("cat", "._one.jpg")
    (True, False, False)
    """
    return Path(name).suffix.lower() in SUFFIXES and not folder.startswith(".") and not name.startswith(".")


def folder_entries(place: Path) -> Iterator[Entry]:
    """Those of `picture_paths`."""
    for path in picture_paths(place):
        yield str(path), path.parent.name, path.read_bytes()


def archive_entries(archive: Path) -> Iterator[Entry]:
    """The pictures of an archive (.tar, .tar.gz) with a folder for each class, in its order."""
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                file, path = tar.extractfile(member), Path(member.name)
                if file and _is_picture(path.parent.name, path.name):
                    yield f"{archive}: {member.name}", path.parent.name, file.read()
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise SpecnetError(f"{archive}: damaged, or not a tar archive ({error})") from error


def decoded(
    where: Path, entries: Iterable[Entry], classes: Sequence[str], size: Size, prepare: str = "fit"
) -> Pictures:
    """The pictures among `entries` as arrays, made ready as for `specnet classify`; each of `classes` has some.

    Raises `SpecnetError` that names the picture, or `where` they all lie.
    """
    images: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for name, folder, content in entries:
        if folder not in classes:
            raise SpecnetError(f"{name}: {folder!r} is none of the labels {', '.join(classes)}: one folder for each")
        picture = prepared(decode(name, io.BytesIO(content)), prepare, *size)
        images.append(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))
        labels.append(classes.index(folder))
    for number, label in enumerate(classes):
        if number not in labels:
            raise SpecnetError(f"{where}: no pictures of {label!r}: should have some in {label}/")
    return Pictures(np.stack(images), np.array(labels))


def cached(key: Sequence[object], cache: Path, make: Callable[[], Pictures]) -> Pictures:
    """What `make` gives, made once and kept in `cache` under a hash of `key`."""
    path = cache / f"pictures-{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.npz"
    if path.is_file():
        with np.load(path) as kept:
            return Pictures(kept["images"], kept["labels"])
    pictures = make()
    cache.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        np.savez(file, images=pictures.images, labels=pictures.labels)
    part.replace(path)
    return pictures
