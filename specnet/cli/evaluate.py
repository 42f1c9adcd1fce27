"""`specnet evaluate`: how often a model misses a word, and how often it hears one that was not said."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from specnet import __version__
from specnet.app.detect import Detector
from specnet.app.evaluate import GROUPS, classify, evaluate
from specnet.cli import run
from specnet.cli.evaluate_table import confusion_table, evaluation_table
from specnet.cli.output import output_path, replacing, write
from specnet.evaluate.det import det_csv
from specnet.evaluate.plots import plot_det
from specnet.evaluate.references import Recording, choose_labels, read_clips, read_negatives, read_positives
from specnet.plot import SUFFIXES, require_matplotlib

PATH = click.Path(path_type=Path)


@click.command("evaluate")
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option("--positives", type=PATH, metavar="FILE_OR_DIR", help="Recordings of the words.")
@click.option("--negatives", type=PATH, multiple=True, metavar="DIR", help="Recordings without them (may be repeated).")
@click.option("--clips", metavar="'DIR/label/*.wav'", help="Clips in one folder a label: accuracy and confusions.")
@click.option("--label", "wanted", multiple=True, help="Measure only this label (may be repeated).")
@click.option("--by", "groups", multiple=True, default=GROUPS, show_default=True, help="Columns to count misses by.")
@click.option("--format", "format_name", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("-o", "--output", type=PATH, callback=output_path, metavar="FILE", help="Write the result there.")
@click.option("--det", type=PATH, callback=output_path, metavar="OUT.csv", help="Write the trade-off, every threshold.")
@click.option("--plot", type=PATH, callback=output_path, metavar="OUT.png", help="Draw the trade-off.")
def command(
    models: tuple[str, ...],
    positives: Path | None,
    negatives: tuple[Path, ...],
    clips: str | None,
    wanted: tuple[str, ...],
    groups: tuple[str, ...],
    format_name: str,
    output: Path | None,
    det: Path | None,
    plot: Path | None,
) -> None:
    """Measure a model on recordings whose words are known: false rejects against false alarms per hour.

    Positives hold one word each, or lie in one folder a label, or have an index.tsv with the columns file, start,
    end, label, snr, source... Negatives are any audio without the words; rows of an index.tsv with contains_LABEL = yes
    are left out. An uncompressed .tar counts as a folder of its name.

    Several MODELs are an ensemble: the mean of their scores counts. It has no calibrated threshold, so the one for half
    a false alarm per hour is calibrated on these recordings, of each label for itself.

    \b
    Examples:
      specnet evaluate welcome --positives said/ --negatives other/ --plot det.png
      specnet evaluate welcome --positives said.tar --negatives radio.tar --format json
      specnet evaluate commands.specnet --clips 'clips/label/*.wav'
      specnet evaluate a.specnet b.specnet --positives said/ --negatives other/
    """
    if clips is None and positives is None:
        raise click.UsageError("nothing to measure: give --positives and --negatives, or --clips.")
    if (positives is None) != (not negatives):
        raise click.UsageError("--positives and --negatives go together: give both.")
    if positives is None and (det or plot):
        raise click.UsageError("--det and --plot need --positives and --negatives.")
    written = [path.resolve() for path in (output, det, plot) if path is not None]
    if len(set(written)) < len(written):
        raise click.UsageError("--output, --det and --plot would write the same file: give each its own.")
    if plot is not None:
        run.check_picture(plot, SUFFIXES)
        require_matplotlib()
    detector = Detector.load(*models)
    chosen = choose_labels(wanted, detector.labels)
    document: dict[str, Any] = {
        "specnet": __version__,
        "model": {"name": detector.name, "sha256": detector.sha256, "labels": list(detector.labels)},
    }
    tables = []
    spoken = read_positives(positives, detector.labels, chosen) if positives is not None else []
    silent = [recording for root in negatives for recording in read_negatives(root, detector.labels)]
    sorted_clips = read_clips(clips, detector.labels) if clips is not None else []
    if spoken:
        check_groups(groups, spoken)
        result = evaluate(detector, spoken, silent, groups, show_progress, calibrated=len(models) == 1)
        curves = {report.label: report.curve for report in result.reports}
        document |= result.as_dict()
        tables.append(evaluation_table(result))
        if det is not None:
            write([det_csv(curves)], det)
        if plot is not None:
            with replacing(plot) as temporary:
                plot_det(curves, temporary, plot.suffix)
    if sorted_clips:
        confusion = classify(detector, sorted_clips, show_progress)
        document["clips"] = confusion.as_dict()
        tables.append(confusion_table(confusion))
    write([json.dumps(document, indent=2) + "\n"] if format_name == "json" else ["\n".join(tables)], output)


def check_groups(groups: Sequence[str], spoken: Sequence[Recording]) -> None:
    """Refuse a column that nobody has heard of; the usual ones may be missing."""
    known = {column for recording in spoken for word in recording.words for column in word.columns}
    for column in groups:
        if column not in known.union(GROUPS):
            raise click.UsageError(f"--by {column}: no such column; the positives have {', '.join(sorted(known))}.")


def show_progress(recordings: Sequence[Recording], title: str) -> Iterable[Recording]:
    """The recordings, with a bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        return recordings
    from rich.console import Console
    from rich.progress import track

    return track(recordings, title, console=Console(stderr=True), transient=True)
