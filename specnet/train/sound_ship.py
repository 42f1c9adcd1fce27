"""From the best checkpoint to the model file and its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from specnet.data.utterance import Utterance
from specnet.runtime.bundle import write_bundle
from specnet.train.calibrate import Validation, measure, product
from specnet.train.checkpoint import Checkpoint, load_module
from specnet.train.loop import LOG, best_epoch
from specnet.train.report.figures import report_figures
from specnet.train.report.log import log_figures
from specnet.train.report.page import REPORT, write_report
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe

HOW = (
    "words in scenes composed of voices and speakers held out of training, false alarms in their speech and in the "
    "recipe's data.measured; the checkpoint was chosen on the same sound, so the figures are optimistic"
)


def ship(
    recipe: SoundRecipe,
    best: Checkpoint,
    validation: Validation,
    provenance: Sequence[Mapping[str, str]],
    out: Path,
    note: Callable[[str], None] = lambda line: None,
    scenes: Sequence[Utterance] = (),
) -> Path:
    """Calibrate the averaged weights of a checkpoint, write `out`/NAME.specnet and the report; return the former.

    `provenance` lists what the model was trained on, each source with its `name` and `licence`; `note` gets a line on
    how good it is. `scenes` are some that were learnt from, to be heard in the report. Its pictures go to TensorBoard,
    too.
    """
    learner = SoundLearner(recipe).eval()
    load_module(learner, "average", best.tensors)
    bundle = product(recipe, learner.keyword)
    measured = measure(bundle, validation)
    card = replace(
        bundle.card,
        operating_points=measured.points(recipe.calibration.operating_points),
        recipe=recipe.to_dict(),
        data=tuple(provenance),
        metrics={
            "validation": {
                "how": HOW,
                "epoch": best_epoch(best.history, SoundLearner.goal)["epoch"],
                "words": len(measured.word_scores),
                "hours_without_words": measured.hours,
                "boundaries": asdict(measured.boundaries) if measured.boundaries else None,
            }
        },
    )
    path = out / f"{recipe.name}.specnet"
    write_bundle(path, model=card, graph=bundle.graph, weights=bundle.weights)
    verdict = write_report(path, recipe, measured, validation, best.history, provenance, scenes)
    log_figures(out / LOG, report_figures(recipe, measured, best.history), best.step)
    note(f"{verdict} More is in {out / REPORT}")
    return path
