from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from specnet.data.interval import Interval
from specnet.data.phones import PHONES
from specnet.data.utterance import Utterance
from specnet.timeline import FrameGrid
from specnet.train.examples import Examples
from specnet.train.sound_recipe import SoundRecipe
from specnet.train.targets import IGNORE, frame_targets


@dataclass(frozen=True)
class Always:
    scene: Utterance

    def batch(self, step: int) -> list[Utterance]:
        return [self.scene]


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


def test_the_history_ends_where_a_word_would(recipe: Callable[..., SoundRecipe]) -> None:
    """At a frame that is positive for a word, the phones before and after its end are the latest two."""
    scene = Utterance(np.zeros(3 * 16000, np.float32), (), (Interval("AY", 0.4, 1.0), Interval("S", 1.0, 1.13)))
    wanted = recipe(network={"preset": "phonetic", "history": 2}, loss={})
    history = Examples(Always(scene), wanted, GRID, None).batch(0).history[0]
    ends = np.array([GRID.end(t) for t in range(history.shape[1])])
    late = sum(wanted.targets.positive) / 2
    said = {phone: ends[history[0] == PHONES.index(phone)] - late for phone in ("AY", "S")}
    np.testing.assert_allclose([said["AY"].min(), said["AY"].max()], [0.4, 1.0], atol=0.02)
    np.testing.assert_allclose([said["S"].min(), said["S"].max()], [1.0, 1.13], atol=0.02)
    assert set(history[1, history[0] == PHONES.index("S")]) == {PHONES.index("AY")}
    assert set(history[1, history[0] == PHONES.index("AY")]) == {IGNORE}


def test_no_phone_of_a_keyword_is_taught(recipe: Callable[..., SoundRecipe], corpus) -> None:
    composer = corpus.composer("train")
    wanted = recipe(network={"preset": "phonetic", "history": 3}, loss={})
    batch = Examples(composer, wanted, GRID, GRID).batch(3)
    assert not (batch.history == PHONES.index("IY")).any() and (batch.history == PHONES.index("SIL")).any()
    for scene, phones in zip(composer.batch(3), batch.phones, strict=True):
        for word in scene.words:
            inside = [t for t in range(len(phones)) if word.start + 0.02 < GRID.centre(t) < word.end - 0.02]
            assert inside and {phones[t] for t in inside} == {-100}


def test_without_a_phone_head_there_are_no_phones(recipe: Callable[..., SoundRecipe], corpus) -> None:
    assert Examples(corpus.composer("train"), recipe(), GRID, None).batch(0).phones.shape == (8, 0)
