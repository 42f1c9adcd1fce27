import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from specnet.data.utterance import Utterance
from specnet.errors import SpecnetError
from specnet.timeline import FrameGrid
from specnet.train.examples import Examples
from specnet.train.feed import Feed
from specnet.train.sound_recipe import SoundRecipe

GRID = FrameGrid(stride=320, receptive_field=4000, sample_rate=16000)


@dataclass(frozen=True)
class Failing:
    fail: Callable[[], None]

    def batch(self, step: int) -> list[Utterance]:
        if step == 2:
            self.fail()
        return [Utterance(np.zeros(8000, np.float32))]


def refuse() -> None:
    raise SpecnetError("the noise is gone")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_the_batches_are_those_of_the_steps_in_order(recipe: Callable[..., SoundRecipe], corpus) -> None:
    examples = Examples(corpus.composer("train"), recipe(), GRID, GRID)
    with Feed(examples, range(5, 12)) as feed:
        batches = list(feed)
    assert len(batches) == 7
    for step, batch in zip(range(5, 12), batches, strict=True):
        np.testing.assert_array_equal(batch.waveforms, examples.batch(step).waveforms)


def test_what_goes_wrong_in_the_other_process_is_raised_here(recipe: Callable[..., SoundRecipe]) -> None:
    examples = Examples(Failing(refuse), recipe(), GRID, None)
    with pytest.raises(SpecnetError, match="the noise is gone"), Feed(examples, range(9)) as feed:
        list(feed)


def test_a_dead_process_is_noticed(recipe: Callable[..., SoundRecipe]) -> None:
    examples = Examples(Failing(die), recipe(), GRID, None)
    with pytest.raises(SpecnetError, match="has died"), Feed(examples, range(9)) as feed:
        list(feed)


def test_the_other_process_ends_with_this_one(recipe: Callable[..., SoundRecipe], corpus) -> None:
    with Feed(Examples(corpus.composer("train"), recipe(), GRID, GRID), range(10**9)) as feed:
        next(iter(feed))
        process = feed._process
    assert not process.is_alive()
