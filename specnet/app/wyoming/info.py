"""What a server says about itself and its words."""

from collections.abc import Mapping
from typing import Any

from wyoming.info import Attribution, Info, WakeModel, WakeProgram

from specnet import __version__
from specnet.app.wyoming.words import Spotter, WakeWords
from specnet.runtime.card import ModelCard

VERSION_LENGTH = 12
"""So many digits of a model's digest tell it from all others."""


def info(words: WakeWords) -> Info:
    """The answer to `describe`: a wake word for each label of each model, under the name that `detection` has."""
    models = [_wake_model(spotter, word) for spotter in words.spotters for word in spotter.words]
    program = WakeProgram(
        name="specnet",
        attribution=Attribution("specnet", ""),
        installed=True,
        description="Finds spoken words with small convolutional networks.",
        version=__version__,
        models=models,
    )
    return Info(wake=[program])


def languages(recipe: Mapping[str, Any]) -> list[str]:
    """The languages of the voices that said the words of a recipe; none where the recipe has no voices.

    >>> languages({"voices": {"casts": [{"accents": ["en-us", "en-gb"]}, {"accents": ["es"]}]}}), languages({})
    (['en', 'es'], [])
    """
    found: set[str] = set()
    try:
        for cast in recipe["voices"]["casts"]:
            found |= {accent.partition("-")[0] for accent in cast["accents"]}
    except (KeyError, TypeError, AttributeError):  # a model file may hold any JSON there
        return []
    return sorted(found)


def _wake_model(spotter: Spotter, word: str) -> WakeModel:
    bundle = spotter.detector.bundle
    return WakeModel(
        name=word,
        attribution=Attribution(_sources(bundle.card), ""),
        installed=True,
        description=word,  # what Home Assistant shows
        version=bundle.sha256[:VERSION_LENGTH],
        languages=languages(bundle.card.recipe),
        phrase=word,
    )


def _sources(card: ModelCard) -> str:
    """The model, and what it learnt from, with the licences that ask for being named."""
    learnt = ", ".join(f"{source.get('name')} ({source.get('licence')})" for source in card.data)
    return f"{card.name}, a model of specnet" + (f", learnt from {learnt}" if learnt else "")
