"""The score of every frame of one recording, as a table (--scores) and as a picture (--plot), in constant memory."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet import plot
from specnet.app.detect import Detector
from specnet.app.results import FileResult
from specnet.cli.output import replacing, write
from specnet.cli.progress import progress
from specnet.cli.records import csv_row
from specnet.plot.columns import thin


def write_tracks(
    detector: Detector,
    result: FileResult,
    labels: Sequence[str],
    threshold: float,
    scores: Path | None,
    picture: Path | None,
) -> None:
    """Write the scores of a recording, or its picture, or both."""
    if scores is not None:
        write_scores(detector, result, labels, scores)
    if picture is not None:
        write_plot(detector, result, labels, threshold, picture)


def write_scores(detector: Detector, result: FileResult, labels: Sequence[str], target: Path) -> None:
    """One row per frame: the time in seconds and the score of each label."""
    rows = chain.from_iterable(score_rows(detector, result, labels))
    lines = (csv_row(f"{time:.3f}", *(f"{score:.5f}" for score in scores)) for time, *scores in rows)
    write(chain([csv_row("time", *labels)], lines), target)


def write_plot(detector: Detector, result: FileResult, labels: Sequence[str], threshold: float, target: Path) -> None:
    """The picture that `specnet plot --detect` draws, with the name of the file above it."""
    name = Path(result.file).name.encode(errors="replace").decode()
    made = plot.figure(
        result.file,
        look=plot.Look(title=name),
        model=detector.bundle,
        segments=result.segments,
        found=said(detector, result, labels, threshold),
    )
    with replacing(target) as temporary:
        plot.save(made, temporary, target.suffix)


def said(detector: Detector, result: FileResult, labels: Sequence[str], threshold: float) -> plot.Scores:
    """The scores of these labels, as many as a picture has room for."""
    rows, _ = thin(score_rows(detector, result, labels))
    return plot.Scores(rows[:, 0], dict(zip(labels, rows[:, 1:].T, strict=True)), threshold)


def score_rows(detector: Detector, result: FileResult, labels: Sequence[str]) -> Iterator[NDArray[np.float64]]:
    """Blocks ``[T, 1 + labels]``: the time in seconds, then the score of each label. Shows how far it is."""
    columns = [detector.labels.index(label) for label in labels]
    with progress(result.file, result.duration) as heard:
        for times, scores in detector.tracks(result.file):
            yield np.column_stack([times, scores[:, columns]])
            heard(float(times.max(initial=0.0)))
