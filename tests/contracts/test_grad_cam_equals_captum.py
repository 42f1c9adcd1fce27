"""Law: our Grad-CAM is captum's on the same layer (1e-4), for scanners and for pictures."""

import pytest
import torch
from captum.attr import LayerGradCam
from hypothesis import given, settings
from hypothesis import strategies as st

from specnet.inspect.attribution import grad_cam, traced
from specnet.inspect.subject import Subject
from specnet.models.classifier import Recogniser, classifier
from tests.contracts.conftest import Networks, features

SCANNERS = ("tcresnet", "phonetic2d", "bcresnet")


def check(subject: Subject, x: torch.Tensor, number: int) -> None:
    layer = subject.layers[number % len(subject.layers)]
    ours = grad_cam(traced(subject, layer, x, 1))
    captum = LayerGradCam(subject, subject.block(layer)).attribute(x, (1, 0), relu_attributions=True)
    theirs = captum[0, 0].reshape(ours.shape).detach()
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


@settings(max_examples=8)
@given(seed=st.integers(0, 1000), number=st.integers(1, 5), preset=st.sampled_from(SCANNERS))
def test_scanners(seed: int, number: int, preset: str, network: Networks) -> None:
    subject = Subject.of(preset, ("a", "b"), network(preset))
    check(subject, features(1, subject.size[-1], seed), number)


@pytest.mark.parametrize("number", [0, 3])
def test_pictures(number: int) -> None:
    torch.manual_seed(3)
    subject = Subject.of("resnet20-cifar", tuple(map(str, range(10))), Recogniser(classifier("resnet20-cifar")))
    check(subject, torch.rand(1, *subject.size), number)


def test_a_layer_with_a_map_that_speaks_for_it_is_not_blank(network: Networks) -> None:
    """What is compared is not all zeros."""
    subject = Subject.of("tcresnet", ("a", "b"), network("tcresnet"))
    layer = subject.layers[1]
    maps = [grad_cam(traced(subject, layer, features(1, subject.size[-1], seed), 1)) for seed in range(8)]
    assert sum(bool(each.max() > 1e-3) for each in maps) >= 2
