from collections.abc import Callable

import numpy as np
import pytest
import torch

from specnet.data.utterance import Utterance
from specnet.errors import SpecnetError
from specnet.train.losses import clip_loss, frame_loss, phone_loss
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe
from tests.unit.train.conftest import sound


def phonetic(members: int) -> dict[str, object]:
    overrides = {"width": 12, "level": 20}
    return {"preset": "phonetic", "phones_after": "phones", "overrides": overrides, "members": members}


class Scenes:
    def batch(self, step: int) -> list[Utterance]:
        return [sound(np.random.default_rng([step, i]), word=i < 2, seconds=5.0) for i in range(3)]


@pytest.mark.parametrize("kind", ["frames", "clip"])
def test_each_member_has_a_loss_of_its_own(recipe: Callable[..., SoundRecipe], kind: str) -> None:
    section = {"kind": kind, "phone_weight": 0.1, "history_weight": 0.1}
    wanted = recipe(
        network={**phonetic(3), "history": 2}, scenes={"length": 5.0}, loss=section, augment={"time_masks": 0}
    )
    learner = SoundLearner(wanted).eval()
    batch = learner.examples(Scenes()).batch(0)
    scores, phones, history = learner(torch.from_numpy(batch.waveforms))
    assert phones is not None and history is not None
    assert len(scores.logits) == len(phones) == len(history) == 3 * len(batch.waveforms)
    assert batch.labels.any(axis=1).tolist() == [True, True, False], "or the order of the targets would not matter"
    labels, clips = torch.from_numpy(batch.labels), torch.from_numpy(batch.clips)
    alone = [
        frame_loss(logits, labels, independent=False)
        if kind == "frames"
        else clip_loss(logits, clips, independent=False)
        for logits in (scores.logits[member::3] for member in range(3))
    ]
    torch.testing.assert_close(learner.losses(batch)["label"], torch.stack(alone).mean())
    said = torch.from_numpy(batch.history)
    alone = [phone_loss(logits, said) for logits in (history[member::3] for member in range(3))]
    torch.testing.assert_close(learner.losses(batch)["history"], torch.stack(alone).mean())
    loss = learner.loss(learner.losses(batch))
    torch.autograd.backward(loss)
    assert learner.history is not None and learner.history.weight.grad is not None
    assert all((part != 0).any() for part in learner.history.weight.grad.chunk(3))
    for weight in learner.keyword.head.parameters():
        assert all((part != 0).any() for part in weight.grad.chunk(3))  # type: ignore[union-attr]


def test_a_preset_without_members_is_refused(recipe: Callable[..., SoundRecipe]) -> None:
    wanted = recipe(network={"preset": "tcresnet", "members": 2}, scenes={"length": 3.0}, loss={})
    with pytest.raises(SpecnetError, match="members"):
        SoundLearner(wanted)
