import math

import pytest
import torch
from torch.nn import functional

from specnet.train.losses import BOUNDARY_KNEE, boundary_loss, clip_loss, frame_loss, phone_loss
from specnet.train.targets import IGNORE


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1), requires_grad=True)


TARGETS = torch.tensor([[0, 0, 1, IGNORE], [2, 0, IGNORE, 0]])


def test_frame_loss_is_the_mean_of_each_kind() -> None:
    logits = random(2, 3, 4)
    each = -logits.log_softmax(1)
    background = (each[0, 0, 0] + each[0, 0, 1] + each[1, 0, 1] + each[1, 0, 3]) / 4
    positive = (each[0, 1, 2] + each[1, 2, 0]) / 2
    loss = frame_loss(logits, TARGETS, independent=False, positive_weight=3.0)
    torch.testing.assert_close(loss, background + 3 * positive)


def test_of_the_background_only_the_hardest_counts() -> None:
    logits = random(2, 3, 4)
    each = -logits.log_softmax(1)[:, 0]
    hardest = torch.stack([each[0, 0], each[0, 1], each[1, 1], each[1, 3]]).sort(descending=True).values[:2].mean()
    none = torch.where(TARGETS > 0, IGNORE, TARGETS)
    torch.testing.assert_close(frame_loss(logits, none, independent=False, hard_fraction=0.3), hardest)


def test_independent_labels_are_each_a_yes_or_no() -> None:
    logits = random(2, 2, 4)
    targets = torch.tensor([[1, IGNORE, IGNORE, IGNORE], [IGNORE] * 4])
    expected = functional.softplus(-logits[0, 0, 0]) + functional.softplus(logits[0, 1, 0])
    torch.testing.assert_close(frame_loss(logits, targets, independent=True), expected)


@pytest.mark.parametrize("independent", [False, True])
def test_frames_that_do_not_count_get_no_gradient(independent: bool) -> None:
    logits = random(2, 2 if independent else 3, 4)
    frame_loss(logits, TARGETS, independent=independent).backward()
    assert logits.grad is not None
    assert not logits.grad[0, :, 3].any() and not logits.grad[1, :, 2].any()
    assert logits.grad[0, :, 0].any() and logits.grad[0, :, 2].any()


def test_nothing_that_counts_is_no_loss() -> None:
    nothing = torch.full((2, 4), IGNORE)
    assert frame_loss(random(2, 3, 4), nothing, independent=False, hard_fraction=0.1).item() == 0
    assert phone_loss(random(2, 3, 4), nothing).item() == 0
    assert boundary_loss(random(2, 2, 4), torch.zeros(2, 2, 4), nothing).item() == 0


def test_clip_loss_learns_at_the_loudest_frame_and_at_the_most_mistaken_one() -> None:
    logits = random(2, 3, 5)
    each = logits.log_softmax(1)
    clip_loss(logits, torch.tensor([2, 0]), independent=False).backward()
    assert logits.grad is not None
    assert logits.grad[0].abs().sum(0).nonzero().flatten().tolist() == [each[0, 2].argmax().item()]
    assert logits.grad[1].abs().sum(0).nonzero().flatten().tolist() == [each[1, 0].argmin().item()]


def test_clip_loss_of_independent_labels() -> None:
    logits = torch.tensor([[[-1.0, 2.0, 0.0], [0.5, -3.0, 0.0]]])
    expected = math.log1p(math.exp(-2.0)) + math.log1p(math.exp(0.5))
    assert clip_loss(logits, torch.tensor([1]), independent=True).item() == pytest.approx(expected)


def test_boundaries_count_on_positive_frames_only() -> None:
    bounds = torch.zeros(1, 2, 4)
    targets = torch.tensor([[[9.0, 0.5, 9.0, 9.0], [9.0, BOUNDARY_KNEE / 2, 9.0, 9.0]]])
    loss = boundary_loss(bounds, targets, torch.tensor([[0, 1, IGNORE, 0]]))
    assert loss.item() == pytest.approx((0.5 - BOUNDARY_KNEE / 2 + BOUNDARY_KNEE / 8) / 2)


def test_phone_loss_is_cross_entropy_where_the_phone_is_known() -> None:
    logits, targets = random(1, 5, 3), torch.tensor([[4, IGNORE, 0]])
    expected = -(logits.log_softmax(1)[0, 4, 0] + logits.log_softmax(1)[0, 0, 2]) / 2
    torch.testing.assert_close(phone_loss(logits, targets), expected)


@pytest.mark.parametrize("independent", [False, True])
def test_a_hopeless_word_pulls_less_with_a_greater_q(independent: bool) -> None:
    def pull(q: float, logit: float) -> float:
        logits = torch.tensor([[[logit]] if independent else [[0.0], [logit]]], requires_grad=True)
        torch.autograd.backward(frame_loss(logits, torch.tensor([[1]]), independent=independent, positive_q=q))
        return float(logits.grad[0, -1, 0])

    assert [pull(0.0, -6.0), pull(0.5, -6.0), pull(1.0, -6.0)] == sorted([pull(q, -6.0) for q in (0.0, 0.5, 1.0)])
    p = 1 / (1 + math.exp(6.0))
    assert pull(0.5, -6.0) == pytest.approx(p**0.5 * pull(0.0, -6.0), rel=1e-4)
    assert pull(0.7, 6.0) == pytest.approx(pull(0.0, 6.0), rel=0.01)
