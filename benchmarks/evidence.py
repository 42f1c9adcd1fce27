"""Is it the word that the shipped model hears? How much of what decided lies between the true start and end.

    python benchmarks/evidence.py --data DIR [--model welcome] [--layer NAME] [--card]

DIR holds welcome_dev/ (18 people, boundaries in its index) and speech/ (8 recordings contain the word; its boundaries
are a forced alignment of the words around it). For each word, at its highest score: the share inside of

- the class activation map of `Subject.local_layer`, as `specnet inspect` draws it (aim: at least 0.7),
- Grad-CAM and the plain sum of activations of the same layer, and integrated gradients of the spectrogram,
- and of a map that is the same everywhere: chance.

`--card` writes the first figure of the first recordings into the card of MODEL, a path, as `metrics.people`.

A map at one position of a layer counts at the centre of what the position sees.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import click
import numpy as np

from specnet.audio.files import read
from specnet.data.align import Aligner, sound_of
from specnet.evaluate.references import read_positives
from specnet.features.logmel import LogMel
from specnet.inspect.attribution import BY_LAYER, baseline_of, integrated_gradients, traced
from specnet.inspect.evidence import LATE, InsideWords, inside
from specnet.inspect.listening import Hearing
from specnet.inspect.subject import Subject
from specnet.runtime.bundle import Bundle, write_bundle
from specnet.scan import Scanner
from specnet.train.learners import trained

AROUND, SPARE = 2, 0.3  # words and seconds that are aligned with the one
RATE = 16_000
HOW = (
    "share of the class activation map between the true start and end, the mean of words at their highest score; "
    "chance: if it were everywhere"
)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--model", default="welcome", show_default=True)
@click.option("--layer", "name", help="Look at this layer instead.")
@click.option("--card", is_flag=True, help="Write it into the card of the model file.")
def main(data: Path, model: str, name: str | None, card: bool) -> None:
    """Print a row for each way to look and each set of recordings: the means of all words, and of those found."""
    bundle = Bundle.load(model)
    subject, scan = Subject.of(bundle.name, bundle.labels, trained(bundle)), Scanner(bundle).grid
    threshold = bundle.threshold_for(0.5)
    layer = subject.layer(name) if name else subject.local_layer
    click.echo(
        f"{model}: maps of {layer.name}, whose units see {_milliseconds(layer.columns.span, bundle.features)} ms\n"
    )
    click.echo(
        "| recordings | words | CAM | Grad-CAM | Grad-CAM++ | sum of activations | integrated gradients | chance |"
    )
    click.echo("|---|---|---|---|---|---|---|---|")
    sets = {
        "18 people, in sentences": _indexed(data / "welcome_dev"),
        "8 recordings, prompts and books": _aligned(data),
    }
    cards = []
    for title, words in sets.items():
        shares: dict[bool, list[list[float]]] = defaultdict(list)
        for wave, start, end in words:
            hearing = Hearing.of(wave, subject, bundle.features, scan)
            evidence = hearing.evidence(subject)[:, 0]
            score = hearing.best(evidence, start, end + LATE)
            assert score is not None
            window, grid = hearing.window(score, subject), hearing.grid(layer, score)
            found = traced(subject, layer, window, 0)
            row = [inside(by(found).relu().sum(0).numpy(), grid, start, end) for by in BY_LAYER.values()]
            gradients = integrated_gradients(subject, window, baseline_of(window), 0)[0].relu().sum(0).numpy()
            row.append(inside(gradients, hearing.at(score), start, end))
            row.append(inside(np.ones(found.maps.shape[-1]), grid, start, end))
            shares[evidence[score] >= np.log(threshold / (1 - threshold))].append(row)
        every = shares[True] + shares[False]
        means = np.mean(every, axis=0).tolist()
        cards.append({"how": f"{title}: {HOW}", **asdict(InsideWords(len(every), means[0], means[-1]))})
        for kind, rows in ((title, every), (f"{title}: found", shares[True])):
            click.echo(
                f"| {kind} | {len(rows)} | " + " | ".join(f"{mean:.2f}" for mean in np.mean(rows, axis=0)) + " |"
            )
    if card:
        told = replace(bundle.card, metrics={**bundle.card.metrics, "people": cards[0]})
        write_bundle(model, model=told, graph=bundle.graph, weights=bundle.weights)


def _milliseconds(frames: int, logmel: LogMel) -> int:
    return round(1000 * ((frames - 1) * logmel.hop + logmel.n_fft) / logmel.sample_rate)


def _indexed(folder: Path) -> Iterator[tuple[np.ndarray, float, float]]:
    for recording in read_positives(folder, ["welcome"]):
        with recording.sound.on_disk() as path:
            yield read(path, RATE), recording.words[0].start, recording.words[0].end


def _aligned(data: Path) -> Iterator[tuple[np.ndarray, float, float]]:
    known, heard = _by_file(data / "speech" / "phones.jsonl"), _by_file(data / "speech" / "words.jsonl")
    for recording in read_positives(data / "speech", ["welcome"]):
        with recording.sound.on_disk() as path:
            wave = read(path, RATE)
        name = recording.sound.name
        words = known[name] if name in known else list(_words_around(wave, heard[name]))
        [(start, end)] = [times for word, *times in words if _plain(word) == "welcome"]
        yield wave, start, end


def _by_file(path: Path) -> dict[str, list[tuple[str, float, float]]]:
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {line["file"]: [(word, start, end) for word, start, end, *_ in line["words"]] for line in lines}


def _words_around(wave: np.ndarray, words: list[tuple[str, float, float]]) -> Iterator[tuple[str, float, float]]:
    """The word and its neighbours, aligned by themselves: elsewhere the text and the recording do not meet."""
    said = [_plain(word) for word, *_ in words]
    at = said.index("welcome")
    first, last = max(0, at - AROUND), min(len(words), at + AROUND + 1)
    begin, end = max(0.0, words[first][1] - SPARE), words[last - 1][2] + SPARE
    found, _ = Aligner().align(sound_of(wave[round(begin * RATE) : round(end * RATE)]), said[first:last])
    for word in found:
        yield word.label, begin + word.start, begin + word.end


def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalpha() or letter == "'")


if __name__ == "__main__":
    main()
