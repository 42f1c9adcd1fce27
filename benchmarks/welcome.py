"""The figures of the shipped model on people: false rejects of "welcome" against false alarms per hour.

    python benchmarks/welcome.py --data DIR [--model welcome]

DIR holds welcome_dev/ (18 people, with boundaries), speech/ (8 recordings contain the word), wake_words/.
False alarms are counted in recordings that the model was not trained on, as its recipe says: the speakers it holds
out, and the sources it only measures with. Its thresholds were calibrated on much of that, so look at the curve, not
at its own point.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from specnet.app.detect import Detector
from specnet.app.evaluate import OWN_RATE, hear
from specnet.cli.evaluate import show_progress
from specnet.data.corpus import is_held_out
from specnet.evaluate.measure import measure
from specnet.evaluate.rates import RATES, Curve
from specnet.evaluate.references import Recording, read_negatives, read_positives
from specnet.evaluate.report import LabelReport

WAKE_WORDS = "wake_words"


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--model", default="welcome", show_default=True)
def main(data: Path, model: str) -> None:
    """Print the table of README."""
    detector = Detector.load(model)
    silent = hear(detector, untrained(detector, data), "negatives", show_progress)
    reports = {}
    for name, folder in (("18 people, in sentences", "welcome_dev"), ("8 recordings, prompts and books", "speech")):
        positives = read_positives(data / folder, detector.labels, ["welcome"])
        spoken = hear(detector, positives, folder, show_progress)
        reports[name] = measure("welcome", detector.threshold(OWN_RATE), (), spoken, silent)
    click.echo(misses_table(reports))
    click.echo(false_alarms_table(next(iter(reports.values()))))


def untrained(detector: Detector, data: Path) -> list[Recording]:
    """Recordings without the model's labels that its recipe keeps out of training."""
    sources = detector.bundle.card.recipe["data"]
    measured = [recording for name in sources["measured"] for recording in negatives(data / name, detector.labels)]
    with (data / "speech" / "index.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        speakers = {row["file"]: row["speaker"] for row in rows}
    share = sources["validation_share"]
    kept = [
        recording
        for name in sources["speech"]
        for recording in negatives(data / "speech" / name, detector.labels)
        if is_held_out(name, speakers[f"{name}/{Path(recording.sound.name).name}"], share)
    ]
    return measured + kept


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
    if not curve.supports(rate):
        return f"needs {1 / rate:g} h, have {curve.hours:.1f} h"
    point = curve.at(rate)
    low, high = point.interval
    return f"{point.false_reject_rate:.0%} ({low:.0%} to {high:.0%})"


def false_alarms_table(report: LabelReport) -> str:
    """False alarms at the model's own threshold for 0.5 per hour, in Markdown: one row a source of negatives."""
    rows = [[source, f"{hours:.2f}", str(count)] for source, (count, hours) in report.false_alarms.items()]
    total = sum(count for count, _ in report.false_alarms.values())
    hours = sum(hours for _, hours in report.false_alarms.values())
    return markdown(["negatives", "hours", "false alarms"], [*rows, ["all", f"{hours:.2f}", str(total)]])


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
