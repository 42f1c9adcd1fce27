"""How far a model trained on synthetic voices gets on real people: one wake word among others.

    python benchmarks/wake_words.py --data DIR --model MODEL --label alexa

Positives are DIR/wake_words/LABEL.tar, negatives what the model's recipe keeps out of training.
"""

from pathlib import Path

import click
from welcome import WAKE_WORDS, false_alarms_table, misses_table, untrained

from specnet.app.detect import Detector
from specnet.app.evaluate import OWN_RATE, hear
from specnet.cli.evaluate import show_progress
from specnet.evaluate.measure import measure
from specnet.evaluate.references import choose_labels, read_positives


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--model", required=True)
@click.option("--label", "name", required=True, help="alexa, computer, smart mirror or snowboy")
def main(data: Path, model: str, name: str) -> None:
    """Print false rejects and false alarms of one wake word."""
    detector = Detector.load(model)
    [label] = choose_labels([name], detector.labels)
    own = data / WAKE_WORDS / f"{label.replace(' ', '_')}.tar"
    spoken = hear(detector, read_positives(own, detector.labels, [label]), label, show_progress)
    silent = hear(detector, untrained(detector, data), "negatives", show_progress)
    report = measure(label, detector.threshold(OWN_RATE), (), spoken, silent)
    click.echo(misses_table({label: report}))
    click.echo(false_alarms_table(report))


if __name__ == "__main__":
    main()
