import math

import pytest
import torch
from torch.nn import functional

from specnet.train.losses import (
    BOUNDARY_KNEE,
    boundary_loss,
    clip_loss,
    divergence,
    frame_loss,
    phone_loss,
    teacher_loss,
)
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


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_focal_loss_weighs_every_frame_by_how_wrong_it_is(gamma: float) -> None:
    logits = random(2, 3, 4)
    p = logits.softmax(1)
    each = -((1 - p) ** gamma) * p.log()
    background = (each[0, 0, 0] + each[0, 0, 1] + each[1, 0, 1] + each[1, 0, 3]) / 4
    positive = (each[0, 1, 2] + each[1, 2, 0]) / 2
    loss = frame_loss(logits, TARGETS, independent=False, focal_gamma=gamma)
    torch.testing.assert_close(loss, background + positive)


def test_focal_loss_of_independent_labels_is_that_of_each() -> None:
    logits = random(1, 2, 1)
    p = torch.sigmoid(logits[0, :, 0])
    expected = -((1 - p[0]) ** 2) * p[0].log() - p[1] ** 2 * (1 - p[1]).log()
    torch.testing.assert_close(frame_loss(logits, torch.tensor([[1]]), independent=True, focal_gamma=2.0), expected)


@pytest.mark.parametrize("independent", [False, True])
def test_a_frame_that_is_certain_has_a_gradient_that_is_a_number(independent: bool) -> None:
    logits = torch.tensor([[[200.0, -200.0]]] if independent else [[[0.0, 0.0], [200.0, -200.0]]], requires_grad=True)
    torch.autograd.backward(frame_loss(logits, torch.tensor([[1, 1]]), independent=independent, focal_gamma=0.5))
    assert logits.grad is not None and logits.grad.isfinite().all() and logits.grad[0, -1, 1] != 0


def test_smoothed_targets_have_their_least_loss_at_what_they_say() -> None:
    wanted = torch.tensor([0.05, 0.9, 0.05])
    targets = torch.tensor([[1]])

    def loss(p: torch.Tensor) -> float:
        return frame_loss(p.log()[None, :, None], targets, independent=False, label_smoothing=0.15).item()

    entropy = -(wanted * wanted.log()).sum().item()
    assert loss(wanted) == pytest.approx(entropy, rel=1e-5)
    assert loss(torch.tensor([0.01, 0.98, 0.01])) > loss(wanted) < loss(torch.tensor([0.1, 0.8, 0.1]))


def test_smoothed_independent_labels_are_each_a_little_unsure() -> None:
    yes, no = math.log(0.95 / 0.05), math.log(0.05 / 0.95)
    logits = torch.tensor([[[yes], [no]]], requires_grad=True)
    torch.autograd.backward(frame_loss(logits, torch.tensor([[1]]), independent=True, label_smoothing=0.1))
    torch.testing.assert_close(logits.grad, torch.zeros(1, 2, 1), atol=1e-6, rtol=0)


def test_label_weights_are_those_of_the_mean_over_positive_frames() -> None:
    logits = random(2, 3, 4)
    each = -logits.log_softmax(1)
    background = frame_loss(logits, torch.where(TARGETS > 0, IGNORE, TARGETS), independent=False)
    weights = torch.tensor([1.0, 3.0])
    loss = frame_loss(logits, TARGETS, independent=False, label_weights=weights)
    torch.testing.assert_close(loss, background + (each[0, 1, 2] + 3 * each[1, 2, 0]) / 4)
    equal = frame_loss(logits, TARGETS, independent=False, label_weights=torch.tensor([7.0, 7.0]))
    torch.testing.assert_close(equal, frame_loss(logits, TARGETS, independent=False))
    nothing = torch.full((2, 4), IGNORE)
    assert frame_loss(logits, nothing, independent=False, label_weights=weights).item() == 0


def test_the_background_counts_by_its_weight() -> None:
    logits = random(2, 3, 4)
    once, thrice = (frame_loss(logits, TARGETS, independent=False, background_weight=w) for w in (1.0, 3.0))
    background = frame_loss(logits, torch.where(TARGETS > 0, IGNORE, TARGETS), independent=False)
    torch.testing.assert_close(thrice - once, 2 * background)


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_divergence_is_that_of_softened_probabilities(temperature: float) -> None:
    logits, theirs = random(3, 4), 3 * torch.randn(3, 4, generator=torch.Generator().manual_seed(2))
    p, q = (theirs / temperature).softmax(1), (logits / temperature).softmax(1)
    expected = temperature**2 * (p * (p / q).log()).sum(1)
    torch.testing.assert_close(divergence(logits, theirs.softmax(1), temperature), expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("independent", [False, True])
@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_who_says_what_its_teacher_says_has_nothing_to_learn(independent: bool, temperature: float) -> None:
    logits = random(2, 2 if independent else 3, 4)
    says = (torch.sigmoid(logits) if independent else logits.softmax(1)[:, 1:]).detach()
    settings = {"independent": independent, "temperature": temperature}
    assert teacher_loss(logits, says, TARGETS, **settings).item() == pytest.approx(0, abs=1e-5)
    assert teacher_loss(logits, says.flip(2), TARGETS, **settings).item() > 0.01


def test_teachers_are_heard_in_frames_that_do_not_count_otherwise_too() -> None:
    logits = random(2, 3, 4)
    taught = torch.full((2, 2, 4), 0.25)
    torch.autograd.backward(teacher_loss(logits, taught, TARGETS, independent=False))
    assert logits.grad is not None and logits.grad.abs().sum(1).all()
    each = divergence(logits.detach(), torch.cat([taught[:, :1] * 2, taught], dim=1), 1.0)
    hardest = each[TARGETS == 0].max() + 2 * each[TARGETS != 0].mean()
    settings = {"positive_weight": 2.0, "hard_fraction": 0.2}
    torch.testing.assert_close(teacher_loss(logits.detach(), taught, TARGETS, independent=False, **settings), hardest)
