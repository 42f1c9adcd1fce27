from collections.abc import Callable

import numpy as np

from specnet.timeline import FrameGrid
from specnet.train.examples import Examples
from specnet.train.sound_recipe import SoundRecipe
from specnet.train.targets import frame_targets

GRID = FrameGrid(stride=320, receptive_field=4000, sample_rate=16000)


def test_a_batch_is_its_scenes_with_their_targets(recipe: Callable[..., SoundRecipe], corpus) -> None:
    composer, wanted = corpus.composer("train"), recipe()
    batch = Examples(composer, wanted, GRID, GRID).batch(3)
    scenes = composer.batch(3)
    np.testing.assert_array_equal(batch.waveforms[5], scenes[5].waveform)
    targets = frame_targets(scenes[5].words, ["tone"], GRID, GRID.count(len(scenes[5].waveform)), wanted.targets)
    np.testing.assert_array_equal(batch.labels[5], targets.labels)
    np.testing.assert_array_equal(batch.bounds[5], targets.bounds)
    assert batch.clips.tolist() == [0, 1] * 4
    assert batch.phones.shape == batch.labels.shape
    assert set(batch.phones[0]) == {-100} and len(set(batch.phones[5])) == 2


def test_no_phone_of_a_keyword_is_taught(recipe: Callable[..., SoundRecipe], corpus) -> None:
    composer = corpus.composer("train")
    batch = Examples(composer, recipe(), GRID, GRID).batch(3)
    for scene, phones in zip(composer.batch(3), batch.phones, strict=True):
        for word in scene.words:
            inside = [t for t in range(len(phones)) if word.start + 0.02 < GRID.centre(t) < word.end - 0.02]
            assert inside and {phones[t] for t in inside} == {-100}


def test_without_a_phone_head_there_are_no_phones(recipe: Callable[..., SoundRecipe], corpus) -> None:
    assert Examples(corpus.composer("train"), recipe(), GRID, None).batch(0).phones.shape == (8, 0)
