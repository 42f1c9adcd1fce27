"""Several trainings that are to be compared, each in a folder of its own: what is finished is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from specnet.app.corpus import read_corpus
from specnet.app.train import pictures_of, train_model
from specnet.runtime.bundle import Bundle, ImageBundle
from specnet.train.calibrate import measure
from specnet.train.image_examples import held_out
from specnet.train.image_recipe import ImageRecipe
from specnet.train.image_ship import taken
from specnet.train.loop import LAST, Observer
from specnet.train.recipe import Recipe
from specnet.train.sound_recipe import SoundRecipe

FIGURE = "figure.json"
Observing = Callable[[str], AbstractContextManager[Observer]]
"""Gives someone who watches the training of this title."""


@dataclass(frozen=True)
class Trial:
    """One training of several: its `recipe`, the recipe by whose held-out data it is `judged`, and its folder."""

    title: str
    recipe: Recipe
    judged: Recipe
    place: Path

    def run(self, *, data: Path | None, cache: Path, observe: Observing) -> float:
        """The figure that `judge` gives: of the model in the folder, if it is finished, else of one that is trained.

        A training that was interrupted goes on. Raises `SpecnetError` like `train_model`.
        """
        about = {"recipe": digest(self.recipe), "judged": digest(self.judged)}
        kept = self._kept()
        if kept.items() >= about.items():
            return float(kept["figure"])
        with observe(self.title) as observer:
            resume = (self.place / LAST).exists()
            model = train_model(self.recipe, data=data, out=self.place, cache=cache, observer=observer, resume=resume)
            figure = judge(self.judged, model, data, cache, observer.note)
        part = self.place / f"{FIGURE}.part"
        part.write_text(json.dumps({**about, "figure": figure}), encoding="utf-8")
        part.replace(self.place / FIGURE)
        return figure

    def _kept(self) -> dict[str, str | float]:
        file = self.place / FIGURE
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def judge(recipe: Recipe, model: Path, data: Path | None, cache: Path, progress: Callable[[str], None]) -> float:
    """How often a model file errs on what a training of `recipe` holds out; `figure_name` says in what."""
    if isinstance(recipe, ImageRecipe):
        image = ImageBundle.load(model)
        size = image.card.input
        pictures = pictures_of(recipe, (size.channels, size.height, size.width), data, cache, progress)
        seen = held_out(recipe.data.split(pictures.train)[1], recipe)
        return float((taken(image, seen, len(image.labels)) != seen.labels).mean())
    assert isinstance(recipe, SoundRecipe)
    validation = read_corpus(recipe, data, cache, progress).validation()
    point = measure(Bundle.load(model), validation).at(recipe.calibration.false_alarms_per_hour)
    assert point.false_reject_rate is not None
    return point.false_reject_rate


def figure_name(recipe: Recipe) -> str:
    """What a model of this recipe is judged by.

    >>> figure_name(ImageRecipe.of({"name": "d", "network": {"preset": "lenet5"}, "data": {"set": "mnist"}}))
    'error rate'
    """
    if isinstance(recipe, SoundRecipe):
        return f"false rejects at {recipe.calibration.false_alarms_per_hour:g} false alarms per hour"
    return "error rate"


def digest(recipe: Recipe) -> str:
    """What a recipe says, as 16 letters."""
    said = json.dumps(recipe.to_dict(), sort_keys=True).encode()
    return hashlib.sha256(said).hexdigest()[:16]
