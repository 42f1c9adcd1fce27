"""The scan: when frames are, and what they see."""

import numpy as np
import pytest

from specnet import scan
from specnet.errors import SpecnetError
from specnet.scan import Scanner
from tests.conftest import beeps, bundle


@pytest.mark.parametrize("stride", [1, 2, 3, 4, 7])
def test_frames_are_where_the_grid_says(stride: int) -> None:
    """A window that holds the tone as a whole scores highest; which one that is, the grid must know."""
    scanner = Scanner(bundle(stride))
    samples = beeps(3.0, ("low", 1.0), length=0.222, noise=0.001)
    track, _ = scanner.step(samples, scanner.start())
    best = int(track.scores[:, 0].argmax())
    assert scanner.grid.start(best) == pytest.approx(1.0, abs=stride * 0.005 + 0.001)
    assert scanner.grid.end(0) <= 2 * stride * 0.01


@pytest.mark.parametrize("stride", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("length", [0, 1, 4_000, 16_001])
def test_every_frame_that_fits_is_there(stride: int, length: int) -> None:
    scanner = Scanner(bundle(stride))
    track, state = scanner.step(np.zeros(length, np.float32), scanner.start())
    last = scanner.finish(state)
    assert len(track.scores) == scanner.grid.count(length) == last.first
    assert len(track.scores) + len(last.scores) == scanner.grid.count(length + 8_000)
    assert scanner.duration(state) == length / 16_000
    assert last.bounds is not None and len(last.bounds) == len(last.scores)


def test_a_window_of_the_scan_is_a_clip() -> None:
    """Law 1, at run time: frame i depends on the samples of its window, and on nothing else."""
    scanner, samples = Scanner(bundle(2)), beeps(2.0, ("low", 0.5), ("high", 1.2))
    track, _ = scanner.step(samples, scanner.start())
    for frame in (40, 65, 80):
        first, last = (round(edge * 16_000) for edge in (scanner.grid.start(frame), scanner.grid.end(frame)))
        outside = np.random.default_rng(0).normal(0, 0.3, len(samples)).astype(np.float32)
        outside[first:last] = samples[first:last]
        other, _ = scanner.step(outside, scanner.start())
        np.testing.assert_allclose(other.scores[frame], track.scores[frame], atol=1e-5)
        assert np.abs(other.scores[frame - 1] - track.scores[frame - 1]).max() > 1e-4


def test_long_chunks_are_worked_on_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    samples, scanner = beeps(3.0, ("low", 1.0)), Scanner(bundle())
    whole, _ = scanner.step(samples, scanner.start())
    monkeypatch.setattr(scan, "PIECE", 0.25)
    pieces, _ = scanner.step(samples, scanner.start())
    np.testing.assert_allclose(pieces.scores, whole.scores, rtol=0, atol=1e-5)


def test_more_than_one_channel() -> None:
    scanner = Scanner(bundle())
    with pytest.raises(SpecnetError, match=r"samples of shape \(100, 2\): must be one channel"):
        scanner.step(np.zeros((100, 2), np.float32), scanner.start())
