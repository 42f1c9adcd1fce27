import torch

from specnet.train.augment import mask
from specnet.train.sound_recipe import Augment


def masked(augment: Augment, seed: int = 0) -> torch.Tensor:
    torch.manual_seed(seed)
    features = torch.rand(200, 40, 50)
    changed = mask(features, augment, 0.01)
    hidden = changed != features
    means = features.mean(dim=(1, 2), keepdim=True).expand_as(features)
    torch.testing.assert_close(changed[hidden], means[hidden])
    return hidden


def test_bands_are_hidden_whole_and_up_to_the_widest() -> None:
    bands = masked(Augment(time_masks=0, frequency_masks=1, frequency_width=6)).all(dim=2)
    widths = bands.sum(dim=1)
    assert set(widths.tolist()) == set(range(7))
    assert (bands.int().diff(dim=1) == 1).sum(dim=1).max() <= 1  # one run each
    assert bands[:, 0].any() and bands[:, -1].any()


def test_frames_are_hidden_by_seconds() -> None:
    widths = masked(Augment(time_masks=1, frequency_masks=0, time_width=0.1)).all(dim=1).sum(dim=1)
    assert widths.max() == 10


def test_the_masks_follow_the_seed() -> None:
    assert torch.equal(masked(Augment(), 1), masked(Augment(), 1))
    assert not torch.equal(masked(Augment(), 1), masked(Augment(), 2))
