"""Models written by an older specnet get the graph that this one would export: quicker, with the same scores.

    python -m specnet.train.reexport NAME.specnet...

Each file is replaced; its weights and all that it says about itself stay as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from specnet.models.build import load_weights
from specnet.models.export import step_graph
from specnet.runtime.bundle import Bundle, write_bundle
from specnet.train.recipes import recipe_of
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe


def reexport(path: str) -> None:
    """Write the model file at `path` anew; raises `SpecnetError` where its recipe is not that of its weights."""
    bundle = Bundle.load(path)
    recipe = recipe_of(bundle.card.recipe)
    assert isinstance(recipe, SoundRecipe)
    keyword = SoundLearner(recipe).keyword
    load_weights(keyword, bundle.weights)
    write_bundle(path, model=bundle.card, graph=step_graph(keyword), weights=bundle.weights)


def main(paths: Sequence[str]) -> None:
    for path in paths:
        reexport(path)


if __name__ == "__main__":
    main(sys.argv[1:])
