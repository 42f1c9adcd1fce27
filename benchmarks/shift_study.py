"""A network that sees everything at once against one that is slid along: what happens when the word moves?

    python benchmarks/shift_study.py --data DIR [--write]

Both are the preset `mlp-scan`, a small MLP: once with a window as long as the whole input, once with a window as long
as a word (a digit), slid along it, and the maximum over all places taken. Both learn from the same examples, in which
the word (the digit) is always at the same place, and are then shown others, moved. Sound: "happy" or another word of
Speech Commands, in three seconds. Images: a digit of MNIST on a strip five digits wide. `--write` puts the tables and
the picture into `docs/`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import click
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import Tensor

from specnet.data.clips import Clip, decoded
from specnet.data.picture_sets import read_pictures
from specnet.data.pictures import CLASSES, SIZES, PictureSource
from specnet.features.logmel import LogMel
from specnet.models.build import build
from specnet.models.heads import Head, Keyword
from specnet.train.losses import clip_loss

DOCS = Path(__file__).parents[1] / "docs"
WORD, RATE, LENGTH, PLACE = "happy", 16_000, 3.0, 1.0  # of the sound, and where the word begins in training: seconds
SECONDS = [round(0.1 * k, 1) for k in range(-5, 6)]
SIDE, STRIP, TRAINED = 28, 140, 20_000  # pixels, pixels, digits
PIXELS = list(range(-28, 29, 4))
EPOCHS, BATCH, STEP = 8, 64, 1e-3
Batches = Callable[[float], Tensor]  # inputs [N, rows, length] with everything moved by so much
Rows = dict[str, list[float]]  # accuracies of each network, one for every shift


def spectrograms(clips: Sequence[Clip]) -> Batches:
    """Log-mel of a second of each clip in faint noise."""

    def moved(shift: float) -> Tensor:
        noise = np.random.default_rng(0).normal(0, 1e-4, round(LENGTH * RATE)).astype(np.float32)
        first = round((PLACE + shift) * RATE)
        waves = [noise.copy() for _ in clips]
        for wave, clip in zip(waves, clips, strict=True):
            said = clip.load(0, LENGTH - PLACE - max(SECONDS)).waveform
            wave[first : first + len(said)] += said
        return torch.from_numpy(np.stack([LogMel()(wave) for wave in waves])) / 4 + 2

    return moved


def words(data: Path, cache: Path, split: str) -> tuple[Batches, Tensor]:
    """As many clips of the word as of others, and 1 or 0 for each."""
    clips = decoded(data / "speech_commands" / split, cache)
    said = [clip for clip in clips if clip.name.split("/")[0] == WORD]
    others = [clip for clip in clips if clip.name.split("/")[0] != WORD]
    chosen = np.random.default_rng(0).permutation(len(others))[: len(said)]
    targets = [1] * len(said) + [0] * len(said)
    return spectrograms([*said, *(others[i] for i in chosen)]), torch.tensor(targets)


def digits(data: Path, cache: Path, split: str) -> tuple[Batches, Tensor]:
    """Digits on a strip, and which: 1 is the class of the nought, for 0 would say that there is none."""
    known = read_pictures(
        PictureSource("mnist"), CLASSES["mnist"], SIZES["mnist"], data=data, cache=cache, progress=click.echo
    )
    pictures = known.train if split == "train" else known.test
    digits = torch.from_numpy(pictures.images[:TRAINED, 0] / np.float32(255))

    def moved(shift: float) -> Tensor:
        strips = torch.zeros(len(digits), SIDE, STRIP)
        first = (STRIP - SIDE) // 2 + int(shift)
        strips[:, :, first : first + SIDE] = digits
        return strips

    return moved, torch.from_numpy(pictures.labels[:TRAINED]) + 1


def network(rows: int, window: int, labels: int) -> Keyword:
    torch.manual_seed(0)
    trunk = build("mlp-scan", bands=rows, overrides={"window": window})
    return Keyword(trunk, Head("max", trunk.output[0], labels))


def learn(keyword: Keyword, inputs: Tensor, targets: Tensor) -> None:
    optimiser = torch.optim.Adam(keyword.parameters(), STEP)
    for epoch in range(EPOCHS):
        for some in torch.from_numpy(np.random.default_rng(epoch).permutation(len(inputs))).split(BATCH):
            loss = clip_loss(keyword(inputs[some]).logits, targets[some], independent=True)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()


@torch.no_grad()
def accuracy(keyword: Keyword, inputs: Tensor, targets: Tensor) -> float:
    """Of the label that is loudest anywhere; with one label alone, of whether it is loud at all."""
    loudest = keyword.eval()(inputs).logits.amax(dim=2)
    said = (loudest[:, 0] > 0).long() if loudest.shape[1] == 1 else loudest.argmax(dim=1) + 1
    return float((said == targets).float().mean())


def study(train: tuple[Batches, Tensor], test: tuple[Batches, Tensor], window: int, shifts: Sequence[float]) -> Rows:
    inputs, labels = train[0](0), max(1, int(train[1].max()))
    rows: Rows = {}
    for name, width in (("sees all at once", inputs.shape[2]), ("slid along", window)):
        keyword = network(inputs.shape[1], width, labels)
        learn(keyword, inputs, train[1])
        weights = sum(parameter.numel() for parameter in keyword.parameters())
        rows[f"{name}, {weights:,} weights"] = [accuracy(keyword, test[0](shift), test[1]) for shift in shifts]
    return rows


def table(rows: Rows, shifts: Sequence[float], unit: str) -> str:
    head = f"| moved by ({unit}) | " + " | ".join(f"{shift:g}" for shift in shifts) + " |"
    lines = [f"| {name} | " + " | ".join(f"{share:.0%}" for share in shares) + " |" for name, shares in rows.items()]
    return "\n".join([head, "|---" * (len(shifts) + 1) + "|", *lines])


def draw(studies: Sequence[tuple[str, str, Sequence[float], Rows]], path: Path) -> None:
    figure, axes = plt.subplots(1, len(studies), figsize=(11, 4.5), layout="constrained", sharey=True)
    for axis, (title, unit, shifts, rows) in zip(axes, studies, strict=True):
        for name, shares in rows.items():
            axis.plot(shifts, np.array(shares) * 100, marker="o", label=name)
        axis.set(title=title, xlabel=f"moved by ({unit})", ylim=(0, 102))
        axis.grid(alpha=0.3)
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), frameon=False)
    axes[0].set_ylabel("right (%)")
    figure.savefig(path, dpi=120)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--cache", type=click.Path(path_type=Path), default=Path.home() / ".cache" / "specnet")
@click.option("--write", is_flag=True, help="Put the tables and the picture into docs/.")
def main(data: Path, cache: Path, write: bool) -> None:
    """Print the accuracy of both networks at every shift."""
    torch.set_num_threads(1)
    sound = study(words(data, cache, "training"), words(data, cache, "validation"), 98, SECONDS)
    image = study(digits(data, cache, "train"), digits(data, cache, "test"), SIDE, PIXELS)
    studies = [(f'Is "{WORD}" said?', "seconds", SECONDS, sound), ("Which digit is it?", "pixels", PIXELS, image)]
    text = "\n\n".join(f"### {title}\n\n{table(rows, shifts, unit)}" for title, unit, shifts, rows in studies)
    click.echo(text)
    if write:
        page = DOCS / "shift-study.md"
        before, _, _ = page.read_text().partition("\n### ")
        page.write_text(f"{before.rstrip()}\n\n{text}\n")
        draw(studies, DOCS / "shift-study.png")


if __name__ == "__main__":
    main()
