"""What a network finds hard, and learns from again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from specnet.data.clips import Clip, store, stored
from specnet.timeline import Segment
from specnet.train import mining
from specnet.train.calibrate import product
from specnet.train.checkpoint import Checkpoint
from specnet.train.loop import Run, claim, train
from specnet.train.mining import AROUND, PER_HOUR, mine
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe
from tests.unit.train.conftest import Tones
from tests.unit.train.test_loop import Witness

RATE = 16000


def talks(folder: Path, seconds: Sequence[float]) -> list[Clip]:
    random = np.random.default_rng(0)
    named = ((str(i), 0.1 * random.standard_normal(round(each * RATE))) for i, each in enumerate(seconds))
    store(((name, wave.astype(np.float32)) for name, wave in named), folder / "talks.json")
    return stored(folder / "talks.json")


def test_the_loudest_places_are_taken_with_what_is_around_them(
    recipe: Callable[..., SoundRecipe], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = {10.0: 0.3, 40.0: 0.9, 59.8: 0.5}  # the last one at the end of the second recording
    fired = [Segment("tone", end - 0.4, end, end + 0.1, score) for end, score in scores.items()]
    monkeypatch.setattr(mining, "candidates", lambda scanner, labels, waveform: fired)
    learner = SoundLearner(recipe())
    clips = talks(tmp_path, [30.0, 30.0])
    found = mine(product(learner.recipe, learner.keyword), clips)
    assert PER_HOUR == 20 and found == [], "a minute has room for a third of one"
    monkeypatch.setattr(mining, "PER_HOUR", 120)
    loudest, second = mine(product(learner.recipe, learner.keyword), clips)
    assert (loudest.name, second.name) == ("1", "1")
    assert loudest.offset == clips[1].offset + round((10.0 - 0.4 - AROUND) * RATE)
    assert loudest.duration == pytest.approx(0.4 + 2 * AROUND)
    assert second.duration == pytest.approx(0.4 + AROUND + 0.2), "there is no more"


@dataclass(frozen=True)
class Hardening(Tones):
    """Other scenes for every other thing that is found in its `clips`."""

    clips: tuple[Clip, ...] = ()

    def hardened(self, find: Callable[[Sequence[Clip]], Sequence[Clip]]) -> "Hardening":
        return replace(self, seed=1 + sum(clip.offset + clip.length for clip in find(self.clips)))


def test_an_interrupted_training_finds_the_same_again(
    recipe: Callable[..., SoundRecipe], corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mining, "PER_HOUR", 3600)
    wanted = recipe(scenes={"length": 1.2, "mined_share": 0.5})
    composer = Hardening(1, clips=tuple(talks(tmp_path, [3.0, 4.0])))
    train(Run(wanted), composer, corpus.validation(), tmp_path / "whole", Witness())
    with pytest.raises(KeyboardInterrupt):
        train(Run(wanted), composer, corpus.validation(), tmp_path / "broken", Witness(stop_at=9))
    begin = claim(tmp_path / "broken", wanted, resume=True)
    train(Run(wanted, begin), composer, corpus.validation(), tmp_path / "broken", Witness())
    plain = recipe()
    train(Run(plain), composer, corpus.validation(), tmp_path / "plain", Witness())
    whole, broken, without = (
        Checkpoint.load(tmp_path / name / "last.safetensors").tensors for name in ("whole", "broken", "plain")
    )
    assert all(torch.equal(whole[key], broken[key]) for key in whole)
    assert not all(torch.equal(whole[key], without[key]) for key in whole), "what was found was learnt from"
    first = [Checkpoint.load(tmp_path / name / "epoch-001.safetensors").tensors for name in ("whole", "plain")]
    assert all(torch.equal(first[0][key], first[1][key]) for key in first[0]), "in the first epoch nothing was"
