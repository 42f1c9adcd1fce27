"""What a server says about itself."""

import pytest
from wyoming.info import Info

from specnet import __version__
from specnet.app.wyoming.info import info, languages
from specnet.app.wyoming.words import WakeWords


def test_every_word_is_a_wake_word(words: WakeWords) -> None:
    [program] = Info.from_event(info(words).event()).wake
    assert (program.name, program.version, program.installed) == ("specnet", __version__, True)
    assert [(model.name, model.phrase, model.installed) for model in program.models] == [
        ("low", "low", True),
        ("high", "high", True),
    ]
    assert program.models[0].attribution.name == "tiny, a model of specnet, learnt from nothing (CC0-1.0)"


def test_the_model_that_ships() -> None:
    words = WakeWords.load(["welcome"])
    [model] = info(words).wake[0].models
    assert (model.name, model.phrase, model.languages) == ("welcome", "welcome", ["en"])
    assert model.version == words.spotters[0].detector.sha256[:12]
    assert "CC BY 4.0 (LibriSpeech)" in model.attribution.name


@pytest.mark.parametrize("voices", [None, 7, {}, {"casts": None}, {"casts": [{}]}, {"casts": [{"accents": [1]}]}])
def test_a_recipe_may_say_anything(voices: object) -> None:
    assert languages({"voices": voices}) == []
