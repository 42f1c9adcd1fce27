"""The sets, from a data folder, and from torchvision's own classes downloading small files of the same layout."""

import gzip
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torchvision
from PIL import Image

from specnet.data.picture_sets import read_pictures
from specnet.data.pictures import CLASSES, PictureSet, PictureSource
from specnet.errors import SpecnetError

COUNTS = {"train": 12, "t10k": 4}


def write_mnist(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in COUNTS.items():
        images = np.full((count, 28, 28), count, np.uint8)
        for name, array in (("images-idx3", images), ("labels-idx1", np.arange(count, dtype=np.uint8) % 10)):
            head = bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes()
            (folder / f"{part}-{name}-ubyte.gz").write_bytes(gzip.compress(head + array.tobytes()))


def write_cifar10(folder: Path) -> None:
    folder.mkdir(parents=True)
    for part in ("train", "test"):
        with tarfile.open(folder / f"{part}.tar.gz", "w:gz") as tar:
            for number, label in enumerate(CLASSES["cifar10"]):
                file = io.BytesIO()
                Image.new("RGB", (32, 32), (20 * number, 0, 0)).save(file, "PNG")
                member = tarfile.TarInfo(f"{label}/0000.png")
                member.size = len(file.getvalue())
                tar.addfile(member, io.BytesIO(file.getvalue()))


def read(name: str, data: Path | None, cache: Path, size: tuple[int, int, int] | None = None) -> PictureSet:
    sizes = {"mnist": (1, 28, 28), "cifar10": (3, 32, 32), "digits": (1, 8, 8)}
    labels = CLASSES.get(name, ("cat", "dog"))
    source = PictureSource(name)  # type: ignore[arg-type]
    return read_pictures(source, labels, size or sizes[name], data=data, cache=cache, progress=lambda line: None)


@pytest.mark.parametrize("where", ["images/mnist", "mnist", "."])
def test_a_set_is_found_in_the_data_folder(where: str, tmp_path: Path) -> None:
    write_mnist(tmp_path / "data" / where)
    found = read("mnist", tmp_path / "data", tmp_path / "cache")
    assert found.train.images.shape == (12, 1, 28, 28) and found.test.images.shape == (4, 1, 28, 28)
    assert found.train.labels.tolist() == [*range(10), 0, 1]
    assert found.licence["licence"] == "CC BY-SA 3.0"


def test_cifar10_is_read_from_archives_with_a_folder_for_each_class(tmp_path: Path) -> None:
    write_cifar10(tmp_path / "images" / "cifar10")
    for _ in range(2):  # the second time from the cache
        found = read("cifar10", tmp_path, tmp_path / "cache")
        assert found.test.images.shape == (10, 3, 32, 32)
        assert (found.test.images[:, 0, 0, 0] == 20 * found.test.labels).all()
    assert len(list((tmp_path / "cache").glob("pictures-*.npz"))) == 2
    (tmp_path / "images" / "cifar10" / "test.tar.gz").unlink()
    with pytest.raises(SpecnetError, match=r"test.tar.gz: not there"):
        read("cifar10", tmp_path, tmp_path / "cache")


def test_the_digits_of_scikit_learn_come_with_it(tmp_path: Path) -> None:
    found = read("digits", None, tmp_path)
    assert len(found.train) + len(found.test) == 1797 and len(found.test) == 360
    assert found.train.images.shape[1:] == (1, 8, 8) and found.train.images.max() == 255
    assert set(found.test.labels) == set(range(10))


def test_a_folder_of_pictures(tmp_path: Path) -> None:
    for part in ("train", "test"):
        for label in ("cat", "dog"):
            (tmp_path / part / label).mkdir(parents=True)
            Image.new("L", (5, 5)).save(tmp_path / part / label / "a.png")
    found = read("folder", tmp_path, tmp_path / "cache", (1, 5, 5))
    assert found.test.labels.tolist() == [0, 1]
    with pytest.raises(SpecnetError, match="give the folder with train/ and test/ by --data DIR"):
        read("folder", None, tmp_path / "cache", (1, 5, 5))
    with pytest.raises(SpecnetError, match=r"nowhere/train: not there; should hold a folder of pictures for each of"):
        read("folder", tmp_path / "nowhere", tmp_path / "cache", (1, 5, 5))


def test_what_is_not_there_or_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"train-images-idx3-ubyte: neither this nor train-images-idx3-ubyte.gz"):
        read("mnist", tmp_path, tmp_path)
    with pytest.raises(SpecnetError, match="'mnist' has pictures 1x28x28, but the network takes 3x32x32"):
        read("mnist", tmp_path, tmp_path, (3, 32, 32))
    with pytest.raises(SpecnetError, match="CIFAR-10: cannot be fetched or read"):
        read("cifar10", tmp_path, tmp_path)
    write_mnist(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes((tmp_path / "t10k-labels-idx1-ubyte.gz").read_bytes())
    with pytest.raises(SpecnetError, match=r"images \(12, 28, 28\) and labels \(4,\) are not MNIST's"):
        read("mnist", tmp_path, tmp_path)


def test_without_a_folder_mnist_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def download(url: str, download_root: str, filename: str, md5: str) -> None:
        asked.append(filename)
        assert md5  # a checksum is known
        write_mnist(tmp_path / "origin")
        content = gzip.decompress((tmp_path / "origin" / filename).read_bytes())
        Path(download_root, filename.removesuffix(".gz")).write_bytes(content)

    monkeypatch.setattr(torchvision.datasets.mnist, "download_and_extract_archive", download)
    for _ in range(2):
        assert len(read("mnist", None, tmp_path / "cache").train) == 12
    assert len(asked) == 4


def test_what_cannot_be_fetched_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no\nroute")

    monkeypatch.setattr(torchvision.datasets.cifar, "download_and_extract_archive", refuse)
    with pytest.raises(SpecnetError, match=r"CIFAR-10: cannot be fetched or read \(no route\); give a folder"):
        read("cifar10", None, tmp_path)
