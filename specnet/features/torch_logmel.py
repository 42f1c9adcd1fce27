"""The same log-mel spectrogram as `specnet.features.logmel`, on torch tensors, for training."""

import torch
from torch import Tensor, nn

from specnet.features.logmel import LogMel, hann, mel_filters, quiet_frame


class TorchLogMel(nn.Module):
    """Waveforms ``[B, N]`` (samples in [-1, 1]) to log-mel ``[B, bands, T]``; equal to ``LogMel`` within 1e-4.

    It has no parameters, and its buffers are not saved: `logmel` says all. Gradients flow through it.
    """

    window: Tensor
    filters: Tensor
    quiet: Tensor

    def __init__(self, logmel: LogMel | None = None) -> None:
        super().__init__()
        self.logmel = logmel or LogMel()
        self.register_buffer("window", torch.tensor(hann(self.logmel.window, "float32")), persistent=False)
        self.register_buffer("filters", torch.tensor(mel_filters(self.logmel, "float32")), persistent=False)
        self.register_buffer("quiet", torch.tensor(quiet_frame(self.logmel, "float32")), persistent=False)

    def forward(self, samples: Tensor) -> Tensor:
        n_fft, hop, width = self.logmel.n_fft, self.logmel.hop, self.logmel.window
        spectrum = torch.stft(samples, n_fft, hop, width, self.window, center=False, return_complex=True)
        power = spectrum.real.square() + spectrum.imag.square()
        mel = self.filters @ power
        features = torch.log(mel + self.logmel.floor)
        if not self.logmel.quiet:
            return features
        return torch.where(mel.amax(dim=-2, keepdim=True) < self.logmel.floor, self.quiet[:, None], features)
