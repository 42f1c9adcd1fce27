"""`specnet plot`: waveform, spectrogram, labels and scores of a recording, fit to be printed."""

import io
import math
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click

from specnet import plot
from specnet.app.detect import FALSE_ALARMS_PER_HOUR, Detector
from specnet.audio.files import Recording
from specnet.cli import run
from specnet.cli.detect import Detect
from specnet.cli.output import is_stream, output_path, real, replacing
from specnet.cli.tracks import said
from specnet.data.labels import read_labels
from specnet.errors import SpecnetError
from specnet.plot.figure import INCH, SIZES
from specnet.plot.spectrum import Kind
from specnet.units import Seconds

STDOUT = Path("-")
WRITTEN_SIZE = re.compile(r"(\d+(?:\.\d+)?)(?:x(\d+(?:\.\d+)?))?(mm|in)?")


def picture_path(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
    if value == STDOUT:
        return value
    if value.suffix.lower() not in plot.SUFFIXES:
        raise click.BadParameter(f"{value}: the name must end in {', '.join(plot.SUFFIXES)}.", param=parameter)
    output_path(context, parameter, value)
    return value


def millimetres(_: click.Context, parameter: click.Parameter, value: str) -> tuple[float, float | None]:
    """The width and, if it is told, the height."""
    found = WRITTEN_SIZE.fullmatch(value)
    unit = INCH if found and found[3] == "in" else 1.0
    sides = [unit * float(side) for side in (found[1], found[2]) if side] if found else []
    if not sides or not all(SIZES[0] <= side <= SIZES[1] for side in sides):
        wanted = f"WIDTH or WIDTHxHEIGHT, in mm or in, of {SIZES[0]:g} to {SIZES[1]:g} mm: 85x60mm, 7in"
        raise click.BadParameter(f"{value}: must be {wanted}.", param=parameter)
    return sides[0], sides[1] if len(sides) == 2 else None


@click.command("plot")
@click.argument("file", metavar="FILE")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    callback=picture_path,
    metavar="OUT.png|svg|pdf",
    help="Where the picture goes; - is standard output.",
)
@click.option(
    "--format", "suffix", type=click.Choice(["png", "svg", "pdf"]), help="What goes to standard output.  [default: png]"
)
@click.option("--spectrogram", "kind", type=click.Choice([*plot.KINDS, "none"]), default="log-mel", show_default=True)
@click.option("--waveform/--no-waveform", default=True, show_default=True)
@click.option("--model", help="A model that ships with specnet, or NAME.specnet.  [default: welcome]")
@click.option("--detect", is_flag=True, help="Draw the words that the model finds, their scores and the threshold.")
@run.threshold_option()
@run.false_alarms_option
@run.label_option
@click.option("--labels", type=click.Path(path_type=Path), metavar="FILE", help="Draw what a label file marks.")
@click.option(
    "--start", type=click.FloatRange(0), callback=run.finite, default=0.0, metavar="SECOND", help="Draw from there on,"
)
@click.option(
    "--end", type=click.FloatRange(0, min_open=True), callback=run.finite, metavar="SECOND", help="and up to there."
)
@click.option(
    "--size",
    default="180mm",
    show_default=True,
    callback=millimetres,
    metavar="WIDTH[xHEIGHT]",
    help="In mm or in: 85x60mm, 7in.",
)
@click.option(
    "--dpi",
    type=click.IntRange(30, 1200),
    default=300,
    show_default=True,
    help="Dots per inch, also of the spectrogram in an SVG or a PDF.",
)
@click.option(
    "--colours",
    default="magma",
    show_default=True,
    metavar="NAME",
    help="A colour map of matplotlib: gray_r, viridis, ...",
)
@click.option("--colour-bar", is_flag=True, help="Say what the colours mean.")
@click.option("--title", default="", help="A line above the picture.")
def command(
    file: str,
    output: Path,
    suffix: str | None,
    kind: Kind | Literal["none"],
    waveform: bool,
    model: str | None,
    detect: bool,
    threshold: float | None,
    false_alarms_per_hour: float | None,
    wanted: tuple[str, ...],
    labels: Path | None,
    start: Seconds,
    end: Seconds | None,
    size: tuple[float, float | None],
    dpi: int,
    colours: str,
    colour_bar: bool,
    title: str,
) -> None:
    """Draw a recording: its waveform, spectrogram, and the words in it, over seconds and kilohertz.

    FILE is audio of any kind that specnet detect reads; - is standard input.

    \b
    Spectrograms:
      linear     power at all frequencies, in dB
      mel        power in 80 mel bands, in dB
      log-mel    what a model takes in: with --model or --detect, its own bands
      network    what its layers get, the running level taken off; needs specnet[train]
      none       no spectrogram

    \b
    Label files: Audacity (.txt), Praat (.TextGrid), and what specnet detect writes as csv, json or jsonl.

    \b
    Examples:
      specnet plot party.wav -o party.png
      specnet plot party.wav --detect --false-alarms-per-hour 0.1 -o party.pdf
      specnet plot party.wav --labels party.TextGrid --spectrogram linear --start 2 --end 3.5 -o words.svg
      specnet plot party.wav --size 85x60mm --dpi 600 --colours gray_r --no-waveform -o column.png
      sox party.mp3 -t wav - | specnet plot - -o - --format pdf > party.pdf
    """
    check_options(output, suffix, detect, threshold, false_alarms_per_hour, wanted, labels, start, end)
    plot.require_matplotlib()
    look = plot.Look(None if kind == "none" else kind, waveform, colours, colour_bar, title, size)
    with on_disk(file) as path:
        if output != STDOUT and real(output) in [real(read) for read in (Path(path), labels) if read]:
            raise click.UsageError(f"--output {output} would overwrite what is read.")
        with Recording(path) as recording:
            duration = recording.info.duration or math.inf
        segments: tuple[plot.Marked, ...] = ()
        found = None
        if detect:
            segments, found = detected(path, model or "welcome", threshold, false_alarms_per_hour, wanted)
        elif labels:
            segments = read_labels(labels, file, duration)
        if kind == "network" or (detect and kind == "log-mel"):
            model = model or "welcome"
        limit = math.inf if end is None else end
        made = plot.figure(path, look=look, model=model, start=start, end=limit, segments=segments, found=found)
    if output == STDOUT:
        plot.save(made, picture := io.BytesIO(), suffix or "png", dpi)
        sys.stdout.buffer.write(picture.getvalue())
    else:
        with replacing(output) as temporary:
            plot.save(made, temporary, output.suffix, dpi)


