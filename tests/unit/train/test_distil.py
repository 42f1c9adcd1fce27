from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from specnet.app.detect import Detector
from specnet.data.utterance import Utterance
from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle, write_bundle
from specnet.timeline import FrameGrid
from specnet.train.checkpoint import Checkpoint
from specnet.train.distil import check_images, check_sound, heard, seen
from specnet.train.loop import Run, claim
from specnet.train.recipe import Teacher
from specnet.train.sound_recipe import SoundRecipe
from tests.conftest import RATE, beeps, write_tiny
from tests.shapes import LABELS, shape

TONES = {"labels": ["high", "low"], "voices": {}}
GRID = FrameGrid(stride=320, receptive_field=6000, sample_rate=RATE)


def teacher(path: Path) -> Teacher:
    return Teacher.model_validate(str(path))


def test_teachers_say_what_the_product_says_at_the_same_time(tiny_model: Path, tmp_path: Path) -> None:
    waveform = beeps(3.0, ("low", 0.8), ("high", 1.8))
    times, scores = Detector.load(tiny_model).scores(waveform, RATE)
    said = heard([teacher(tiny_model)], ["high", "low"], waveform, GRID)
    assert said.shape == (2, GRID.count(len(waveform))) and said.dtype == np.float32
    ends = [GRID.end(i) for i in range(said.shape[1])]
    assert len(set(ends) - set(np.round(times, 9))) > 0, "or nothing would be interpolated"
    for label, column in ((0, 1), (1, 0)):
        np.testing.assert_allclose(said[label], np.interp(ends, times, scores[:, column]), atol=1e-6)
    assert abs(ends[said[1].argmax()] - 1.0) < 0.05 and abs(ends[said[0].argmax()] - 2.0) < 0.05

    slower = write_tiny(tmp_path / "slower.specnet", stride=2)
    both = heard([teacher(tiny_model), teacher(slower)], ["high", "low"], waveform, GRID)
    alone = heard([teacher(slower)], ["high", "low"], waveform, GRID)
    np.testing.assert_allclose(both, (said + alone) / 2, atol=1e-6)
    assert np.abs(alone - said).max() < 0.1


def test_teachers_of_pictures_say_what_they_say(shapes_model: Path) -> None:
    pictures = np.stack([shape("ring"), shape("bar")])[:, None]
    images = np.rint(255 * pictures).astype(np.uint8)
    said = seen([teacher(shapes_model)] * 2, ("none", "bar", "ring"), images)
    assert said.shape == (2, 3) and said.argmax(axis=1).tolist() == [2, 1]
    np.testing.assert_allclose(said.sum(axis=1), 1, rtol=1e-5)


def test_who_cannot_teach_is_refused_in_one_line(tiny_model: Path, shapes_model: Path) -> None:
    sound, images = [teacher(tiny_model)], [teacher(shapes_model)]
    check_sound(sound, ["high", "low"], RATE)
    check_images(images, LABELS[::-1], (1, 28, 28))
    for refused, why in (
        (lambda: check_sound(sound, ["low"], RATE), "knows low, high, a teacher should know low"),
        (lambda: check_sound(sound, ["low", "high"], 8000), "hears 16000 Hz, a teacher should hear 8000"),
        (lambda: check_sound(images, ["low"], RATE), "is a model for images: a teacher should be one for sound, too"),
        (lambda: check_images(sound, LABELS, (1, 28, 28)), "is a model for sound: a teacher should be one for images"),
        (
            lambda: check_images(images, LABELS[:2], (1, 28, 28)),
            "knows bar, ring, none, a teacher should know bar, ring",
        ),
        (lambda: check_images(images, LABELS, (3, 32, 32)), "takes pictures 1x28x28, a teacher should take 3x32x32"),
    ):
        with pytest.raises(SpecnetError, match=why):
            refused()


def changed(model: Path) -> None:
    bundle = Bundle.load(model)
    write_bundle(model, model=replace(bundle.card, name="other"), graph=bundle.graph, weights=bundle.weights)


def test_a_teacher_that_has_changed_is_noticed(
    tiny_model: Path, recipe: Callable[..., SoundRecipe], tmp_path: Path
) -> None:
    values = {"distil": {"teachers": [str(tiny_model)]}, **TONES}
    begun = recipe(**values)
    Checkpoint(6, begun.to_dict(), [], {"x": torch.zeros(1)}).save(tmp_path / "last.safetensors")
    changed(tiny_model)
    with pytest.raises(SpecnetError, match=r"another recipe: distil.teachers.0.sha256 differs"):
        claim(tmp_path, recipe(**values), resume=True)
    with pytest.raises(SpecnetError, match=r"tiny.specnet: has changed: its sha256 is \w{12}\.\.\., the recipe's"):
        Run(begun)
    moved = tiny_model.rename(tmp_path / "moved.specnet")
    with pytest.raises(SpecnetError, match=r"tiny.specnet: cannot read the model: No such file"):
        recipe(**values)
    with pytest.raises(SpecnetError, match=r"another recipe: distil.teachers.0.model differs"):
        claim(tmp_path, recipe(distil={"teachers": [str(moved)]}, **TONES), resume=True)


class Beeps:
    def batch(self, step: int) -> list[Utterance]:
        starts = np.random.default_rng(step).uniform(0.1, 0.8, 4)
        return [Utterance(beeps(1.2, ("low" if i % 2 else "high", start))) for i, start in enumerate(starts)]


@pytest.mark.parametrize("head", ["softmax", "max"])
def test_a_network_learns_from_its_teacher_alone(
    head: str, tiny_model: Path, recipe: Callable[..., SoundRecipe]
) -> None:
    """The scenes name no word, so all that can be learnt of the tones is what the teacher says of them."""
    run = Run(
        recipe(
            distil={"teachers": [str(tiny_model)], "weight": 1.0},
            head={"kind": head, "boundaries": False},
            network={"preset": recipe().network.preset},
            loss={},
            schedule={"epochs": 1, "steps_per_epoch": 60, "batch_size": 4, "warmup_steps": 2},
            augment={"time_masks": 0, "frequency_masks": 0},
            **TONES,
        )
    )
    examples = run.learner.examples(Beeps())
    losses = [run.learn(examples.batch(step)) for step in range(60)]
    assert sum(losses[-5:]) < 0.3 * sum(losses[:5])
    parts = run.learner.losses(examples.batch(0))
    assert set(parts) == {"label", "teacher"}
    torch.testing.assert_close(run.learner.loss(parts), parts["teacher"])
    both = Run(recipe(distil={"teachers": [str(tiny_model)], "weight": 0.25}, **TONES)).learner
    one = {"label": torch.tensor(4.0), "teacher": torch.tensor(8.0)}
    assert both.loss(one).item() == 0.75 * 4 + 0.25 * 8
