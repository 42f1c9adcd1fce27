import gzip
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from specnet.data.picture_files import archive_entries, cached, decoded, folder_entries, read_idx
from specnet.data.pictures import Pictures, Size
from specnet.errors import SpecnetError
from specnet.images.files import read
from specnet.images.prepare import prepared

ARRAY = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
IDX = bytes((0, 0, 8, 3)) + np.array(ARRAY.shape, ">u4").tobytes() + ARRAY.tobytes()


@pytest.mark.parametrize(("name", "content"), [("x", IDX), ("x.gz", gzip.compress(IDX, mtime=0))])
def test_idx_files_are_read_gzipped_or_not(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    np.testing.assert_array_equal(read_idx(tmp_path / "x"), ARRAY)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "neither this nor x.gz is there"),
        (b"", "damaged, or not an idx file of bytes"),
        (b"PNG", "damaged, or not gzipped"),
        (gzip.compress(IDX, mtime=0)[:-9], "damaged, or not gzipped"),
        (gzip.compress(IDX[:-1], mtime=0), "damaged, or not an idx file of bytes"),
        (gzip.compress(IDX + b"?", mtime=0), "damaged, or not an idx file of bytes"),
        (gzip.compress(IDX[:7], mtime=0), "damaged, or not an idx file of bytes"),
        (gzip.compress(b"\0\0\x0d\1" + IDX[4:], mtime=0), "damaged, or not an idx file of bytes"),
    ],
)
def test_what_is_no_idx_file(content: bytes | None, message: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "x.gz").write_bytes(content)
    with pytest.raises(SpecnetError, match=message) as error:
        read_idx(tmp_path / "x")
    assert str(tmp_path / "x") in str(error.value)


def picture(value: int, mode: str = "L", size: tuple[int, int] = (6, 4)) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, value if mode == "L" else (value, 0, 0)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two greys of each of two classes, and a file that is no picture."""
    for number, label in enumerate(("cat", "dog")):
        (tmp_path / label).mkdir()
        for i in range(2):
            (tmp_path / label / f"{i}.png").write_bytes(picture(100 * number + i))
    (tmp_path / "dog" / "readme.txt").write_text("two dogs")
    return tmp_path


def test_a_folder_for_each_class(folder: Path) -> None:
    pictures = decoded(folder, folder_entries(folder), ("dog", "cat"), (1, 4, 6))
    assert pictures.images.shape == (4, 1, 4, 6) and pictures.labels.tolist() == [1, 1, 0, 0]
    assert pictures.images[:, 0, 0, 0].tolist() == [0, 1, 100, 101]


def test_what_is_hidden_is_no_class_and_no_picture(folder: Path) -> None:
    (folder / ".cache").mkdir()
    (folder / ".cache" / "thumbnail.png").write_bytes(picture(7))
    (folder / "cat" / "._0.png").write_bytes(b"what another system notes of 0.png")
    pictures = decoded(folder, folder_entries(folder), ("cat", "dog"), (1, 4, 6))
    assert len(pictures) == 4
    with tarfile.open(folder / "x.tar", "w") as tar:
        for label in ("cat", "dog", ".cache"):
            tar.add(folder / label, label)
    assert len(list(archive_entries(folder / "x.tar"))) == 4


def test_an_archive_is_read_like_its_folder(folder: Path) -> None:
    with tarfile.open(folder / "x.tar.gz", "w:gz") as tar:
        for label in ("cat", "dog"):
            tar.add(folder / label, label)
    wanted = decoded(folder, folder_entries(folder), ("cat", "dog"), (1, 4, 6))
    got = decoded(folder, archive_entries(folder / "x.tar.gz"), ("cat", "dog"), (1, 4, 6))
    order = np.argsort(got.images[:, 0, 0, 0])
    np.testing.assert_array_equal(got.images[order], wanted.images)
    np.testing.assert_array_equal(got.labels[order], wanted.labels)


def test_a_cut_archive_is_named(folder: Path) -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as tar:
        tar.add(folder / "cat", "cat")
    (folder / "x.tar.gz").write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    with pytest.raises(SpecnetError, match=r"x.tar.gz: damaged, or not a tar archive"):
        list(archive_entries(folder / "x.tar.gz"))


def test_what_does_not_fit_is_named(folder: Path) -> None:
    def refused(message: str, labels: tuple[str, ...] = ("cat", "dog"), size: tuple[int, int, int] = (1, 4, 6)) -> None:
        with pytest.raises(SpecnetError, match=message):
            decoded(folder, folder_entries(folder), labels, size)

    refused(r"dog/0.png: 'dog' is none of the labels cat, cow: one folder for each", labels=("cat", "cow"))
    refused(r": no pictures of 'cow': should have some in cow/", labels=("cat", "cow", "dog"))
    (folder / "cat" / "1.png").write_bytes(picture(9)[:-30])
    refused(r"cat/1.png: the image is cut short or damaged")


@pytest.mark.parametrize(("prepare", "size"), [("fit", (1, 8, 8)), ("fit", (3, 4, 2)), ("ink", (1, 28, 28))])
def test_pictures_of_any_size_are_made_ready_as_for_classify(folder: Path, prepare: str, size: Size) -> None:
    (folder / "cat" / "1.png").write_bytes(picture(9, "RGB"))
    pictures = decoded(folder, folder_entries(folder), ("cat", "dog"), size, prepare)
    assert pictures.images.shape == (4, *size)
    for image, path in zip(pictures.images, sorted(folder.glob("*/*.png")), strict=True):
        np.testing.assert_allclose(image / 255, prepared(read(path), prepare, *size), atol=0.5 / 255 + 1e-6)


def test_grey_among_colours(folder: Path) -> None:
    pictures = decoded(folder, folder_entries(folder), ("cat", "dog"), (3, 4, 6))
    assert pictures.images.shape[1] == 3 and (pictures.images == pictures.images[:, :1]).all()


def test_what_was_decoded_is_kept(tmp_path: Path) -> None:
    pictures = Pictures(np.ones((2, 1, 3, 3), np.uint8), np.array([0, 1]))
    first = cached(("a", 1), tmp_path / "cache", lambda: pictures)
    again = cached(("a", 1), tmp_path / "cache", lambda: pytest.fail("decoded twice"))
    for one, other in ((first, pictures), (again, pictures)):
        np.testing.assert_array_equal(one.images, other.images)
        np.testing.assert_array_equal(one.labels, other.labels)
    other = cached(("a", 2), tmp_path / "cache", lambda: pictures.of(np.array([1])))
    assert len(other) == 1
    assert not list((tmp_path / "cache").glob("*.part"))
