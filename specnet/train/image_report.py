"""How good a classifier of images turned out, for people: a page of Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from specnet.train.image_learner import ImageLearner
from specnet.train.image_recipe import ImageRecipe
from specnet.train.learner import Figures
from specnet.train.loop import best_epoch

REPORT, FIGURES = "report.md", "report"
MISTAKES = 10


def image_report(
    recipe: ImageRecipe, confusions: NDArray[np.int64], history: Sequence[Figures], source: Mapping[str, str]
) -> str:
    """The report as Markdown, with the pictures that lie in the folder `FIGURES`.

    `confusions` counts how often each label [row] was taken for each [column].
    """
    best = best_epoch(history, ImageLearner.goal)
    count, right = confusions.sum(axis=1), confusions.diagonal()
    wrong = [(int(n), *place) for place, n in np.ndenumerate(confusions) if n and place[0] != place[1]]
    of_label = [f"| {label} | {count[i]} | {count[i] - right[i]} |" for i, label in enumerate(recipe.labels)]
    mistakes = [
        f"| {recipe.labels[row]} | {recipe.labels[column]} | {n} |"
        for n, row, column in sorted(wrong, reverse=True)[:MISTAKES]
    ]
    epochs = [
        f"| {row['epoch']:g}{' (kept)' if row is best else ''} | {row['training_loss']:.4f} "
        f"| {row['validation_loss']:.4f} | {row['error_rate']:.2%} |"
        for row in history
    ]
    total, errors = int(count.sum()), int(count.sum() - right.sum())
    return "\n".join(
        [
            f"# {recipe.name}",
            "",
            f"Network: {recipe.network.preset}. Seed {recipe.seed}, {recipe.schedule.steps} steps of "
            f"{recipe.schedule.batch_size} pictures.",
            "",
            "## On the test pictures",
            "",
            f"{total - errors} of {total} are right: {1 - errors / total:.2%}. They had no part in the training, "
            "nor in the choice of the checkpoint.",
            "",
            f"![What each is taken for]({FIGURES}/confusions.svg)",
            "",
            "| label | pictures | wrong |",
            "|---|---|---|",
            *of_label,
            "",
            "| is | taken for | times |",
            "|---|---|---|",
            *mistakes,
            "",
            "## Epochs",
            "",
            f"![Losses and wrong pictures over the epochs]({FIGURES}/epochs.svg)",
            "",
            "| epoch | training loss | validation loss | wrong, of the pictures held out |",
            "|---|---|---|---|",
            *epochs,
            "",
            "## Trained on",
            "",
            f"![Some pictures, as they were learnt from]({FIGURES}/examples.svg)",
            "",
            f"- {source['name']}: {source['licence']}",
            "",
        ]
    )
