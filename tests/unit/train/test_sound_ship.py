from collections.abc import Callable
from pathlib import Path

import pytest

from specnet.app.detect import Detector
from specnet.scan import Scanner
from specnet.train.calibrate import candidates, measure, product
from specnet.train.checkpoint import Checkpoint
from specnet.train.loop import LAST, Run
from specnet.train.sound_recipe import SoundRecipe
from specnet.train.sound_ship import ship


@pytest.fixture
def run(recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path) -> Run:
    """A training after its first epoch, saved in `tmp_path`."""
    run = Run(recipe())
    for step in range(6):
        run.learn(run.learner.examples(corpus.composer("train")).batch(step))
    run.measure(1.0, corpus.validation())
    run.save(tmp_path)
    return run


def test_the_model_file_is_what_was_measured(run: Run, corpus, tmp_path: Path) -> None:
    detector = Detector.load(
        ship(run.recipe, Checkpoint.load(tmp_path / LAST), corpus.validation(), corpus.provenance, tmp_path)
    )
    bundle = product(run.recipe, run.average.keyword)
    [silence] = corpus.validation().negatives
    heard = candidates(Scanner(bundle), bundle.card, silence.waveform)
    assert detector.candidates(silence.waveform, 16000)[0] == heard
    assert detector.threshold(0.5) == run.history[-1]["threshold"]
    assert detector.bundle.operating_points == measure(bundle, corpus.validation()).points([0.1, 0.2, 0.5, 1, 2, 5, 10])


def test_the_model_file_says_where_it_comes_from(run: Run, corpus, tmp_path: Path) -> None:
    card = Detector.load(
        ship(run.recipe, Checkpoint.load(tmp_path / LAST), corpus.validation(), corpus.provenance, tmp_path)
    ).bundle.card
    assert (card.name, card.labels, card.head) == ("tone", ("tone",), "softmax")
    assert SoundRecipe.of(card.recipe) == run.recipe
    assert card.data == ({"name": "tones", "licence": "CC0"},)
    assert card.metrics["validation"]["words"] == 6
    assert "speakers held out of training" in card.metrics["validation"]["how"]
    evidence = card.metrics["validation"]["evidence"]
    assert evidence["words"] == 6
    assert 0 < evidence["chance"] < evidence["inside"] <= 1  # it hears the tone, not the noise


def test_the_report_lies_beside_it_and_its_verdict_is_noted(run: Run, corpus, tmp_path: Path) -> None:
    notes: list[str] = []
    best = Checkpoint.load(tmp_path / LAST)
    ship(run.recipe, best, corpus.validation(), corpus.provenance, tmp_path, notes.append)
    [note] = notes
    assert note.startswith("Set to one false alarm in 2 hours, it misses ")
    assert note.endswith(f"More is in {tmp_path / 'report.html'}")
    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")
