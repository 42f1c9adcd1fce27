"""`specnet detect`: the words in recordings."""

import sys
from collections.abc import Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import click

from specnet import __version__
from specnet.app.detect import Detector
from specnet.cli.formats import FORMATS, ONE_RECORDING, Format
from specnet.cli.output import replacing
from specnet.cli.results import FileResult, Header
from specnet.cli.table import as_rich_table, as_table
from specnet.cli.work import Job, detect_all
from specnet.errors import SpecnetError

DEFAULT_FALSE_ALARMS_PER_HOUR = 0.5


def finite(_: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not isfinite(value):
        raise click.BadParameter(f"{value} is not a number.", param=parameter)
    return value


def output_path(_: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """A file name that can be written: refused before any work is done."""
    if value is not None and not value.parent.is_dir():
        raise click.BadParameter(f"the directory {value.parent} does not exist.", param=parameter)
    if value is not None and value.is_dir():
        raise click.BadParameter(f"{value} is a directory: name a file in it.", param=parameter)
    return value


def output_option(*names: str, help: str, metavar: str) -> Any:
    return click.option(*names, type=click.Path(path_type=Path), callback=output_path, metavar=metavar, help=help)


@click.command("detect")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--model", default="welcome", show_default=True, help="A model that ships with specnet, or NAME.specnet.")
@click.option("--threshold", type=click.FloatRange(0, 1), callback=finite, help="The least score that counts, 0 to 1.")
@click.option(
    "--false-alarms-per-hour",
    type=click.FloatRange(0, min_open=True),
    callback=finite,
    help=f"Take the threshold calibrated for this rate.  [default: {DEFAULT_FALSE_ALARMS_PER_HOUR}]",
)
@click.option("--label", "wanted", multiple=True, help="Keep only this label (may be repeated).")
@click.option("--format", "format_name", type=click.Choice(["table", *FORMATS]), default="table", show_default=True)
@output_option("-o", "--output", metavar="FILE", help="Write the result there instead of to standard output.")
@output_option("--plot", metavar="OUT.png", help="Draw spectrogram, scores, threshold and segments (one FILE).")
@output_option("--scores", metavar="OUT.csv", help="Write the score of every frame (one FILE).")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Work on so many files at a time.")
def command(
    files: tuple[str, ...],
    model: str,
    threshold: float | None,
    false_alarms_per_hour: float | None,
    wanted: tuple[str, ...],
    format_name: str,
    output: Path | None,
    plot: Path | None,
    scores: Path | None,
    jobs: int,
) -> int:
    """Find words in recordings: label, start, end and score of each.

    FILE is audio of any kind that libsndfile or ffmpeg reads, at any rate and length; - is standard input.
    """
    if threshold is not None and false_alarms_per_hour is not None:
        raise click.UsageError("--threshold and --false-alarms-per-hour exclude each other: give one of them.")
    check_one_recording(files, format_name, plot, scores)
    check_files(files, jobs, [path for path in (output, plot, scores) if path])
    detector = Detector.load(model)
    labels = check_labels(wanted, detector.labels)
    if threshold is None:
        threshold = detector.threshold(false_alarms_per_hour or DEFAULT_FALSE_ALARMS_PER_HOUR)
    bundle = detector.bundle
    header = Header(__version__, bundle.name, bundle.sha256, labels, threshold)
    results = Complaining(detect_all(detector, Job(model, threshold, labels), files, jobs))
    write(choose_format(format_name, output)(header, results), output)
    if scores is not None and not results.failed:
        write_scores(detector, files[0], labels, scores)
    if plot is not None and not results.failed:
        from specnet.plots import plot_detection

        with replacing(plot) as temporary:
            plot_detection(detector, files[0], labels, threshold, results.last.segments, temporary, plot.suffix)
    return 2 if results.failed else 0
