"""Law 4, features: the numpy log-mel is the torch log-mel is librosa's."""

import librosa
import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from specnet.features.logmel import LogMel, quiet_frame
from specnet.features.torch_logmel import TorchLogMel

SETTINGS = [LogMel(), LogMel(bands=64, window=400, hop=200, f_min=0.0, f_max=8000.0, floor=1e-4), LogMel(quiet=1e-3)]


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), length=st.integers(512, 20_000), level=st.floats(-4, 0), which=st.integers(0, 2))
def test_logmel_is_the_same_three_times(seed: int, length: int, level: float, which: int) -> None:
    logmel = SETTINGS[which]
    samples = (np.random.default_rng(seed).standard_normal(length) * 0.3 * 10**level).astype(np.float32)
    samples[length // 4 : length // 2] = 0
    ours = logmel(samples)
    with torch.no_grad():
        torchs = TorchLogMel(logmel)(torch.from_numpy(samples)[None])[0].numpy()
    power = librosa.feature.melspectrogram(
        y=samples,
        sr=logmel.sample_rate,
        n_fft=logmel.n_fft,
        hop_length=logmel.hop,
        win_length=logmel.window,
        n_mels=logmel.bands,
        fmin=logmel.f_min,
        fmax=logmel.f_max,
        center=False,
        htk=True,
        norm=None,
    )
    assert ours.shape == torchs.shape == power.shape
    np.testing.assert_allclose(ours, torchs, atol=1e-4)
    wanted = np.log(power + logmel.floor)
    if logmel.quiet:
        wanted[:, power.max(axis=0) < logmel.floor] = quiet_frame(logmel, "float32")[:, None]
    np.testing.assert_allclose(ours, wanted, atol=1e-4)
