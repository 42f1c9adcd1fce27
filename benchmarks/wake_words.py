"""How far models trained on synthetic voices get on real people, beside other wake-word engines.

    python benchmarks/wake_words.py --data DIR MODEL... [--no-peers] [--leave-out SOURCE]

Each MODEL has one or more of the labels alexa, computer, smart mirror and snowboy, and has learnt from no recording of
them. Positives are all recordings in DIR/wake_words, as they are and with noise 10 dB below the speech. False alarms
are counted in what no MODEL with the label was trained on: speech, the other wake words, noise. The engines of
`peers.py` that have the word hear the same.

Misses are read off the curve at a rate of false alarms, for our thresholds, and our choice of the epoch, were made with
that speech; that of 0.5 per hour is in a column of its own, beside those that the other engines come with. A few hours
cannot prove 0.1 per hour: there, misses are those without any false alarm, and a table says what rates that allows.
Where one voice gives most of the false alarms, --leave-out its source shows what is so without it.
Intervals are of as many words as there are recordings, though one person often said several.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import click
from peers import Peer, installed
from scipy.stats import chi2
from wake_sounds import PLACES, SNR_DB, WORDS, in_noise, moved, noise, silent, spoken
from welcome import false_alarms_table, markdown, share

from specnet.app.detect import Detector
from specnet.app.evaluate import OWN_RATE, hear
from specnet.cli.evaluate import show_progress
from specnet.evaluate.measure import measure
from specnet.evaluate.rates import Curve
from specnet.evaluate.references import Recording
from specnet.evaluate.report import LabelReport

RATES = (0.1, 0.5, 1.0)
CLEAN = "clean"
MOVED = 20
"""Recordings whose word is made to start at many places."""

Engine = Detector | Peer
Reports = Mapping[str, Mapping[str, LabelReport]]


@click.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--no-peers", "alone", is_flag=True, help="Measure the models only.")
@click.option("--leave-out", multiple=True, metavar="SOURCE", help="Count no false alarms there: prompts, wuw2, ...")
def main(models: tuple[str, ...], data: Path, alone: bool, leave_out: tuple[str, ...]) -> None:
    """Print misses and false alarms of every wake word, and whether it matters where in a recording it starts."""
    detectors = {name: Detector.load(model) for name, model in zip(named(models), models, strict=True)}
    labels = [word for word in WORDS if any(word in detector.labels for detector in detectors.values())]
    if not labels:
        raise click.UsageError(f"none of the models has a label of {', '.join(WORDS)}")
    others = [] if alone else installed()
    for label in labels:
        ours = {name: detector for name, detector in detectors.items() if label in detector.labels}
        theirs = {engine.name: engine for build in others if (engine := build(label))}
        click.echo(f"## {label}\n")
        measure_word(label, ours, theirs, data, leave_out)


def named(models: Sequence[str]) -> list[str]:
    """What the models are called in the tables: by their file, or as they were given where two have the same."""
    stems = [Path(model).stem for model in models]
    return [f"specnet ({model if stems.count(stem) > 1 else stem})" for model, stem in zip(models, stems, strict=True)]


def measure_word(
    label: str, ours: Mapping[str, Detector], theirs: Mapping[str, Peer], data: Path, leave_out: Sequence[str]
) -> None:
    """Print the tables of a word."""
    detectors, engines = list(ours.values()), {**ours, **theirs}
    said = spoken(label, data)
    every = silent(detectors, label, data)
    if unknown := set(leave_out) - {one.sound.folder for one in every}:
        raise click.UsageError(f"--leave-out {min(unknown)}: no source of that name is heard")
    without = [one for one in every if one.sound.folder not in leave_out]
    with TemporaryDirectory() as folder:
        sounds = {CLEAN: said, f"{SNR_DB} dB": in_noise(said, noise(detectors, data), Path(folder))}
        reports = {name: heard(engine, label, sounds, without) for name, engine in engines.items()}
        clean = {name: by_sound[CLEAN] for name, by_sound in reports.items()}
        click.echo(misses_table(reports))
        click.echo(rates_table(next(iter(clean.values())).curve))
        click.echo(false_alarms_table(clean))
        click.echo(places_table(label, engines, reports, sounds, Path(folder)))


def heard(
    engine: Engine, label: str, sounds: Mapping[str, Sequence[Recording]], without: Sequence[Recording]
) -> dict[str, LabelReport]:
    """The report of each way in which the word sounds."""
    own, quiet = engine.threshold(OWN_RATE), hear(engine, without, "negatives", show_progress)
    return {
        sound: measure(label, own, (), hear(engine, recordings, sound, show_progress), quiet)
        for sound, recordings in sounds.items()
    }


def misses_table(reports: Reports) -> str:
    """False rejects with their 95 % interval, in Markdown: one row an engine and a way in which the word sounds."""
    head = ["engine", "sound", "words", *(f"at {rate:g}/h" for rate in RATES), "own threshold"]
    rows = []
    for name, by_sound in reports.items():
        for sound, report in by_sound.items():
            own = f"{report.own.false_reject_rate:.1%} at {report.own.false_alarms_per_hour:.2f}/h"
            at = [share(report.curve.at(rate), digits=1) for rate in RATES]
            rows.append([name, sound, str(report.own.words), *at, own])
    return markdown(head, rows)


def rates_table(curve: Curve) -> str:
    """What the hours prove of each rate, in Markdown: the 95 % interval of a Poisson mean (Garwood, 1936)."""
    rows = []
    for rate in RATES:
        count = int(rate * curve.hours)
        low, high = (
            chi2.ppf(p, 2 * n) / 2 / curve.hours if n else 0.0 for p, n in ((0.025, count), (0.975, count + 1))
        )
        rows.append([f"{rate:g}/h", f"{count} in {curve.hours:.2f} h", f"{low:.2f} to {high:.2f}/h"])
    return markdown(["column", "false alarms let through", "true rate (95 %)"], rows)


def places_table(
    label: str, engines: Mapping[str, Engine], reports: Reports, sounds: Mapping[str, Sequence[Recording]], folder: Path
) -> str:
    """How far the top score spreads over the places where the word starts, in Markdown: rows as of the misses.

    The last column has the recordings in which the word is found at some places and missed at others, at 0.5 false
    alarms per hour.
    """
    rows = []
    for name, engine in engines.items():
        for sound, recordings in sounds.items():
            some = recordings[:: max(1, len(recordings) // MOVED)][:MOVED]
            every = [top_scores(engine, label, moved(recording, folder)) for recording in some]
            mean = fmean(max(tops) - min(tops) for tops in every)
            widest = max(every, key=lambda tops: max(tops) - min(tops))
            threshold = reports[name][sound].curve.at(OWN_RATE).threshold
            torn = sum(min(tops) < threshold <= max(tops) for tops in every)
            rows.append(
                [name, sound, str(len(every)), f"{mean:.3f}", f"{min(widest):.2f} to {max(widest):.2f}", str(torn)]
            )
    head = [f"{PLACES} places", "sound", "recordings", "mean spread", "widest", "found at some places only"]
    return markdown(head, rows)


def top_scores(engine: Engine, label: str, recordings: Sequence[Recording]) -> list[float]:
    found = [one.candidates for one in hear(engine, recordings)]
    return [max((segment.score for segment in some if segment.label == label), default=0.0) for some in found]


if __name__ == "__main__":
    main()
