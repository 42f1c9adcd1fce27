"""From the best checkpoint to the model file and its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from specnet.data.utterance import Utterance
from specnet.inspect.evidence import InsideWords, of_word
from specnet.inspect.listening import Hearing
from specnet.inspect.subject import Subject
from specnet.models.heads import Keyword
from specnet.runtime.bundle import Bundle, write_bundle
from specnet.scan import Scanner
from specnet.train.calibrate import Measured, Validation, measure, product
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


EVIDENCE = (
    "share of what decides (the class activation map where it speaks for the label) between the true start and end, "
    "the mean of words at their highest score; chance: if it were everywhere"
)
MOST_WORDS = 100


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
                "evidence": inside_words(recipe, learner.keyword, bundle, measured, validation),
            }
        },
    )
    path = out / f"{recipe.name}.specnet"
    write_bundle(path, model=card, graph=bundle.graph, weights=bundle.weights)
    verdict = write_report(path, recipe, measured, validation, best.history, provenance, scenes)
    log_figures(out / LOG, report_figures(recipe, measured, best.history), best.step)
    note(f"{verdict} More is in {out / REPORT}")
    return path


def inside_words(
    recipe: SoundRecipe, keyword: Keyword, bundle: Bundle, measured: Measured, validation: Validation
) -> dict[str, str | float] | None:
    """How much of what decides lies inside the words, for the card; None where there are none."""
    subject, grid = Subject.of(recipe.name, recipe.labels, keyword), Scanner(bundle).grid
    found = []
    for spoken in measured.words[:MOST_WORDS]:
        word, waveform = spoken.word, validation.positives[spoken.scene].waveform
        hearing = Hearing.of(waveform, subject, recipe.features, grid)
        evidence = of_word(subject, hearing, recipe.labels.index(word.label), word.start, word.end)
        if evidence is not None:
            found.append((evidence, word.start, word.end))
    words = InsideWords.of(found)
    return None if words is None else {"how": EVIDENCE, **asdict(words)}
