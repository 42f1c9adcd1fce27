from pathlib import Path

import pytest
import torch

from specnet.app.inspect import Looking, read_picture
from specnet.inspect.attribution import (
    Traced,
    activation_sum,
    baseline_of,
    class_activation,
    grad_cam,
    grad_cam_plus_plus,
    integrated_gradients,
    occlusion,
    traced,
)
from tests.unit.inspect.test_subject import pooled

DATA = Path(__file__).parents[3] / "data"


def test_the_class_activation_map_adds_up_to_the_score() -> None:
    subject = pooled()
    x = torch.rand(1, *subject.size)
    head = subject.block(subject.layer("dense1"))
    [bias] = [value for name, value in head.named_parameters() if name.endswith("bias")]
    with torch.no_grad():
        bias += 0.7  # that the map does not explain
    for label in range(3):
        found = class_activation(traced(subject, subject.layer("conv1"), x, label))
        assert found.shape == (10, 10)
        assert (found.sum() + bias[label]).item() == pytest.approx(subject(x)[0, label, 0].item(), abs=1e-5)


def test_where_slopes_are_equal_grad_cam_is_the_positive_class_activation_map() -> None:
    subject = pooled()
    found = traced(subject, subject.layer("conv1"), torch.rand(1, *subject.size), 1)
    torch.testing.assert_close(grad_cam(found), class_activation(found).relu(), atol=1e-6, rtol=1e-4)


def test_grad_cam_plus_plus_by_hand() -> None:
    maps = torch.tensor([[[[1.0, 0.0, 2.0]], [[0.0, 3.0, 0.0]]]])
    gradient = torch.tensor([[[[0.5, 0.5, 0.0]], [[-1.0, -1.0, 0.0]]]])
    # the first map: g2 / (2 g2 + sum(A g3)) = 0.25 / (0.5 + 0.125) = 0.4, twice, times 0.5; the other: no slope above 0
    torch.testing.assert_close(grad_cam_plus_plus(Traced(maps, gradient)), torch.tensor([[0.4, 0.0, 0.8]]))
    assert activation_sum(Traced(maps, gradient)).tolist() == [[1.0, 3.0, 2.0]]


def test_integrated_gradients_add_up_to_the_difference_of_the_scores() -> None:
    looking = Looking.open("digits")
    subject, x = looking.subject, torch.from_numpy(read_picture(str(DATA / "digits" / "7.png"), looking))[None]
    base = baseline_of(x)
    found = integrated_gradients(subject, x, base, 7)
    assert found.shape == x.shape
    difference = (subject(x) - subject(base))[0, 7, 0].item()
    assert difference > 5 and found.sum().item() == pytest.approx(difference, rel=0.03)
    other = integrated_gradients(subject, x, base, 2)
    assert other.sum().item() < 0.5 * difference  # each label has its own


def test_occlusion_finds_the_only_place_that_counts() -> None:
    subject = pooled()
    x = torch.zeros(1, *subject.size)
    x[0, 0, 7:10, 1:4] = 1.0
    found = occlusion(subject, x, torch.zeros_like(x), 0)[0, 0].abs()
    assert found.shape == (12, 12)
    assert found[7:10, 1:4].min() > 1e-4
    assert found[:5].max() < 1e-7 and found[:, 6:].max() < 1e-7
