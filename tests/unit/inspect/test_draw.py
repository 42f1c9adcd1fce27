"""What is drawn is where it should be: looked up in the pixels."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from specnet.features.logmel import LogMel
from specnet.inspect.draw import (
    NARROW,
    PLOT,
    PLOT_HEIGHTS,
    WIDE,
    overlaid,
    png,
    scores,
    spectrogram,
    spread,
)
from specnet.timeline import FrameGrid, Segment

GRID = FrameGrid(160, 512, 16_000)


def pixels(figure: Figure) -> np.ndarray:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, facecolor="white")
    return np.asarray(Image.open(file).convert("RGB")).astype(int)


def test_a_loud_cell_is_at_its_time_and_frequency() -> None:
    features = np.full((40, 200), -10.0)
    features[30, 50] = 5.0
    figure, heights = spectrogram(features, GRID, LogMel(), limits=(0.1, 1.9))
    found = pixels(figure)
    top, bottom = PLOT_HEIGHTS["input"]
    high, wide, _ = found.shape
    inside = found[
        round(top * high) + 2 : round(bottom * high) - 2, round(PLOT[0] * wide) + 2 : round(PLOT[1] * wide) - 2
    ]
    rows, columns = np.nonzero(inside.sum(axis=2) > 500)
    time = 0.1 + 1.8 * (columns.mean() + 2.5) / (inside.shape[1] + 4)
    assert time == pytest.approx(GRID.centre(50), abs=0.01)
    assert len(heights) == 41 and heights[0] == pytest.approx(0) and heights[-1] == pytest.approx(1)
    assert 1 - (rows.mean() + 2.5) / (inside.shape[0] + 4) == pytest.approx((heights[30] + heights[31]) / 2, abs=0.02)


def test_what_decided_is_orange_where_it_decided() -> None:
    heat = np.zeros((40, 200))
    heat[:, 100:120] = 1.0
    figure, _ = spectrogram(np.random.default_rng(0).normal(size=(40, 200)), GRID, LogMel(), heat, (0.0, 2.0))
    found = pixels(figure)
    columns = np.flatnonzero((found[:, :, 0] - found[:, :, 2] > 120).sum(axis=0) > 50)
    left, wide = PLOT[0] * WIDE / NARROW, found.shape[1]
    times = 2.0 * (np.array([columns[0], columns[-1] + 1]) / wide - left) / (PLOT[1] - left)
    assert times == pytest.approx([GRID.centre(100) - 0.005, GRID.centre(119) + 0.005], abs=0.012)


def test_scores_have_their_time_and_the_segment_is_green() -> None:
    times = np.linspace(0, 2, 201)
    figure = scores(times, {"word": np.where(times > 1.5, 1.0, 0.0)}, 0.6, [Segment("word", 0.5, 1.0, 1.6, 1.0)], 2.0)
    found = pixels(figure)
    row = found[round(found.shape[0] * 0.6)]
    green = np.flatnonzero((row[:, 1] - row[:, 0] > 20) & (row[:, 1] - row[:, 2] > 5))
    place = np.array([green[0], green[-1] + 1]) / found.shape[1]
    assert 2 * (place - PLOT[0]) / (PLOT[1] - PLOT[0]) == pytest.approx([0.5, 1.0], abs=0.02)


def test_spread_puts_a_place_at_its_centre() -> None:
    values = np.array([[0.0, 3.0, 0.0, -2.0]])
    found = spread(values, np.array([19.5]), np.array([2.0, 6.0, 10.0, 14.0]), (40, 17))
    assert found.shape == (40, 17) and (found == found[0]).all()
    assert found[0].argmax() == 6 and found[0, 6] == 1 and found[0, 8] == 0.5 and found[0, 10:].max() == 0
    assert spread(-values, np.array([0.0]), np.arange(4.0), (1, 4))[0].tolist() == [0, 0, 0, 1]
    assert spread(np.zeros((1, 2)), np.array([0.0]), np.arange(2.0), (1, 2)).max() == 0


def test_overlaid_leaves_what_did_not_decide() -> None:
    grey = np.array([[0.0, 0.5, 1.0]])
    found = overlaid(grey, np.array([[0.0, 0.0, 1.0]]))
    assert found[0, :2].tolist() == [[0.0] * 3, [0.5] * 3]
    assert found[0, 2, 0] > 0.95 and found[0, 2, 2] < 0.25
    image = Image.open(io.BytesIO(png(found, least=4)))
    assert (image.mode, image.size) == ("RGB", (3, 4))
