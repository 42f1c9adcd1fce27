"""What the layers of another model are worth where there are few pictures: frozen, fine-tuned, and from scratch.

    python benchmarks/transfer.py --data DIR [--seeds 3]

First scikit-learn's digits, ten of each to learn from, with the layers of the model `digits`, which knows MNIST's: the
recipe `recipes/transfer`. Then across senses: spectrograms of four spoken words (Speech Commands), ten of each, with
the layers of `digits`, which has seen nothing but handwriting; and MNIST's digits, ten of each, with layers that have
heard nothing but words. Test errors are means over seeds (of the recipe), with the lowest and the highest.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np

from specnet.app.train import train_model
from specnet.data.clips import decoded
from specnet.features.logmel import LogMel
from specnet.images.files import write_png
from specnet.runtime.bundle import read_model
from specnet.train.recipes import recipe_of
from specnet.train.settings import read_toml

RECIPE = Path(__file__).parents[1] / "recipes" / "transfer" / "recipe.toml"
WORDS, SECOND, MANY, JUDGED = ("up", "down", "left", "right"), 16_000, 400, 200
WAYS: dict[str, dict[str, Any]] = {"frozen": {"freeze": ["backbone"]}, "fine-tuned": {}}
Values = dict[str, Any]


class Silent:
    """An observer of many short trainings."""

    def note(self, line: str) -> None: ...

    def step(self, step: int, steps: int, loss: float) -> None: ...

    def epoch(self, figures: Mapping[str, float]) -> None: ...


def spectrograms(data: Path, cache: Path, folder: Path) -> None:
    """A folder of pictures for each word, `train/` and `test/`: 40 bands high, 97 frames wide."""
    for part, split, count in (("train", "training", MANY), ("test", "validation", JUDGED)):
        clips = decoded(data / "speech_commands" / split, cache)
        for word in WORDS:
            place = folder / part / word
            place.mkdir(parents=True)
            said = [clip for clip in clips if clip.name.split("/")[0] == word]
            for number, clip in enumerate(said[:count]):
                wave = np.zeros(SECOND, np.float32)
                heard = clip.load().waveform[:SECOND]
                wave[: len(heard)] = heard
                write_png(place / f"{number:03}.png", (LogMel()(wave)[None, ::-1] + 16) / 20)


def error_rate(values: Values, data: Path | None, cache: Path, keep: Path | None = None) -> float:
    """Of the test pictures, after a training; `keep` is where the model goes that it gave."""
    with TemporaryDirectory() as out:
        model = train_model(recipe_of(values), data=data, out=Path(out), cache=cache, observer=Silent())
        if keep:
            keep.write_bytes(model.read_bytes())
        rate: float = read_model(model).card.metrics["test"]["error_rate"]
    return rate


def compare(title: str, values: Values, init: str, seeds: int, data: Path | None, cache: Path) -> None:
    """Print a row for each way to begin."""
    share = {"learning_rate_share": 0.1}
    ways: Mapping[str, Values] = {
        "from scratch": {},
        **{name: {"init": init, **share, **more} for name, more in WAYS.items()},
    }
    for name, transfer in ways.items():
        rates = [
            error_rate({**values, "transfer": transfer, "seed": seed}, data, cache) for seed in range(1, seeds + 1)
        ]
        click.echo(f"| {title} | {name} | {np.mean(rates):.1%} | {min(rates):.1%} to {max(rates):.1%} |")


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--cache", type=click.Path(path_type=Path), default=Path.home() / ".cache" / "specnet")
@click.option("--seeds", default=3, show_default=True)
def main(data: Path, cache: Path, seeds: int) -> None:
    """Print the table."""
    digits = read_toml(RECIPE)
    few = digits["data"]["per_class"]
    words = {
        **digits,
        "name": "few-words",
        "labels": WORDS,
        "data": {**digits["data"], "set": "folder"},
        "network": {"preset": str(RECIPE.with_name("words.toml"))},
        "augment": {"shift": 3},
    }
    many = {**words, "data": {**words["data"], "per_class": MANY}}
    mnist = {**digits, "data": {**digits["data"], "set": "mnist"}}
    click.echo(f"| {few} pictures a class | layers | wrong | over {seeds} seeds |\n|---|---|---|---|")
    compare("scikit-learn's digits, from MNIST's", digits, "digits", seeds, data, cache)
    with TemporaryDirectory() as place:
        spectrograms(data, cache, Path(place))
        compare("spoken words, from handwriting", words, "digits", seeds, Path(place), cache)
        heard = Path(place, "words.specnet")
        rate = error_rate(many, Path(place), cache, keep=heard)
        compare("MNIST's digits, from spoken words", mnist, str(heard), seeds, data, cache)
    click.echo(f"\nWith {MANY} pictures a class, {rate:.1%} of the spoken words are wrong.")


if __name__ == "__main__":
    main()
