"""A model that goes on learning, from what it missed and what it took for the word."""

from collections.abc import Sequence
from pathlib import Path

from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle
from specnet.train.recipes import recipe_of
from specnet.train.sound_recipe import SoundRecipe

EPOCHS, STEPS = 2, 350
RATE_SHARE = 0.3  # of the learning rate that the model was made with, however often it is improved


def improvement(model: str, missed: Sequence[Path], false_alarms: Sequence[Path]) -> SoundRecipe:
    """The recipe that goes on from `model`, with all its layers, and also learns from folders of recordings: words it
    `missed`, and sound in which it found words that nobody said.

    Raises `SpecnetError` where there are no recordings, or the model does not say how it was trained.
    """
    if not missed and not false_alarms:
        raise SpecnetError("nothing to learn from: give --missed DIR, --false-alarms DIR, or both")
    for place in (*missed, *false_alarms):
        if not place.is_dir():
            raise SpecnetError(f"{place}: should be a folder of recordings")
    bundle = Bundle.load(model)
    if not bundle.card.recipe:
        raise SpecnetError(f"{model}: does not say how it was trained, so nobody knows how to go on")
    before = recipe_of(bundle.card.recipe, name=model)
    assert isinstance(before, SoundRecipe)
    values = before.to_dict()
    values["transfer"] = {"init": model, "last": True}
    for key, places in (("recordings", missed), ("background", false_alarms)):
        values["data"][key] = [*dict.fromkeys([*values["data"][key], *(str(place.resolve()) for place in places)])]
    values["schedule"] |= {"epochs": EPOCHS, "steps_per_epoch": STEPS}
    if not before.transfer.last:  # else the model is an improvement, and its rate is such a share
        values["optimiser"]["learning_rate"] *= RATE_SHARE
    return SoundRecipe.of(values, name=model)
