"""The figures of the shipped model on people: false rejects of "welcome" against false alarms per hour.

    python benchmarks/welcome.py --data DIR [--model welcome]

DIR holds welcome_dev/ (18 people, with boundaries) and speech/ (8 recordings contain the word).
False alarms are counted in recordings that the model was not trained on, as its recipe says: the speakers it holds
out, and the sources it only measures with. Its thresholds were calibrated on much of that, so look at the curve, not
at its own point.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from specnet.app.detect import Detector
from specnet.app.evaluate import OWN_RATE, hear
from specnet.cli.evaluate import show_progress
from specnet.data.corpus import is_held_out
from specnet.data.folder import read_index
from specnet.evaluate.index import plain
from specnet.evaluate.measure import measure
from specnet.evaluate.rates import RATES, Curve, Point
from specnet.evaluate.references import Recording, read_negatives, read_positives
from specnet.evaluate.report import LabelReport


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--model", default="welcome", show_default=True)
def main(data: Path, model: str) -> None:
    """Print the table of docs/detecting.md."""
    detector = Detector.load(model)
    silent = hear(detector, untrained(detector, data), "negatives", show_progress)
    reports = {}
    for name, folder in (("18 people, in sentences", "welcome_dev"), ("8 recordings, prompts and books", "speech")):
        positives = read_positives(data / folder, detector.labels, ["welcome"])
        spoken = hear(detector, positives, folder, show_progress)
        reports[name] = measure("welcome", detector.threshold(OWN_RATE), (), spoken, silent)
    click.echo(misses_table(reports))
    click.echo(false_alarms_table({"false alarms": next(iter(reports.values()))}))


def untrained(detector: Detector, data: Path) -> list[Recording]:
    """Recordings of speech that the model's recipe keeps out of training; they `contain` the labels that are said."""
    labels, sources = detector.labels, detector.bundle.card.recipe["data"]
    rows = {row["file"]: row for row in read_index(data / "speech" / "index.tsv", "file", "speaker")}

    def row(source: str, recording: Recording) -> Mapping[str, str]:
        return rows.get(f"{source}/{Path(recording.sound.name).name}", {})

    measured = [(Path(name).name, one) for name in sources["measured"] for one in negatives(data / name, labels)]
    kept = [
        (name, one)
        for name in sources["speech"]
        for one in negatives(data / "speech" / name, labels)
        if is_held_out(name, row(name, one)["speaker"], sources["validation_share"])
    ]
    return [marked(one, row(source, one).get("transcript", ""), labels) for source, one in measured + kept]


def marked(recording: Recording, transcript: str, labels: Sequence[str]) -> Recording:
    """The recording, with those of the labels in `contains` that its transcript says."""
    words = f" {' '.join(re.findall('[a-z]+', transcript.lower()))} "
    said = frozenset(label for label in labels if f" {plain(label)} " in words)
    return replace(recording, contains=recording.contains | said)


def negatives(place: Path, labels: Sequence[str]) -> list[Recording]:
    """The recordings of a folder, or of the `.tar` of that name, without the labels."""
    return read_negatives(place if place.is_dir() else place.with_suffix(".tar"), labels)


def misses_table(reports: dict[str, LabelReport]) -> str:
    """False rejects with their 95 % interval at each rate, in Markdown: one row a set of recordings."""
    head = ["recordings", "words", *(f"at {rate:g}/h" for rate in RATES), "own threshold", "boundary error"]
    rows = []
    for name, report in reports.items():
        own = f"{report.own.false_reject_rate:.0%} at {report.own.false_alarms_per_hour:.2f}/h"
        errors = report.boundaries
        boundary = f"{1000 * errors.mean:.0f} ms" if errors else "-"
        rows.append([name, str(report.own.words), *(at_rate(report.curve, rate) for rate in RATES), own, boundary])
    return markdown(head, rows)


def at_rate(curve: Curve, rate: float) -> str:
    return share(curve.at(rate)) if curve.supports(rate) else f"needs {1 / rate:g} h, have {curve.hours:.1f} h"


def share(point: Point, digits: int = 0) -> str:
    """The false-reject rate with its 95 % interval."""
    low, high = point.interval
    return f"{point.false_reject_rate:.{digits}%} ({low:.{digits}%} to {high:.{digits}%})"


def false_alarms_table(reports: Mapping[str, LabelReport]) -> str:
    """False alarms at each one's own threshold for 0.5 per hour, in Markdown: one row a source of negatives.

    The keys are the heads of the columns.
    """
    sources = {source: hours for report in reports.values() for source, (_, hours) in report.false_alarms.items()}
    counts = [{source: count for source, (count, _) in report.false_alarms.items()} for report in reports.values()]
    rows = [[source, f"{hours:.2f}", *(str(count[source]) for count in counts)] for source, hours in sources.items()]
    total = ["all", f"{sum(sources.values()):.2f}", *(str(sum(count.values())) for count in counts)]
    return markdown(["negatives", "hours", *reports], [*rows, total])


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
