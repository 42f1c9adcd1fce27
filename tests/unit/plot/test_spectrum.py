"""The numbers of a spectrogram: each kind shows a sound where it is, and what a network sees is what it sees."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel
from specnet.models.build import build
from specnet.plot.network import levelled
from specnet.plot.spectrum import KINDS, Kind, frames, spectrum
from specnet.runtime.bundle import Bundle

WELCOME = Path(__file__).parents[3] / "data" / "dir-welcome.flac"


def tone(seconds: float, at: float, hertz: float = 1000.0, rate: int = 16_000) -> np.ndarray:
    """Silence with a tone of 0.1 s that starts at second `at`."""
    sound = np.zeros(round(seconds * rate), np.float32)
    begin, count = round(at * rate), rate // 10
    sound[begin : begin + count] = 0.5 * np.sin(2 * np.pi * hertz / rate * np.arange(count))
    return sound


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("seconds", "at"), [(3.0, 2.0), (45.0, 41.0)])
def test_a_tone_stands_where_it_is(kind: Kind, seconds: float, at: float) -> None:
    found = spectrum(tone(seconds, at), 16_000, kind, Bundle.load("welcome"))
    assert found.values.shape == (len(found.edges) - 1, len(found.times) - 1)
    assert (found.start, found.end) == (0.0, seconds) and found.times[0] <= 0 and found.times[-1] >= seconds - 0.02
    band, column = np.unravel_index(found.values.argmax(), found.values.shape)
    wide = 0.03 + 2 * (found.times[1] - found.times[0])
    assert at - wide < found.times[column] < found.times[column + 1] < at + 0.1 + wide
    if kind != "network":  # where silence is nothing, the level makes every band of a beginning loud
        assert found.edges[band] - 0.05 <= 1.0 <= found.edges[band + 1] + 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_is_the_part_of_the_whole(kind: Kind) -> None:
    model = Bundle.load("welcome")
    whole, part = spectrum(WELCOME, None, kind, model), spectrum(WELCOME, None, kind, model, 0.5, 1.0)
    first = int(np.abs(whole.times - part.times[0]).argmin())
    assert part.times[0] <= 0.5 < part.times[1] and part.times[-2] < 1.0 <= part.times[-1] + 1e-9
    np.testing.assert_allclose(part.times, whole.times[first : first + len(part.times)], atol=1e-9)
    same = whole.values[:, first : first + part.values.shape[1]]
    same = same - same.max() if part.unit == "dB" else same
    np.testing.assert_allclose(part.values, same, atol=1e-4)


def test_log_mel_is_that_of_the_model() -> None:
    sound, rate = soundfile.read(WELCOME, dtype="float32")
    logmel = LogMel()
    found = spectrum(sound, rate)
    middles = (found.times[:-1] + found.times[1:]) / 2
    first = int(np.flatnonzero(middles > logmel.n_fft / 2 / rate - 1e-6)[0])
    expected = logmel(sound)
    np.testing.assert_allclose(found.values[:, first : first + expected.shape[1]], expected, atol=1e-4)
    assert found.values.shape[1] - expected.shape[1] <= 4  # what only half hears the sound


def test_the_network_is_what_its_second_layer_gets() -> None:
    model = Bundle.load("welcome")
    sound, rate = soundfile.read(WELCOME, dtype="float32")
    network = model.card.recipe["network"]
    trunk = build(network["preset"], overrides=network["overrides"])
    level, _ = trunk.split("level1")
    lead = model.grid.receptive_field - model.grid.stride
    padded = np.concatenate([np.zeros(lead, np.float32), sound, np.zeros(512, np.float32)])
    expected = level(torch.from_numpy(model.features(padded))[None])[0].numpy()
    found = spectrum(sound, rate, "network", model)
    count = found.values.shape[1]
    starts = [
        int(i)
        for i in range(expected.shape[1] - count + 1)
        if np.allclose(expected[:, i], found.values[:, 0], atol=1e-4)
    ]
    assert any(np.allclose(expected[:, i : i + count], found.values, atol=1e-4) for i in starts)


def test_levels_do_not_see_the_blocks() -> None:
    model = Bundle.load("welcome")
    sound = tone(3.0, 1.0)
    whole, parts = (
        np.concatenate(list(levelled(frames(blocks, model.features), model)))
        for blocks in ([sound], np.split(sound, [100, 9000, 9001, 30_000]))
    )
    np.testing.assert_allclose(whole, parts, atol=1e-5)


@pytest.mark.parametrize("samples", [1, 100, 511, 512])
@pytest.mark.parametrize("kind", ["linear", "mel", "log-mel"])
def test_any_length_has_a_column(kind: Kind, samples: int) -> None:
    found = spectrum(np.full(samples, 0.1, np.float32), 16_000, kind)
    assert found.values.shape[1] >= 1 and np.isfinite(found.values).all()


@pytest.mark.parametrize("rate", [1000, 8000, 22_050, 48_000])
def test_no_mel_band_is_empty_at_any_rate(rate: int) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 2 * rate).astype(np.float32)
    found = spectrum(noise, rate, "mel")
    assert found.values.mean(axis=1).min() > -60
    assert found.edges[-1] < rate / 2000 and spectrum(noise, rate, "linear").edges[-1] >= rate / 2000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "chroma"}, "kind 'chroma' of spectrogram: must be one of linear, mel, log-mel, network"),
        ({"kind": "network"}, "what a network sees depends on the network: name a model"),
        ({"start": 5.0}, "the array: ends at 1.000 s: start = 5 must be before that"),
        ({"sample_rate": None}, "an array says nothing about its sample rate"),
    ],
)
def test_what_cannot_be_is_one_line(options: dict[str, object], message: str) -> None:
    with pytest.raises(SpecnetError, match=message):
        spectrum(**{"audio": np.zeros(16_000, np.float32), "sample_rate": 16_000, **options})
