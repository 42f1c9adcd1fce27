import io
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib import rc_context

from specnet.errors import SpecnetError
from specnet.evaluate.plots import confusion_figure, learning_figure, plot_det, scores_figure
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


def test_few_false_alarms_are_counted_in_plain_numbers() -> None:
    figure = scores_figure([0.5], [0.2, 0.5, 0.5], 0.7)
    with rc_context({"text.parse_math": False, "svg.fonttype": "none"}):
        figure.savefig(file := io.StringIO(), format="svg")
    assert ">1</text>" in file.getvalue() and "mathdefault" not in file.getvalue()


def test_confusions_are_counted_where_they_belong() -> None:
    counts = np.array([[8, 0, 2], [1, 4, 0], [0, 3, 0]])
    figure = confusion_figure(counts, ["yes", "no", "no word"], ["yes", "no", "nothing"])
    [axes] = figure.axes
    written = {
        (text.get_position()[1] - 0.5, text.get_position()[0] - 0.5): int(text.get_text()) for text in axes.texts
    }
    assert written == {place: count for place, count in np.ndenumerate(counts) if count}
    shades = axes.collections[0].get_array()
    np.testing.assert_allclose(shades.reshape(3, 3), [[0.8, 0, 0.2], [0.2, 0.8, 0], [0, 1, 0]])
    assert [text.get_text() for text in axes.get_yticklabels()] == ["yes", "no", "no word"]
    assert axes.get_ylim() == (3, 0)  # the first row above
    many = [str(i) for i in range(40)]
    assert confusion_figure(np.eye(40, dtype=int), many, many).get_size_inches().min() > 12


def test_learning_curves_show_the_kept_epoch() -> None:
    history = [{"epoch": e, "training_loss": 2 / e, "validation_loss": 3 / e, "missed": 1 / e} for e in (1, 2, 4)]
    losses, errors = learning_figure(history, "missed", "words missed", kept=2).axes
    training, validation, kept = losses.lines
    assert list(training.get_ydata()) == [2, 1, 0.5] and list(validation.get_ydata()) == [3, 1.5, 0.75]
    assert list(kept.get_xdata()) == [2, 2]
    assert list(errors.lines[0].get_xdata()) == [1, 2, 4] and list(errors.lines[0].get_ydata()) == [100, 50, 25]
    assert errors.get_ylabel() == "words missed (%)"
