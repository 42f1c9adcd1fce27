"""How far the times of single words that follow from loudness are from those of forced alignment.

    python benchmarks/word_times.py --data DIR

Of 300 clips of DIR/speech_commands/validation, those in which the alignment is likely.
"""

from pathlib import Path

import click
import numpy as np

from specnet.data.align import FRAME, Aligner, sound_of
from specnet.data.clips import decoded
from specnet.data.recorded import UNLIKELY
from specnet.data.words import spoken

CLIPS = 300
NEAR = 0.2  # seconds: the collar of segments


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--cache", type=click.Path(path_type=Path), default=Path("cache"), show_default=True)
def main(data: Path, cache: Path) -> None:
    """Print the mean distances of starts and ends, and how many are within the collar."""
    clips = decoded(data / "speech_commands" / "validation", cache)
    aligner = Aligner()
    distances = []
    for i in np.random.default_rng(0).permutation(len(clips))[:CLIPS]:
        word, wave = Path(clips[i].name).parent.name, clips[i].load().waveform
        for unit in aligner.units(sound_of(wave), [word]):
            there = unit.interval
            if there.label == word and -unit.score * FRAME / (there.end - there.start) < UNLIKELY:
                distances.append(np.abs(np.subtract(spoken(wave), there[1:])))
    (start, end), (starts, ends) = np.mean(distances, axis=0), np.mean(np.less(distances, NEAR), axis=0)
    click.echo(f"{len(distances)} clips: starts {start:.3f} s off on average, {starts:.0%} within {NEAR:g} s")
    click.echo(f"{len(distances)} clips: ends {end:.3f} s off on average, {ends:.0%} within {NEAR:g} s")


if __name__ == "__main__":
    main()
