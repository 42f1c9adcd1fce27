"""The pictures of a report on a classifier of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from specnet.evaluate.plots import confusion_figure, learning_figure
from specnet.plot import save
from specnet.train.image_examples import ImageBatch
from specnet.train.image_learner import ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.learner import Figures
from specnet.train.loop import best_epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ACROSS, DOWN = 8, 3


def image_figures(recipe: ImageRecipe, confusions: NDArray[np.int64], history: Sequence[Figures]) -> dict[str, Figure]:
    """By name: the `confusions` of the test pictures, and the `epochs`."""
    kept = best_epoch(history, ImageLearner.goal)["epoch"]
    return {
        "confusions": confusion_figure(confusions, recipe.labels, recipe.labels),
        "epochs": learning_figure(history, ImageLearner.goal.rate, "wrong", kept),
    }


def examples_figure(batch: ImageBatch, classes: Sequence[str]) -> Figure:
    """Some of a batch as it is learnt from, each with the class that most of it belongs to."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(ACROSS * 0.9, DOWN * 1.1), layout="constrained")
    places = list(figure.subplots(DOWN, ACROSS).flat)
    for axes in places:
        axes.axis("off")
    for axes, image, target in zip(places, batch.images, batch.targets, strict=False):
        axes.imshow(image.transpose(1, 2, 0), cmap="gray", vmin=0, vmax=255)
        axes.set_title(classes[int(target.argmax())], fontsize=7)
    return figure


def write_figures(figures: Mapping[str, Figure], folder: Path) -> None:
    """Each as `folder`/NAME.svg."""
    folder.mkdir(exist_ok=True)
    for name, figure in figures.items():
        save(figure, folder / f"{name}.svg", ".svg")
