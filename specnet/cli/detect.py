"""`specnet detect`: the words in recordings."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias

import click

from specnet import __version__, plots
from specnet.app.detect import FALSE_ALARMS_PER_HOUR, Detector
from specnet.cli.formats import FORMATS, ONE_RECORDING, Format
from specnet.cli.main import complain
from specnet.cli.output import output_path, real, write
from specnet.cli.results import FileResult, Header
from specnet.cli.table import as_rich_table, as_table
from specnet.cli.tracks import write_plot, write_scores
from specnet.cli.work import Job, detect_all
from specnet.errors import SpecnetError

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def finite(_: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not isfinite(value):
        raise click.BadParameter(f"{value} is not a number.", param=parameter)
    return value


def output_option(*names: str, help: str, metavar: str) -> Decorator:
    return click.option(*names, type=click.Path(path_type=Path), callback=output_path, metavar=metavar, help=help)


@click.command("detect")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--model", default="welcome", show_default=True, help="A model that ships with specnet, or NAME.specnet.")
@click.option("--threshold", type=click.FloatRange(0, 1), callback=finite, help="The least score that counts, 0 to 1.")
@click.option(
    "--false-alarms-per-hour",
    type=click.FloatRange(0, min_open=True),
    callback=finite,
    help=f"Take the threshold calibrated for this rate.  [default: {FALSE_ALARMS_PER_HOUR}]",
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

    \b
    Examples:
      specnet detect party.wav
      specnet detect *.flac --format json --jobs 2 -o found.json
      specnet detect day.mp3 --false-alarms-per-hour 0.1 --plot day.png --scores day.csv
      arecord -d 60 -f S16_LE -r 16000 -t wav | specnet detect - --format jsonl
    """
    if threshold is not None and false_alarms_per_hour is not None:
        raise click.UsageError("--threshold and --false-alarms-per-hour exclude each other: give one of them.")
    check_files(files, format_name, jobs)
    check_outputs(files, {"--output": output, "--plot": plot, "--scores": scores})
    if plot is not None:
        plots.require_matplotlib()
    detector = Detector.load(model)
    labels = check_labels(wanted, detector.labels)
    if threshold is None:
        threshold = detector.threshold(false_alarms_per_hour or FALSE_ALARMS_PER_HOUR)
    header = Header(__version__, detector.bundle.name, detector.bundle.sha256, detector.labels, threshold)
    finished: list[FileResult] = []
    results = keep(detect_all(detector, Job(model, threshold, labels), files, jobs), finished, format_name)
    write(choose_format(format_name, output)(header, results), output)
    if any(result.error for result in finished):
        return 2
    for target, draw in ((scores, write_scores), (plot, write_plot)):
        if target is not None:
            draw(detector, finished[0], labels, threshold, target)
    return 0


def check_files(files: Sequence[str], format_name: str, jobs: int) -> None:
    """Refuse what a format or standard input cannot do."""
    if format_name in ONE_RECORDING and len(files) > 1:
        raise click.UsageError(
            f"--format {format_name} describes one recording, and {len(files)} are given:"
            " call specnet for each, or take json, jsonl, csv or rttm."
        )
    if files.count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once.")
    if "-" in files and len(files) > 1 and jobs > 1:
        raise click.UsageError("standard input (-) cannot be shared out by --jobs: give it alone, or leave --jobs out.")


def check_outputs(files: Sequence[str], outputs: Mapping[str, Path | None]) -> None:
    """Refuse a file that would be written twice, or over what is read; and --plot, --scores of more than one file."""
    seen = {real(Path(file)): file for file in files}
    for option, path in outputs.items():
        if path is None:
            continue
        if option != "--output" and (len(files) > 1 or files[0] == "-"):
            raise click.UsageError(f"{option} needs exactly one FILE, which is not standard input.")
        if option == "--plot" and path.suffix.lower() not in plots.SUFFIXES:
            raise click.UsageError(f"--plot {path}: the name must end in {', '.join(plots.SUFFIXES)}.")
        taken = seen.setdefault(real(path), option)
        if taken != option:
            raise click.UsageError(f"{option} {path} would overwrite {taken}.")


def check_labels(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The labels to keep, in the model's order: all of them where none is named."""
    for label in wanted:
        if label not in known:
            near = get_close_matches(label, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it knows {', '.join(map(repr, known))}."
            raise click.UsageError(f"--label {label!r}: the model does not know it; {hint}")
    return tuple(label for label in known if not wanted or label in wanted)


def choose_format(name: str, output: Path | None) -> Format:
    if name != "table":
        return FORMATS[name]
    return as_rich_table if output is None and sys.stdout.isatty() else as_table


def keep(results: Iterable[FileResult], finished: list[FileResult], format_name: str) -> Iterator[FileResult]:
    """The results as they come, the errors said at once, and all of them remembered.

    An error ends the run where the format describes one recording: there is nothing to write.
    """
    for result in results:
        if result.error is not None:
            if format_name in ONE_RECORDING:
                raise SpecnetError(result.error)
            complain(result.error)
        finished.append(result)
        yield result
