"""Which learner a recipe is for, and what it has become in a model."""

from __future__ import annotations

from torch import nn

from specnet.errors import SpecnetError
from specnet.models.build import load_weights
from specnet.runtime.bundle import Bundle, ImageBundle
from specnet.train.image_learner import ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.learner import Learner
from specnet.train.recipe import Recipe
from specnet.train.recipes import recipe_of
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


def trained(model: Bundle | ImageBundle) -> nn.Module:
    """The network of a model, as its recipe says, with the weights of its file.

    >>> from specnet.runtime.bundle import read_model
    >>> trained(read_model("welcome")).window.stride
    2

    Raises `SpecnetError` where the file holds no such recipe, or not the weights for it.
    """
    network = learner_of(recipe_of(model.card.recipe)).product
    load_weights(network, model.weights)
    return network
