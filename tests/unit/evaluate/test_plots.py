from pathlib import Path

import matplotlib.image
import pytest

from specnet.errors import SpecnetError
from specnet.evaluate.plots import plot_det, scores_figure
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


def test_every_score_is_in_a_histogram() -> None:
    words, alarms = [0.0, 0.2, 0.9, 1.0, -float("inf")], [1e-9, 0.5, 0.5]
    upper, lower = scores_figure(words, alarms, 0.7).axes
    heights = [sum(bar.get_height() for bar in axes.patches) for axes in (upper, lower)]
    assert heights == [5, 3]
    assert [text.get_text() for text in upper.texts] == ["1 never found", "threshold 0.700"]
    never = upper.patches[-1]
    assert never.get_height() == 1 and never.get_x() < upper.patches[0].get_x()
