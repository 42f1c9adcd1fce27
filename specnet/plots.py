"""The picture of one detection. Needs matplotlib (`pip install 'specnet[plot]'`), which is imported only to draw."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from specnet.audio.files import read_blocks
from specnet.errors import MissingExtra
from specnet.features.logmel import Floats, LogMel
from specnet.timeline import Segment
from specnet.units import Seconds

Float = TypeVar("Float", bound=np.floating[Any])

SUFFIXES = (".png", ".svg", ".pdf")
COLUMNS = 2000
"""Spectrogram and scores are thinned to about so many columns: a screen shows no more."""


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
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    picture, end = spectrogram(audio, logmel, duration)
    middle = (logmel.n_fft - logmel.hop) / 2 / logmel.sample_rate  # a frame is drawn at the middle of its samples
    extent = (middle, end + middle, 0, logmel.bands)
    name = Path(audio).name.encode(errors="replace").decode()
    with rc_context({"text.parse_math": False}), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # letters that the font lacks, a sound shorter than a frame
        figure = Figure(figsize=(10, 5), layout="constrained")
        sound, score = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        sound.imshow(picture, origin="lower", aspect="auto", extent=extent, cmap="magma")
        sound.set(title=name, ylabel="mel band")
        for label, track in tracks.items():
            score.plot(times, track, linewidth=1, label=label)
        score.axhline(threshold, linestyle="--", linewidth=1, color="grey", label=f"threshold {threshold:.4g}")
        score.set(xlabel="seconds", ylabel="score", xlim=(0, duration), ylim=(0, 1.02))
        for segment in segments:
            sound.axvspan(segment.start, segment.end, facecolor="none", edgecolor="white", linewidth=1.5)
            score.axvspan(segment.start, segment.end, color="tab:green", alpha=0.25)
            sound.text(segment.start, logmel.bands, f" {segment.label} {segment.score:.2f}", color="white", va="top")
        score.legend(loc="upper right")
        figure.savefig(target, format=suffix.lstrip(".").lower(), dpi=120)


def spectrogram(audio: str, logmel: LogMel, duration: Seconds) -> tuple[Floats, Seconds]:
    """The log-mel spectrogram ``[bands, columns]`` of a file of `duration`, and the second at which it ends.

    A column is the maximum of as many frames as it takes to stay below some `COLUMNS`; one frame, for a short file.
    """
    picture, factor = thin(_frames(audio, logmel), duration * logmel.sample_rate / logmel.hop)
    return picture.T, len(picture) * factor * logmel.hop / logmel.sample_rate


def thin(blocks: Iterable[NDArray[Float]], rows: float) -> tuple[NDArray[Float], int]:
    """The maxima of every `factor` of the rows in `blocks` ``[T, n]``, which are about `rows` in all, and `factor`.

    >>> thin([np.array([[1.0], [3.0]]), np.array([[2.0], [1.0], [0.0]])], rows=2 * COLUMNS)
    (array([[3.], [2.]]), 2)
    """
    factor = max(1, round(rows / COLUMNS))
    maxima, rest = [], None
    for block in blocks:
        rest = block if rest is None else np.concatenate([rest, block])
        whole = len(rest) // factor * factor
        maxima.append(rest[:whole].reshape(-1, factor, rest.shape[1]).max(axis=1))
        rest = rest[whole:]
    return np.concatenate(maxima), factor


def _frames(audio: str, logmel: LogMel) -> Iterator[Floats]:
    state = logmel.start()
    for block in read_blocks(audio, logmel.sample_rate):
        frames, state = logmel.step(block, state)
        yield frames.T
