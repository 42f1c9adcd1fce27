"""From the best checkpoint to the model file and its report, for images."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.data.pictures import Pictures, PictureSet
from specnet.models.build import load_weights, save_weights
from specnet.models.classifier import Recogniser
from specnet.models.export import recogniser_graph
from specnet.runtime.bundle import ImageBundle, ImageCard, ImageSize, write_bundle
from specnet.runtime.network import OnnxNetwork
from specnet.train.checkpoint import Checkpoint, load_module
from specnet.train.image_examples import ImageBatch
from specnet.train.image_figures import examples_figure, image_figures, write_figures
from specnet.train.image_learner import AT_ONCE, ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.image_report import FIGURES, REPORT, image_report
from specnet.train.loop import LOG, best_epoch
from specnet.train.provenance import sources
from specnet.train.report.log import log_figures

HOW = {
    "validation": "training pictures held out; the checkpoint was chosen on them, so the figures are optimistic",
    "test": "the test pictures of the set, looked at once, by the finished model file",
}


@dataclass(frozen=True)
class Judged:
    """How often each class [row] was taken for each label [column], the background never being reported."""

    confusions: NDArray[np.int64]

    @property
    def pictures(self) -> int:
        return int(self.confusions.sum())

    @property
    def errors(self) -> int:
        return self.pictures - int(self.confusions.trace())

    @property
    def error_rate(self) -> float:
        return self.errors / self.pictures


def ship_image(recipe: ImageRecipe, best: Checkpoint, pictures: PictureSet, examples: ImageBatch, out: Path) -> Path:
    """Judge the averaged weights of a checkpoint on the test pictures, write `out`/NAME.specnet and the report.

    Returns the former. `examples` are some that were learnt from, to be shown in the report. Its pictures go to
    TensorBoard, too.
    """
    learner = ImageLearner(recipe).eval()
    load_module(learner, "average", best.tensors)
    bundle = image_product(recipe, learner.recogniser)
    judged = judge(bundle, pictures.test)
    epoch = best_epoch(best.history, ImageLearner.goal)
    chosen = {key: epoch[key] for key in ("epoch", "pictures", "error_rate")}
    tested = {"pictures": judged.pictures, "errors": judged.errors, "error_rate": judged.error_rate}
    card = replace(
        bundle.card,
        recipe=recipe.to_dict(),
        data=sources(recipe, [pictures.licence]),
        metrics={"validation": {"how": HOW["validation"], **chosen}, "test": {"how": HOW["test"], **tested}},
    )
    path = out / f"{recipe.name}.specnet"
    write_bundle(path, model=card, graph=bundle.graph, weights=bundle.weights)
    figures = image_figures(recipe, judged.confusions, best.history)
    log_figures(out / LOG, figures, best.step)
    write_figures({**figures, "examples": examples_figure(examples, recipe.classes)}, out / FIGURES)
    report = image_report(recipe, judged.confusions, best.history, pictures.licence)
    (out / REPORT).write_text(report, encoding="utf-8")
    return path


def image_product(recipe: ImageRecipe, recogniser: Recogniser) -> ImageBundle:
    """The network of a recipe as its file will hold it, not yet judged."""
    card = ImageCard(
        name=recipe.name,
        labels=recipe.classes,
        input=ImageSize(*recogniser.classifier.size),
        prepare=recipe.prepare,
        stride=recogniser.classifier.stride,
        background=recipe.background,
    )
    weights = save_weights(recogniser)
    shipped = copy.deepcopy(recogniser)
    load_weights(shipped, weights)  # rounded as in the file, so that graph and weights are the same network
    return ImageBundle(card, recogniser_graph(shipped), weights, file=b"")


def judge(bundle: ImageBundle, pictures: Pictures) -> Judged:
    """What the exported network takes the pictures for."""
    labels = len(bundle.card.classes)  # the background is behind them
    confusions = np.zeros((labels, labels), np.int64)
    np.add.at(confusions, (pictures.labels, taken(bundle, pictures, labels)), 1)
    return Judged(confusions)


def taken(bundle: ImageBundle, pictures: Pictures, classes: int) -> NDArray[np.int64]:
    """Which of the first `classes` of the exported network each picture is taken for [N]."""
    network, found = OnnxNetwork(bundle), []
    for first in range(0, len(pictures), AT_ONCE):
        images = np.divide(pictures.images[first : first + AT_ONCE], 255, dtype=np.float32)
        found.append(network.probabilities(images)[:, :classes, 0].argmax(axis=1))
    return np.concatenate(found)
