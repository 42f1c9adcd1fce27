"""What is drawn where: limits, marks, and pixels."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import specnet
from specnet.data.interval import Interval
from specnet.errors import SpecnetError
from specnet.plot import scores, spectrogram, waveform
from tests.unit.plot.test_spectrum import tone

WORD = Interval("beep", 1.0, 1.1)


def test_a_short_waveform_is_its_samples() -> None:
    sound = tone(0.2, 0.05)
    axes = waveform(sound, 16_000, axes=Figure().subplots())
    [line] = axes.lines
    np.testing.assert_allclose(line.get_ydata(), sound)
    np.testing.assert_allclose(line.get_xdata(), np.arange(3200) / 16_000)
    assert axes.get_xlim() == (0, 0.2) and axes.get_ylim()[1] == pytest.approx(0.54, abs=0.01)


def test_a_long_waveform_is_its_extremes() -> None:
    sound = tone(60.0, 41.0)
    sound[16_000] = -0.9
    axes = waveform(sound, 16_000, segments=[WORD], axes=Figure().subplots())
    [body] = axes.collections
    points = body.get_paths()[0].vertices
    assert len(points) < 2 * 4003
    lowest, highest = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    assert lowest == pytest.approx([1.0, -0.9], abs=0.03) and 40.97 < highest[0] < 41.13
    assert highest[1] == pytest.approx(0.5, abs=0.01)
    [tinted] = axes.patches
    assert tinted.get_x() == 1.0 and tinted.get_width() == pytest.approx(0.1)


@pytest.mark.parametrize("kind", ["linear", "mel", "log-mel"])
def test_the_brightest_pixels_are_at_the_tone_in_seconds_and_kilohertz(kind: str) -> None:
    figure = Figure(figsize=(6, 4), dpi=100)
    axes = spectrogram(tone(3.0, 1.0, hertz=2000), 16_000, kind=kind, colours="gray", axes=figure.subplots())
    axes.set_axis_off()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[::-1, :, 0].astype(float)
    left, bottom, width, height = axes.get_window_extent().bounds
    inside = pixels[int(bottom) + 1 : int(bottom + height), int(left) + 1 : int(left + width)]
    row, column = np.argwhere(inside > 250).mean(axis=0)
    seconds, kilohertz = axes.transData.inverted().transform((left + 1 + column, bottom + 1 + row))
    assert seconds == pytest.approx(1.05, abs=0.02) and kilohertz == pytest.approx(2.0, abs=0.1)
    assert axes.get_xlabel() == "time (s)" and axes.get_ylabel() == "frequency (kHz)"


def test_the_ticks_of_mel_are_kilohertz_in_its_limits() -> None:
    axes = spectrogram(tone(1.0, 0.5), 16_000, axes=Figure().subplots())
    assert axes.get_yticks().tolist() == [0.25, 0.5, 1, 2, 4]
    heights = axes.transData.transform([(0, 0.25), (0, 0.5), (0, 4), (0, 4.25)])[:, 1]
    assert heights[1] - heights[0] > 3 * (heights[3] - heights[2])  # mel, not hertz


def test_borders_and_the_colour_bar() -> None:
    axes = spectrogram(tone(2.0, 1.0), 16_000, kind="mel", segments=[WORD], colour_bar=True)
    assert sorted({float(line.get_xdata()[0]) for line in axes.lines}) == [1.0, 1.1]
    bar = axes.figure.axes[1]
    assert bar.get_ylabel() == "dB" and bar.get_ylim() == pytest.approx((-70, 0))


def test_scores_have_the_colours_of_their_segments() -> None:
    times = np.linspace(0, 2, 5)
    axes = scores(times, {"other": times / 4, "beep": times / 2}, 0.7, segments=[WORD], axes=Figure().subplots())
    other, beep, threshold = axes.lines
    assert beep.get_color() != other.get_color() and threshold.get_ydata()[0] == 0.7
    assert axes.patches[0].get_facecolor()[:3] == pytest.approx(
        tuple(int(beep.get_color()[i : i + 2], 16) / 255 for i in (1, 3, 5))
    )


def test_what_is_unknown_is_one_line() -> None:
    with pytest.raises(SpecnetError, match="colours 'pinkish': no colour map of matplotlib; magma, viridis"):
        spectrogram(tone(1.0, 0.5), 16_000, colours="pinkish", axes=Figure().subplots())
    with pytest.raises(SpecnetError, match=r"ends at 1.000 s: start = 1 must be before that"):
        waveform(tone(1.0, 0.5), 16_000, start=1.0, axes=Figure().subplots())


def test_it_is_an_attribute_of_the_package() -> None:
    assert specnet.plot.spectrogram is spectrogram
