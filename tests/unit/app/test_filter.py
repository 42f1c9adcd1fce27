"""What classical kernels make of pictures and sounds."""

from pathlib import Path

import numpy as np
import pytest
import scipy.ndimage
import soundfile
from PIL import Image

from specnet.app.filter import WIDEST, filter_file, see
from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel

RATE = 16_000


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Colours, smoothed so that no result is clipped."""
    noise = np.random.default_rng(0).random((30, 40, 3))
    smooth = 0.5 + scipy.ndimage.gaussian_filter(noise - 0.5, (2, 2, 0))
    Image.fromarray(np.rint(smooth * 255).astype(np.uint8)).save(path := tmp_path / "photo.png")
    return path


def write_sound(path: Path, samples: np.ndarray) -> Path:
    soundfile.write(path, samples, RATE)
    return path


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def test_identity_is_the_picture(photo: Path) -> None:
    np.testing.assert_array_equal(filter_file(photo, ["identity"]), see(photo))


@pytest.mark.parametrize(("fill", "mode"), [("zero", "constant"), ("replicate", "nearest")])
def test_each_colour_is_filtered_by_itself(photo: Path, fill: str, mode: str) -> None:
    expected = [scipy.ndimage.uniform_filter(colour, 5, mode=mode) for colour in see(photo)]
    np.testing.assert_allclose(filter_file(photo, ["box-blur-5"], fill=fill), expected, atol=1e-6)


def test_zero_is_drawn_grey_and_the_strongest_edge_black_or_white(photo: Path) -> None:
    edges = np.stack([scipy.ndimage.sobel(colour, axis=1, mode="nearest") for colour in see(photo)])
    drawn = filter_file(photo, ["sobel-x"])
    np.testing.assert_allclose(drawn, 0.5 + edges / (2 * np.abs(edges).max()), atol=1e-5)


def test_a_bright_right_half_is_a_white_line(tmp_path: Path) -> None:
    halves = np.zeros((6, 8), np.uint8)
    halves[:, 4:] = 200
    Image.fromarray(halves).save(path := tmp_path / "halves.png")
    [drawn] = filter_file(path, ["sobel-x"])
    assert (drawn[:, 3:5] == 1).all() and (np.delete(drawn, [3, 4], axis=1) == 0.5).all()
    np.testing.assert_allclose(filter_file(path, ["sobel-y"]), 0.5, atol=1e-3)


def test_rounding_is_not_drawn_as_an_edge(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9), (77, 130, 201)).save(path := tmp_path / "plain.png")
    for name in ("edge-outline", "edge-laplacian"):
        np.testing.assert_allclose(filter_file(path, [name]), 0.5, atol=1e-3)


def test_several_kernels_work_in_turn(photo: Path) -> None:
    once = [scipy.ndimage.gaussian_laplace(colour, 1) for colour in see(photo)]
    drawn = filter_file(photo, ["gaussian", "gaussian", "edge-laplacian"])
    assert np.corrcoef(np.ravel(once), drawn.ravel())[0, 1] > 0.9
    assert drawn.min() >= 0 and drawn.max() <= 1


def test_stride_keeps_one_in_so_many(photo: Path) -> None:
    whole, strided = filter_file(photo, ["gaussian"]), filter_file(photo, ["gaussian"], stride=3)
    np.testing.assert_array_equal(strided, whole[:, ::3, ::3])
    assert filter_file(photo, ["gaussian"] * 2, stride=(2, 1)).shape == (3, 8, 40)


def test_a_sharpened_picture_is_clipped(tmp_path: Path) -> None:
    Image.fromarray(np.kron(np.eye(4), np.ones((4, 4))) > 0).save(path := tmp_path / "sharp.png")
    drawn = filter_file(path, ["sharpen"])
    assert set(np.unique(drawn)) == {0, 1}


def test_a_sound_is_its_spectrogram_with_low_frequencies_at_the_bottom(tmp_path: Path) -> None:
    logmel = LogMel()
    for hertz, half in ((250, slice(20, 40)), (6_000, slice(0, 20))):
        samples = tone(hertz)
        [picture] = see(write_sound(tmp_path / "tone.wav", samples))
        expected = logmel(samples.astype(np.float32))[::-1]
        assert picture.shape == (40, 97) and picture.max() == 1 and picture.min() >= 0
        assert np.corrcoef(picture.ravel(), expected.ravel())[0, 1] > 0.999
        assert half.start <= picture.mean(axis=1).argmax() < half.stop


def test_an_onset_is_a_vertical_edge(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, RATE)
    noise[: RATE // 2] = 0
    [drawn] = filter_file(write_sound(tmp_path / "onset.flac", noise), ["sobel-x"])
    assert abs(int(drawn.mean(axis=0).argmax()) - 48) <= 2


def test_silence_is_black(tmp_path: Path) -> None:
    np.testing.assert_allclose(see(write_sound(tmp_path / "silence.wav", np.zeros(RATE))), 0, atol=1e-3)


def test_sounds_that_are_too_short_or_too_long(tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"click\.wav: 0\.01 s of sound: a spectrogram needs at least 0\.032 s"):
        see(write_sound(tmp_path / "click.wav", np.zeros(160)))
    long = np.zeros(160 * (WIDEST + 10), np.int16)
    with pytest.raises(SpecnetError, match=r"long\.flac: longer than the 320 s that fit into one picture"):
        see(write_sound(tmp_path / "long.flac", long))


def test_an_unknown_kernel_is_refused_before_the_file_is_read() -> None:
    with pytest.raises(SpecnetError, match="did you mean 'gaussian'"):
        filter_file("missing.png", ["gausian"])
