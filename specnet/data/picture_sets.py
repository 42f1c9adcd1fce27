"""The sets of pictures a recipe can name, from a data folder or fetched from where they are published."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from specnet.data.picture_files import archive_entries, cached, decoded, folder_entries, picture_paths, read_idx
from specnet.data.pictures import SIZES, Pictures, PictureSet, PictureSource, Size
from specnet.errors import SpecnetError

IDX = {"train": "train", "test": "t10k"}
LICENCES = {
    "mnist": {"name": "MNIST (LeCun, Cortes, Burges)", "licence": "CC BY-SA 3.0"},
    "cifar10": {"name": "CIFAR-10 (Krizhevsky 2009)", "licence": "none stated; published for research"},
    "digits": {"name": "Optical Recognition of Handwritten Digits (Alpaydin, Kaynak 1998)", "licence": "CC BY 4.0"},
    "folder": {"name": "a folder of pictures", "licence": "that of the pictures"},
}
TEST_EVERY = 5  # every fifth of scikit-learn's digits, which have no test set of their own, is one


def read_pictures(
    source: PictureSource,
    labels: Sequence[str],
    size: Size,
    *,
    data: Path | None,
    cache: Path,
    progress: Callable[[str], None],
    prepare: str = "fit",
) -> PictureSet:
    """The pictures of a recipe's `[data]`, whose classes are `labels` and whose arrays are of `size`.

    Those of a folder may have any size: they are made ready as `prepare` says (see `specnet.images.prepare`).

    They are looked for in `data`, in `images/SET`, `SET` or itself. Without `data` they are fetched into `cache`, which
    also keeps what took long to decode. Scikit-learn's digits are to be had at the size of MNIST's, too.

    Raises `SpecnetError` where the pictures are not there, damaged or do not fit.
    """
    known = SIZES.get(source.set, size)
    enlarged = source.set == "digits" and size == SIZES["mnist"]
    if known != size and not enlarged:
        raise SpecnetError(
            f"data.set = {source.set!r} has pictures {_text(known)}, but the network takes {_text(size)}"
        )
    place = _found(source.set, data) if data else cache / "public" / source.set
    if source.set == "digits":
        train, test = _digits(enlarged)
    elif source.set == "mnist":
        place = place if data else _fetched_mnist(place, progress)
        train, test = (_mnist(place, part) for part in ("train", "test"))
    elif source.set == "cifar10":
        train, test = _cifar10(place, labels, data is None, cache, progress)
    else:
        if data is None:
            raise SpecnetError("data.set = 'folder': give the folder with train/ and test/ by --data DIR")
        train, test = (_folder(place / part, labels, size, prepare, cache) for part in ("train", "test"))
    if source.per_class:
        train = train.few(source.per_class)
    return PictureSet(train, test, LICENCES[source.set])


def _found(name: str, data: Path) -> Path:
    places = [data / "images" / name, data / name, data]
    return next(place for place in places if place.is_dir() or place == data)


def _mnist(place: Path, part: str) -> Pictures:
    images, labels = (read_idx(place / f"{IDX[part]}-{kind}-ubyte") for kind in ("images-idx3", "labels-idx1"))
    if images.shape[1:] != SIZES["mnist"][1:] or labels.shape != images.shape[:1] or labels.max() > 9:
        raise SpecnetError(f"{place}: {IDX[part]}: images {images.shape} and labels {labels.shape} are not MNIST's")
    return Pictures(images[:, None], labels.astype(np.int64))


def _fetched_mnist(place: Path, progress: Callable[[str], None]) -> Path:
    from torchvision.datasets import MNIST

    raw = place / "MNIST" / "raw"
    if not all((raw / f"{start}-labels-idx1-ubyte").is_file() for start in IDX.values()):
        progress("fetching MNIST")
        _downloaded(lambda: MNIST(place, download=True), "MNIST")
    return raw


def _cifar10(
    place: Path, labels: Sequence[str], fetch: bool, cache: Path, progress: Callable[[str], None]
) -> tuple[Pictures, Pictures]:
    if not any((place / f"{part}.tar.gz").is_file() for part in ("train", "test")):
        return _published_cifar10(place, fetch, progress)

    def part(name: str) -> Pictures:
        archive = place / f"{name}.tar.gz"
        if not archive.is_file():
            raise SpecnetError(f"{archive}: not there")
        key = (str(archive.resolve()), archive.stat().st_size, archive.stat().st_mtime_ns, tuple(labels))
        return cached(key, cache, lambda: decoded(archive, archive_entries(archive), labels, SIZES["cifar10"]))

    return part("train"), part("test")


def _published_cifar10(place: Path, fetch: bool, progress: Callable[[str], None]) -> tuple[Pictures, Pictures]:
    from torchvision.datasets import CIFAR10

    if fetch:
        progress("fetching CIFAR-10")

    def part(train: bool) -> Pictures:
        original = _downloaded(lambda: CIFAR10(place, train, download=fetch), f"{place}: CIFAR-10")
        return Pictures(original.data.transpose(0, 3, 1, 2), np.array(original.targets))

    return part(True), part(False)


def _digits(enlarged: bool) -> tuple[Pictures, Pictures]:
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    images = np.rint(pixels * (255 / 16)).astype(np.uint8).reshape(-1, *SIZES["digits"])
    if enlarged:
        images = np.stack([_like_mnist(image) for image in images])
    test = np.arange(len(labels)) % TEST_EVERY == 0
    return Pictures(images[~test], labels[~test]), Pictures(images[test], labels[test])


def _like_mnist(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A digit enlarged to 20x20 pixels, in the middle of 28x28."""
    large = Image.fromarray(image[0]).resize((20, 20), Image.Resampling.BICUBIC)
    return np.pad(np.asarray(large), 4)[None]


def _folder(place: Path, labels: Sequence[str], size: Size, prepare: str, cache: Path) -> Pictures:
    if not place.is_dir():
        raise SpecnetError(f"{place}: not there; should hold a folder of pictures for each of {', '.join(labels)}")
    files = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in picture_paths(place)]
    key = (files, tuple(labels), size, prepare)
    return cached(key, cache, lambda: decoded(place, folder_entries(place), labels, size, prepare))


def _downloaded(download: Callable[[], Any], what: str) -> Any:
    try:
        return download()
    except (OSError, RuntimeError, EOFError, tarfile.TarError, zlib.error) as error:
        why = " ".join(str(error).split())
        raise SpecnetError(
            f"{what}: cannot be fetched or read ({why}); give a folder that has it by --data DIR"
        ) from error


def _text(size: Size) -> str:
    return "x".join(map(str, size))
