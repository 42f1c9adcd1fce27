from collections.abc import Callable

import numpy as np
import pytest
import torch

from specnet.data.utterance import Utterance
from specnet.train.examples import Batch
from specnet.train.mix_up import Pairs
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe
from specnet.train.targets import IGNORE
from tests.unit.train.conftest import sound

HALF = {"time_masks": 0, "frequency_masks": 0, "mix_up": 0.5}


def test_pairs_are_drawn_for_a_share_of_the_scenes() -> None:
    torch.manual_seed(1)
    parts, changed = [], 0
    for _ in range(200):
        pairs = Pairs.drawn(10, alpha=0.2, share=0.4)
        parts.append(pairs.part)
        changed += int((pairs.partners != torch.arange(10)).sum())
    assert 0.3 * 2000 < changed < 0.4 * 2000  # a tenth of the partners is the scene itself
    assert 0.4 < np.mean(parts) < 0.6 and np.mean((np.array(parts) < 0.1) | (np.array(parts) > 0.9)) > 0.5


def test_features_are_mixed_in_their_parts() -> None:
    features = torch.tensor([0.0, 10.0, 20.0])[:, None, None].expand(3, 2, 4)
    mixed = Pairs(0.75, torch.tensor([1, 1, 0])).features(features)
    assert mixed[:, 1, 3].tolist() == [2.5, 10.0, 15.0]


def test_a_frame_that_does_not_count_in_one_scene_counts_in_neither() -> None:
    labels = np.array([[0, 1, IGNORE, 0], [0, 0, 0, IGNORE]])
    batch = Batch(
        waveforms=np.zeros((2, 8), np.float32),
        labels=labels,
        bounds=np.arange(16, dtype=np.float32).reshape(2, 2, 4),
        clips=np.array([1, 0]),
        phones=labels[:, :3],
        history=labels[:, None, :3],
        taught=np.arange(8, dtype=np.float32).reshape(2, 1, 4),
    )
    first, other = Pairs(0.5, torch.tensor([1, 1])).targets(batch)
    assert first.labels.tolist() == [[0, 1, IGNORE, IGNORE], [0, 0, 0, IGNORE]]
    assert other.labels.tolist() == [[0, 0, IGNORE, IGNORE], [0, 0, 0, IGNORE]]
    assert first.phones.tolist() == [[0, 1, IGNORE], [0, 0, 0]] and other.phones.tolist() == [[0, 0, IGNORE], [0, 0, 0]]
    assert (first.history[:, 0] == first.phones).all() and (other.history[:, 0] == other.phones).all()
    assert first.clips.tolist() == [1, 0] and other.clips.tolist() == [0, 0]
    for name in ("bounds", "taught"):
        np.testing.assert_array_equal(getattr(first, name), getattr(batch, name))
        np.testing.assert_array_equal(getattr(other, name), getattr(batch, name)[[1, 1]])


class Scenes:
    def batch(self, step: int) -> list[Utterance]:
        return [sound(np.random.default_rng([step, i]), word=i < 2, seconds=2.0) for i in range(3)]


@pytest.mark.parametrize("members", [1, 2])
def test_losses_are_mixed_in_the_same_parts(members: int, recipe: Callable[..., SoundRecipe]) -> None:
    overrides = {"width": 8, "level": 5}
    network = {"preset": "phonetic", "phones_after": "phones", "overrides": overrides, "members": members}
    learner = SoundLearner(recipe(network=network, scenes={"length": 2.0}, augment=HALF))
    batch = learner.examples(Scenes()).batch(0)

    def losses() -> dict[str, torch.Tensor]:
        torch.manual_seed(7)
        return learner.train().losses(batch)

    torch.manual_seed(7)
    pairs = Pairs.drawn(3, 0.5, 1.0)
    heard = learner.train()(torch.from_numpy(batch.waveforms), pairs)
    first, other = (learner._parts(heard, targets, 1.0) for targets in pairs.targets(batch))
    for name, loss in losses().items():
        torch.testing.assert_close(loss, pairs.part * first[name] + (1 - pairs.part) * other[name])
    assert first["label"] != other["label"]


def test_what_is_measured_is_not_mixed(recipe: Callable[..., SoundRecipe], corpus) -> None:
    torch.manual_seed(1)
    mixing = SoundLearner(recipe(augment=HALF)).eval()
    plain = SoundLearner(recipe()).eval()
    plain.load_state_dict(mixing.state_dict())
    batch = plain.examples(corpus.composer("train")).batch(0)
    assert {name: part.item() for name, part in mixing.losses(batch).items()} == {
        name: part.item() for name, part in plain.losses(batch).items()
    }
