"""The picture of one detection. Needs matplotlib (`pip install 'specnet[plot]'`), which is imported only to draw."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.audio.files import read_blocks
from specnet.errors import MissingExtra
from specnet.features.logmel import LogMel
from specnet.timeline import Segment
from specnet.units import Seconds

SUFFIXES = (".png", ".svg", ".pdf")
COLUMNS = 2000
"""The spectrogram is thinned to about so many columns: a screen shows no more."""


def require_matplotlib() -> None:
    """Raises `MissingExtra` where drawing is not installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingExtra("drawing", "plot") from None


def plot_detection(
    audio: str,
    duration: Seconds,
    logmel: LogMel,
    times: NDArray[np.floating],
    tracks: Mapping[str, NDArray[np.floating]],
    threshold: float,
    segments: Sequence[Segment],
    target: Path,
    suffix: str = ".png",
) -> None:
    """Draw the spectrogram of `audio` over the score of each label in `tracks` ``[T]`` at `times` ``[T]`` (seconds).

    The segments are shaded in both, the threshold is a dashed line. The picture goes to `target`, in the format that
    `suffix` names (one of `SUFFIXES`). Raises `MissingExtra` without matplotlib, `SpecnetError` for unreadable audio.
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    picture, end = spectrogram(audio, logmel, duration)
    figure = Figure(figsize=(10, 5), layout="constrained")
    sound, score = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    middle = (logmel.n_fft - logmel.hop) / 2 / logmel.sample_rate  # a frame is drawn at the middle of its samples
    extent = (middle, end + middle, 0, logmel.bands)
    sound.imshow(picture, origin="lower", aspect="auto", extent=extent, cmap="magma")
    sound.set(title=Path(audio).name, ylabel="mel band")
    for label, track in tracks.items():
        score.plot(times, track, linewidth=1, label=label)
    score.axhline(threshold, linestyle="--", linewidth=1, color="grey", label=f"threshold {threshold:.2f}")
    score.set(xlabel="seconds", ylabel="score", xlim=(0, end), ylim=(0, 1.02))
    for segment in segments:
        sound.axvspan(segment.start, segment.end, facecolor="none", edgecolor="white", linewidth=1.5)
        score.axvspan(segment.start, segment.end, color="tab:green", alpha=0.25)
        sound.text(segment.start, logmel.bands, f" {segment.label} {segment.score:.2f}", color="white", va="top")
    score.legend(loc="upper right")
    figure.savefig(target, format=suffix.lstrip(".").lower(), dpi=120)


def spectrogram(audio: str, logmel: LogMel, duration: Seconds) -> tuple[NDArray[np.float32], Seconds]:
    """The log-mel spectrogram ``[bands, columns]`` of a file of `duration`, and the second at which it ends.

    A column is the maximum of as many frames as it takes to stay below some `COLUMNS`; one frame, for a short file.
    """
    thinning = max(1, round(duration * logmel.sample_rate / logmel.hop / COLUMNS))
    columns, frames, state = [], np.empty((logmel.bands, 0), np.float32), logmel.start()
    for block in read_blocks(audio, logmel.sample_rate):
        new, state = logmel.step(block, state)
        frames = np.concatenate([frames, new], axis=1)
        whole = frames.shape[1] // thinning * thinning
        columns.append(frames[:, :whole].reshape(logmel.bands, -1, thinning).max(axis=2))
        frames = frames[:, whole:]
    picture = np.concatenate(columns, axis=1)
    return picture, picture.shape[1] * thinning * logmel.hop / logmel.sample_rate