def check_options(
    output: Path,
    suffix: str | None,
    detect: bool,
    threshold: float | None,
    false_alarms_per_hour: float | None,
    wanted: tuple[str, ...],
    labels: Path | None,
    start: Seconds,
    end: Seconds | None,
) -> None:
    """Refuse options that do not go together."""
    run.check_one_threshold(threshold, false_alarms_per_hour)
    if suffix and output != STDOUT:
        raise click.UsageError(f"--format {suffix} is for --output -: the name of {output} says what it is.")
    if output == STDOUT and sys.stdout.isatty():
        raise click.UsageError("--output -: a terminal shows no picture: name a file, or send it on with > or |.")
    if detect and labels:
        raise click.UsageError("--detect and --labels exclude each other: give one of them.")
    needs = {"--threshold": threshold, "--false-alarms-per-hour": false_alarms_per_hour, "--label": wanted or None}
    for option, value in needs.items():
        if value is not None and not detect:
            raise click.UsageError(f"{option} is for --detect: give both, or none.")
    if end is not None and end <= start:
        raise click.UsageError(f"--end {end:g} must be after --start {start:g}.")


def detected(
    file: str, model: str, threshold: float | None, false_alarms_per_hour: float | None, wanted: tuple[str, ...]
) -> tuple[tuple[plot.Marked, ...], plot.Scores]:
    """What `specnet detect` finds, and the scores."""
    detector = Detector.load(model)
    labels = run.check_labels(wanted, detector.labels)
    if threshold is None:
        threshold = detector.threshold(false_alarms_per_hour or FALSE_ALARMS_PER_HOUR)
    result = Detect((model,), threshold, labels).work(detector, file, show=True)
    if result.error:
        raise SpecnetError(result.error)
    return result.segments, said(detector, result, labels, threshold)


@contextmanager
def on_disk(file: str) -> Iterator[str]:
    """A path to read `file` from more than once: that of a copy, where it is a pipe or standard input."""
    if file != "-" and not is_stream(Path(file)):
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="specnet-") as folder:
        copy = Path(folder, "sound")
        with copy.open("wb") as target:
            if file == "-":
                shutil.copyfileobj(sys.stdin.buffer, target)
            else:
                with Path(file).open("rb") as source:
                    shutil.copyfileobj(source, target)
        try:
            yield str(copy)
        except SpecnetError as error:
            name = "standard input" if file == "-" else file
            raise SpecnetError(str(error).replace(str(copy), name)) from error
