from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from specnet.data.clips import store, stored
from specnet.data.held_out import HeldOut, Stream
from specnet.data.interval import Interval
from specnet.data.scenes import Scene
from specnet.scan import Scanner
from specnet.timeline import Segment
from specnet.train import calibrate
from specnet.train.calibrate import candidates, measure, product
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe
from tests.conftest import beeps, bundle, card

HOUR = 3600 * 16000 // 100


def segment(label: str, start: float, score: float) -> Segment:
    return Segment(label, start, start + 0.5, start + 0.6, score)


def test_words_and_alarms_are_counted_by_label(
    recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {
        1: [segment("tone", 1.02, 0.9), segment("hum", 1.0, 0.8)],  # the word, and another label on top of it
        2: [segment("tone", 9.0, 0.7)],  # nowhere near the word
        HOUR: [segment("hum", 3.0, 0.6), segment("tone", 8.0, 0.2)],
    }
    monkeypatch.setattr(calibrate, "candidates", lambda scanner, labels, waveform: found[len(waveform)])
    learner = SoundLearner(recipe(labels=["tone", "hum"]))
    bundle = product(learner.recipe, learner.keyword)
    word = Interval("tone", 1.0, 1.5)
    voices = (Interval("kokoro/heart", 0.8, 1.6),)
    said = [
        Scene(np.zeros(1, np.float32), (word,), voices=voices, snr_db=7.04),
        Scene(np.zeros(2, np.float32), (word,), voices=(*voices, Interval("talks/ann", 1.2, 2.0))),
    ]
    store([("quiet", np.zeros(HOUR, np.float32))], tmp_path / "quiet.json")
    quiet = Stream(tuple(stored(tmp_path / "quiet.json")))
    measured = measure(bundle, HeldOut(said, [quiet], corpus.composer("validation")))
    assert measured.word_scores == [0.9, -float("inf")]
    assert [spoken.others for spoken in measured.words] == [{"hum": 0.8}, {}]
    assert [(spoken.scene, spoken.word.columns) for spoken in measured.words] == [
        (0, {"label": "tone", "made": "kokoro", "snr": "7.0 dB"}),
        (1, {"label": "tone", "made": "spliced", "snr": "no noise"}),
    ]
    assert sorted(measured.alarm_scores) == [0.2, 0.6]
    assert {alarm.stream for alarm in measured.alarms} == {0}
    assert measured.hours == 0.01
    assert measured.boundaries is not None and measured.boundaries.count == 1
    assert measured.boundaries.start == pytest.approx(0.02)
    assert measured.curve.at(100).misses == measured.curve.at(200).misses == 1


def test_the_label_of_unknown_words_is_no_false_alarm() -> None:
    tiny = bundle()
    other = replace(tiny, card=replace(card(), unknown="low"))
    sound = beeps(2.0, ("low", 0.5), ("high", 1.2))
    assert {segment.label for segment in candidates(Scanner(tiny), tiny.card, sound)} == {"low", "high"}
    assert {segment.label for segment in candidates(Scanner(other), other.card, sound)} == {"high"}
