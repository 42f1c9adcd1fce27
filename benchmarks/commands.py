"""How well models know the words of Speech Commands: single clips, words they never heard, words in long recordings.

    python benchmarks/commands.py --data DIR MODEL...

Clips are those of DIR/speech_commands/validation: the words that are labels, all others as the model's `unknown`, and
as many clips of silence (noise of DIR/noise, at most a tenth of full scale) as a label has. A clip is taken for the
label with the highest sum of scores over its frames, and for silence where the scores of no frame sum to 0.8, a rule
that was seen to do better on these clips, and then on clips held out of training. Words that the recipe leaves out
(`data.left_out`) are counted apart, in the training clips, too: the model has heard none of them.

Long recordings are composed of validation words, two in three of them labels, with gaps, over noise 5 to 20 dB below.
Segments are those that reach one half; F1 counts those of which both ends lie within 0.2 s of the word's.
"""

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load
from welcome import markdown

from specnet.app.detect import Detector
from specnet.data.augment import at_snr, excerpt
from specnet.data.clips import Clip, any_of, decoded
from specnet.data.utterance import SAMPLE_RATE
from specnet.data.words import spoken
from specnet.evaluate.matching import match
from specnet.evaluate.rates import wilson
from specnet.evaluate.references import Word
from specnet.evaluate.segments import SegmentScores, segment_scores
from specnet.runtime.bundle import Bundle

WORDS, NOISE, SILENCE = Path("speech_commands"), Path("noise/noise"), "silence"
SURE = 0.5  # of a segment
SPOKEN = 0.8  # that anything is said in a clip
LOUDEST = 0.1  # of silence
RECORDINGS, LENGTH, GAP, SNR_DB = 20, 60, (0.3, 2.0), (5.0, 20.0)  # how many, and seconds
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")  # of batch norm: counted, not learnt
HEAD = (
    "model", "parameters", "clips right", "of labels", "of unknown", "of silence", "left-out words rejected",
    "segment F1", "F1 of words found",
)  # fmt: skip

Wave = NDArray[np.float32]


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--cache", type=click.Path(path_type=Path), default=Path("cache"), show_default=True)
@click.argument("models", nargs=-1, required=True)
def main(data: Path, cache: Path, models: tuple[str, ...]) -> None:
    """Print a row for each model."""
    noise = decoded(data / NOISE, cache)
    validation, training = (decoded(data / WORDS / part, cache) for part in ("validation", "training"))
    rows = [row(Detector.load(model), Path(model).stem, validation, training, noise) for model in models]
    click.echo(markdown(HEAD, rows))


def row(
    detector: Detector, name: str, validation: Sequence[Clip], training: Sequence[Clip], noise: Sequence[Clip]
) -> list[str]:
    card = detector.bundle.card
    strange = card.recipe["data"]["left_out"]
    labelled = [clip for clip in validation if said(clip) in card.reported]
    others = [clip for clip in validation if said(clip) not in (*card.reported, *strange)]
    quiet = silences(noise, round(len(labelled) / len(card.reported)))
    right = [
        sum(taken_for(detector, clip.load().waveform) == said(clip) for clip in labelled),
        sum(taken_for(detector, clip.load().waveform) == card.unknown for clip in others),
        sum(taken_for(detector, wave) == SILENCE for wave in quiet),
    ]
    of = [len(labelled), len(others), len(quiet)]
    left = [clip for clip in (*validation, *training) if said(clip) in strange]
    rejected = sum(taken_for(detector, clip.load().waveform) not in card.reported for clip in left)
    segments, found = in_long_recordings(detector, labelled, others, noise)
    return [
        name,
        f"{parameters(detector.bundle):,}",
        percent(sum(right), sum(of)),
        *map(percent, right, of),
        f"{percent(rejected, len(left))}: {', '.join(strange)}" if left else "none left out",
        f"{segments.f1:.1%}",
        f"{found.f1:.1%}",
    ]


def said(clip: Clip) -> str:
    return Path(clip.name).parent.name


def taken_for(detector: Detector, wave: Wave) -> str:
    """What a clip says by all scores in it, with silence around it."""
    _, scores = detector.scores(wave, SAMPLE_RATE)
    if scores.sum(axis=1).max() < SPOKEN:
        return SILENCE
    return detector.labels[int(scores.sum(axis=0).argmax())]


def silences(noise: Sequence[Clip], count: int) -> list[Wave]:
    """Seconds of noise, always the same."""
    random = np.random.default_rng(1)
    waves = [excerpt(any_of(noise, random).load().waveform, SAMPLE_RATE, random) for _ in range(count)]
    return [wave * np.float32(random.uniform(0, LOUDEST) / (np.abs(wave).max() + 1e-9)) for wave in waves]


def in_long_recordings(
    detector: Detector, labelled: Sequence[Clip], others: Sequence[Clip], noise: Sequence[Clip]
) -> tuple[SegmentScores, SegmentScores]:
    """Segments that are right with both ends, and those that only touch the word."""
    right, found = SegmentScores(), SegmentScores()
    for number in range(RECORDINGS):
        wave, words = long_recording(labelled, others, noise, np.random.default_rng([2, number]))
        segments = detector.detect(wave, SAMPLE_RATE, threshold=SURE)
        for label in detector.bundle.card.reported:
            own = [segment for segment in segments if segment.label == label]
            there = [word for word in words if word.label == label]
            right += segment_scores(own, there)
            hits = sum(holder is not None for holder in match(own, there).holders)
            found += SegmentScores(hits, len(own), len(there))
    return right, found


def long_recording(
    labelled: Sequence[Clip], others: Sequence[Clip], noise: Sequence[Clip], random: np.random.Generator
) -> tuple[Wave, list[Word]]:
    """A minute of words with gaps, over noise, and where each is."""
    wave, words, at = np.zeros(LENGTH * SAMPLE_RATE, np.float32), [], random.uniform(*GAP)
    while True:
        clip = any_of(labelled if random.random() < 2 / 3 else others, random)
        sound = clip.load().waveform
        start, end = spoken(sound)
        first = max(0, round((at - start) * SAMPLE_RATE))
        if first + len(sound) > len(wave):
            break
        wave[first : first + len(sound)] += sound
        words.append(Word(said(clip), at, at + end - start))
        at += end - start + random.uniform(*GAP)
    hum = excerpt(any_of(noise, random).load().waveform, len(wave), random)
    return wave + at_snr(hum, wave, float(random.uniform(*SNR_DB))), words


def parameters(bundle: Bundle) -> int:
    return sum(weight.size for name, weight in load(bundle.weights).items() if not name.endswith(STATISTICS))


def percent(right: int, of: int) -> str:
    low, high = wilson(right, of)
    return f"{right / of:.1%} of {of:,} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    main()
