"""The log-mel of `specnet.features.logmel` as ONNX nodes that every runtime has, and fast ones.

One step of the Cooley-Tukey algorithm (1965, doi:10.1090/S0025-5718-1965-0178586-1) makes two small matrix products of
a large one. With n_fft = a * b, sample n = b * i + j and bin k = p + a * q,

    X[k] = sum over j of exp(-2 pi sqrt(-1) j k / n_fft) * (sum over i of x[n] exp(-2 pi sqrt(-1) i p / a))

and as x is real, the p up to a / 2 tell the power of all bins. The runtime's own DFT and STFT take several times as
long (`benchmarks/export.py`).
"""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from specnet.app.export.nodes import Name, Nodes
from specnet.features.logmel import LogMel, hann, mel_filters, quiet_frame

FAR = np.iinfo(np.int64).max


def add_logmel(nodes: Nodes, logmel: LogMel, samples: Name, spare: int) -> Name:
    """Features ``[1, bands, T]`` of samples ``[1, n_fft + (T - 1) * hop + spare]``, whose last `spare` are not seen."""
    frames = _frames(nodes, logmel, samples, spare)
    power, filters = _power(nodes, logmel, frames)
    mel = nodes.add("ReduceSum", nodes.add("MatMul", power, filters), nodes.whole(0), keepdims=0)
    floor = nodes.constant(np.float32(logmel.floor))
    features = nodes.add("Log", nodes.add("Add", mel, floor))
    if logmel.quiet:
        silent = nodes.add("Less", nodes.add("ReduceMax", mel, axes=[1], keepdims=1), floor)
        features = nodes.add("Where", silent, nodes.constant(quiet_frame(logmel, "float32")[None]), features)
    return nodes.add("Unsqueeze", nodes.add("Transpose", features, perm=[1, 0]), nodes.whole(0))


def _frames(nodes: Nodes, logmel: LogMel, samples: Name, spare: int) -> Name:
    """The windowed frames ``[T, pieces * hop]``: every hop is a piece of as many frames as there are hops in one."""
    pieces = _pieces(logmel)
    margin = (logmel.n_fft - logmel.window) // 2
    # behind the last frame's last piece, where the window is 0
    behind = logmel.n_fft + spare - margin - pieces * logmel.hop
    samples = nodes.cut(samples, margin, -behind if behind > 0 else FAR, axis=1)
    if behind < 0:
        samples = nodes.add("Concat", samples, nodes.constant(np.zeros((1, -behind), np.float32)), axis=1)
    hops = nodes.add("Reshape", samples, nodes.whole(-1, logmel.hop))
    shifted = [nodes.cut(hops, i, i + 1 - pieces if i + 1 < pieces else FAR, axis=0) for i in range(pieces)]
    window = np.pad(hann(logmel.window, "float32"), (0, pieces * logmel.hop - logmel.window))
    return nodes.add("Mul", nodes.add("Concat", *shifted, axis=1), nodes.constant(window))


def _power(nodes: Nodes, logmel: LogMel, frames: Name) -> tuple[Name, Name]:
    """The squares of the spectra ``[p, T, (re q, im q)]``, and mel filters ``[p, (re q, im q), bands]`` for them."""
    b = _factor(logmel)
    inner, outer, bins = _products(logmel.n_fft // b, b, _pieces(logmel) * logmel.hop // b)
    x = nodes.add("Reshape", frames, nodes.whole(-1, inner.shape[1], b))
    inside = nodes.add("Reshape", nodes.add("MatMul", nodes.constant(inner), x), nodes.whole(-1, len(outer), 2 * b))
    spectra = nodes.add("MatMul", nodes.add("Transpose", inside, perm=[1, 0, 2]), nodes.constant(outer))
    _, first = np.unique(bins, return_index=True)
    once = np.zeros((*bins.shape, 1), np.float32)
    once.flat[first] = 1  # of bins that come twice, one counts
    filters = mel_filters(logmel, "float32").T[bins] * once
    return nodes.add("Mul", spectra, spectra), nodes.constant(np.concatenate([filters, filters], axis=1))


def _products(a: int, b: int, rows: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """The sums over i ``[(p, re and im), i]`` and j ``[p, (re j, im j), (re q, im q)]``, and the bins ``[p, q]``."""
    p, q, i, j = np.arange(a // 2 + 1), np.arange(b), np.arange(rows), np.arange(b)
    inner = np.exp(-2j * np.pi * np.outer(p, i) / a)
    k = p[:, None] + a * q
    outer = np.exp(-2j * np.pi * j[:, None] * k[:, None, :] / (a * b))
    real = np.block([[outer.real, outer.imag], [-outer.imag, outer.real]])
    stacked = np.stack([inner.real, inner.imag], axis=1).reshape(-1, rows)
    return stacked.astype(np.float32), real.astype(np.float32), np.minimum(k, a * b - k)


def _pieces(logmel: LogMel) -> int:
    return -(-logmel.window // logmel.hop)


def _factor(logmel: LogMel) -> int:
    """The b that divides n_fft and whole hops, with the fewest multiplications per frame."""
    width = _pieces(logmel) * logmel.hop

    def multiplications(b: int) -> int:
        half = logmel.n_fft // b // 2 + 1
        return 2 * half * width + 4 * half * b * b + 2 * half * b * logmel.bands

    common = gcd(logmel.n_fft, width)
    return min((b for b in range(1, common + 1) if common % b == 0), key=multiplications)
