"""What a server listens for."""

from dataclasses import replace
from pathlib import Path

import pytest

from specnet.app.detect import Detector
from specnet.app.wyoming.words import Spotter, WakeWords
from specnet.audio.pcm import PcmFormat
from specnet.errors import SpecnetError
from tests.conftest import bundle, card


def test_each_model_has_its_own_threshold(tiny_model: Path) -> None:
    words = WakeWords.load(["welcome", str(tiny_model)])
    assert words.names == ("welcome", "low", "high")
    assert str(words) == "'welcome' from a score of 0.966, 'low' from a score of 0.600, 'high' from a score of 0.600"
    assert {spotter.threshold for spotter in WakeWords.load(["welcome", str(tiny_model)], 0.7).spotters} == {0.7}
    assert WakeWords.load([str(tiny_model)], None, 10.0).spotters[0].threshold == 0.2


def test_a_word_belongs_to_one_model(tiny_detector: Detector) -> None:
    with pytest.raises(SpecnetError, match="--model tiny: 'low' is the word of tiny already: give one model"):
        WakeWords([Spotter(tiny_detector, 0.5), Spotter(tiny_detector, 0.6)])


def test_the_label_of_unknown_words_is_no_word() -> None:
    detector = Detector(replace(bundle(), card=replace(card(), unknown="low")))
    assert WakeWords([Spotter(detector, 0.5)]).names == ("high",)


def test_only_what_is_wanted_runs(tiny_model: Path) -> None:
    words = WakeWords.load(["welcome", str(tiny_model)])
    form = PcmFormat(16_000, 2, 1)
    assert [len(words.listener(form, names)._streams) for names in (["low", "high"], words.names)] == [1, 2]
