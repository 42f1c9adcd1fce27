from pathlib import Path

import matplotlib.image
import pytest

from specnet.errors import SpecnetError
from specnet.evaluate.plots import plot_det
from specnet.evaluate.rates import sweep

CURVES = {"welcome": sweep([0.9, 0.6, 0.2], [0.95, 0.7, 0.3, 0.1], hours=3.0)}


def test_the_picture_is_drawn_whatever_the_hours(tmp_path: Path) -> None:
    plot_det(CURVES, tmp_path / "det.png")
    plot_det(
        {**CURVES, "long": sweep([0.5], [0.1], hours=100.0), "short": sweep([0.5], [], hours=0.01)}, tmp_path / "b.png"
    )
    one, three = (matplotlib.image.imread(tmp_path / name) for name in ("det.png", "b.png"))
    assert one.shape[:2] == three.shape[:2] and (one != three).any()


def test_the_kind_of_picture_goes_by_the_suffix(tmp_path: Path) -> None:
    plot_det(CURVES, tmp_path / "det.tmp", suffix=".svg")
    assert "<svg" in (tmp_path / "det.tmp").read_text()
    with pytest.raises(SpecnetError, match="the picture cannot be written"):
        plot_det(CURVES, tmp_path / "det.xyz")
