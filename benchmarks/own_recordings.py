"""What recordings of the word bring a model that was made without any: misses on real people, by how many it learnt.

    python benchmarks/own_recordings.py --data DIR MODEL [--counts 0,20,50,100] [--folds 2] [--out runs/own]

MODEL has one label, of those that `wake_words.py` knows, and has learnt it from synthetic speech alone. The recordings
of the word in DIR/wake_words are dealt out into folds; the first N of a fold are learnt from as `specnet improve MODEL
--missed FOLDER` does, and other people's recordings are listened to. Who speaks is what stands before the first `_` of
a file's name. Where that is a number, as in these recordings, nobody knows, but neighbours are often one person's: ten
of them count as one speaker.

False alarms are counted in the same sound as there, and misses are read off the curve in the same way. Most recordings
are listened to by the models of several folds: a share is that of all hearings, and its interval that of as many words
as there are recordings. Trainings stay in --out: the same command goes on where it stopped.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import click
from wake_sounds import SNR_DB, WORDS, in_noise, noise, silent, spoken
from wake_words import CLEAN, RATES, heard, rates_table
from welcome import markdown

from specnet.app.detect import Detector
from specnet.app.keyword.improve import improvement
from specnet.app.train import train_model
from specnet.cli.training import Display, cache_option
from specnet.data.folds import deal
from specnet.evaluate.rates import Point, wilson
from specnet.evaluate.references import Recording
from specnet.evaluate.report import LabelReport
from specnet.runtime.bundle import Bundle
from specnet.train.loop import LAST
from specnet.train.settings import override
from specnet.train.sound_recipe import SoundRecipe

NEIGHBOURS = 10

BySound = Mapping[str, LabelReport]


def numbers(_: click.Context, __: click.Parameter, text: str) -> list[int]:
    try:
        return [int(number) for number in text.split(",")]
    except ValueError:
        raise click.BadParameter(f"{text}: write numbers with commas between them, 0,20,50") from None


@click.command()
@click.argument("model")
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--counts", default="0,20,50,100", show_default=True, callback=numbers, help="Recordings to learn from.")
@click.option("--folds", type=click.IntRange(min=2), default=2, show_default=True)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Of the improvement: schedule.epochs=4")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/own"), show_default=True)
@cache_option
def main(
    model: str, data: Path, counts: list[int], folds: int, settings: tuple[str, ...], out: Path, cache: Path
) -> None:
    """Print a row for each number of recordings, clean and in noise."""
    began, before = monotonic(), Detector.load(model)
    label = word_of(before)
    said = spoken(label, data)
    parts = dealt(said, folds)
    if max(counts) > min(map(len, parts)):
        raise click.UsageError(f"--counts {max(counts)}: a fold of {folds} has {min(map(len, parts))} recordings")
    without, rows = silent([before], label, data), []
    with TemporaryDirectory() as folder:
        sounds = {CLEAN: said, f"{SNR_DB} dB": in_noise(said, noise([before], data), Path(folder))}
        for count in counts:
            every = []
            for number, part in enumerate(parts if count else [[]], start=1):
                place = out / label.replace(" ", "-") / f"{count}-recordings-fold-{number}-of-{folds}"
                learnt = part[:count]
                detector = Detector.load(improved(model, learnt, settings, place, data, cache)) if count else before
                every.append(heard(detector, label, unlearnt(sounds, learnt), without))
            rows += rows_of(count, every, len(said))
    head = ["recordings learnt from", "sound", "words heard", *(f"at {rate:g}/h" for rate in RATES), "own threshold"]
    click.echo(markdown(head, rows))
    click.echo(rates_table(every[0][CLEAN].curve))
    click.echo(f"{timedelta(seconds=round(monotonic() - began))} in all")


def word_of(detector: Detector) -> str:
    """The label of a model that has learnt it from no recording."""
    label, *others = detector.labels
    if others or label not in WORDS:
        raise click.UsageError(f"the model has {', '.join(detector.labels)}; it should have one of {', '.join(WORDS)}")
    if detector.bundle.card.recipe["data"]["recordings"]:
        raise click.UsageError("the model has learnt from recordings of the word already")
    return label


def speaker(recording: Recording) -> str:
    name = Path(recording.sound.name).stem.partition("_")[0].rstrip(".")
    return f"{int(name) // NEIGHBOURS} of numbers" if name.isdecimal() else name


def dealt(said: Sequence[Recording], folds: int) -> list[list[Recording]]:
    """The recordings of each fold's speakers, in a fixed order: the first 50 begin with the first 20."""
    fold_of = deal([{("", speaker(one)) for one in said}], folds)
    drawn = {name: place for place, (_, name) in enumerate(fold_of)}
    ordered = sorted(said, key=lambda one: drawn[speaker(one)])
    return [[one for one in ordered if fold_of["", speaker(one)] == number] for number in range(1, folds + 1)]


def unlearnt(sounds: Mapping[str, Sequence[Recording]], learnt: Iterable[Recording]) -> dict[str, list[Recording]]:
    """The recordings of people who are not learnt from."""
    known = {speaker(one) for one in learnt}
    return {sound: [one for one in recordings if speaker(one) not in known] for sound, recordings in sounds.items()}


def improved(
    model: str, learnt: Sequence[Recording], settings: Iterable[str], place: Path, data: Path, cache: Path
) -> Path:
    """The model in the folder `place`, if it is finished, else the one that is trained there."""
    folder = place / "said"
    folder.mkdir(parents=True, exist_ok=True)
    for one in learnt:
        with one.sound.on_disk() as path:
            (folder / Path(one.sound.name).name).write_bytes(path.read_bytes())
    values = improvement(model, [folder], []).to_dict()
    for setting in settings:
        override(values, setting)
    recipe = SoundRecipe.of(values, name=model)
    finished = place / f"{recipe.name}.specnet"
    if finished.is_file() and Bundle.load(finished).card.recipe == recipe.to_dict():
        return finished
    began = monotonic()
    with Display(str(place)) as display:
        resume = (place / LAST).exists()
        made = train_model(recipe, data=data, out=place, cache=cache, observer=display, resume=resume)
        display.note(f"{place}: trained in {timedelta(seconds=round(monotonic() - began))}")
    return made


def rows_of(count: int, every: Sequence[BySound], words: int) -> list[list[str]]:
    """A row for each way in which the word sounds, over the models of all folds."""
    rows = []
    for sound in every[0]:
        reports = [by_sound[sound] for by_sound in every]
        at = [pooled([report.curve.at(rate) for report in reports], words) for rate in RATES]
        own = [report.own for report in reports]
        alarms = sum(point.false_alarms for point in own) / sum(point.hours for point in own)
        tests = sum(point.words for point in own)
        rows.append([str(count), sound, str(tests), *at, f"{pooled(own, words)} at {alarms:.2f}/h"])
    return rows


def pooled(points: Sequence[Point], words: int) -> str:
    """The share of all hearings that are misses, with the 95 % interval of so many words."""
    rate = sum(point.misses for point in points) / sum(point.words for point in points)
    low, high = wilson(round(rate * words), words)
    return f"{rate:.1%} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    main()
