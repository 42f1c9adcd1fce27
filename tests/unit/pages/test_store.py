from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from specnet.pages.pictures import page_style
from specnet.pages.store import Beside, Embedded


def figure() -> Figure:
    found = Figure(figsize=(2, 1))
    found.subplots().plot([0, 1])
    return found


def test_beside_a_page_lie_files_that_it_names(tmp_path: Path) -> None:
    store = Beside(tmp_path)
    assert store.file("dot.png", b"...") == "dot.png" and (tmp_path / "dot.png").read_bytes() == b"..."
    with page_style():
        assert store.figure("line", figure(), 'a "line"') == '<img src="line.png" alt="a &quot;line&quot;">'
    with Image.open(tmp_path / "line.png") as image:
        assert image.size == (220, 110) and image.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_embedded_pictures_name_nothing() -> None:
    with page_style():
        svg = Embedded().figure("line", figure(), "a line")
    assert svg.startswith("<svg ") and "http" not in svg.replace("http://www.w3.org", "")
