"""Which learner a recipe is for."""

from __future__ import annotations

from specnet.errors import SpecnetError
from specnet.train.image_learner import ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.learner import Learner
from specnet.train.recipe import Recipe
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe


def learner_of(recipe: Recipe) -> Learner:
    """The network of a recipe, with fresh weights, ready to learn."""
    match recipe:
        case SoundRecipe():
            return SoundLearner(recipe)
        case ImageRecipe():
            return ImageLearner(recipe)
    raise SpecnetError(f"recipe {recipe.name}: of no known kind")
