import pytest
import torch

from specnet.core.window import Window
from specnet.errors import SpecnetError
from specnet.models.build import build
from specnet.models.heads import Head, Keyword
from specnet.timeline import FrameGrid


@pytest.mark.parametrize(("kind", "classes"), [("max", 3), ("softmax", 4), ("mlp", 4)])
def test_logits_and_probabilities_of_each_kind(kind, classes):
    head = Head(kind, channels=8, labels=3)
    scores = head(torch.randn(2, 8, 11))
    assert scores.logits.shape == (2, classes, 11) and scores.bounds is None
    probabilities = head.probabilities(scores.logits)
    assert probabilities.shape == (2, 3, 11)
    assert (probabilities >= 0).all() and (probabilities <= 1).all()


def test_background_is_the_first_class_and_dropped():
    head = Head("softmax", channels=8, labels=2)
    logits = torch.tensor([2.0, 0.0, -1.0]).reshape(1, 3, 1)
    expected = torch.softmax(logits, dim=1)[:, 1:]
    torch.testing.assert_close(head.probabilities(logits), expected)
    torch.testing.assert_close(Head("max", 8, 3).probabilities(logits), torch.sigmoid(logits))


@pytest.mark.parametrize("kind", ["max", "softmax", "mlp"])
def test_bounds_are_two_spans_of_time(kind):
    scores = Head(kind, channels=8, labels=1, boundaries=True)(10 * torch.randn(2, 8, 50))
    assert scores.bounds.shape == (2, 2, 50)
    assert (scores.bounds >= 0).all()


@pytest.mark.parametrize("kind", ["max", "softmax", "mlp"])
def test_members_say_the_mean_of_what_each_says_of_its_channels(kind):
    head = Head(kind, channels=12, labels=2, boundaries=True, members=3)
    x = torch.randn(2, 12, 7)
    apart, together = head.apart(x), head(x)
    for said, mean in zip(apart, together, strict=True):
        torch.testing.assert_close(said.unflatten(0, (2, 3)).mean(1), mean)
    other = x.clone()
    other[:, 4:8] += 1.0  # what the second of three reads
    changed = (head.apart(other).logits != apart.logits).flatten(1).any(1)
    assert changed.tolist() == [False, True, False] * 2


def test_members_of_a_trunk_never_meet():
    trunk = build("phonetic", overrides={"width": 12, "members": 3, "level": 20}).eval()
    keyword = Keyword(trunk, Head("softmax", 12, labels=1, members=3)).eval()
    x = torch.randn(1, 40, trunk.window.span)
    before = keyword.head.apart(trunk(x)).logits
    with torch.no_grad():
        for weight in trunk.parameters():
            weight[len(weight) // 3 : 2 * len(weight) // 3] += 0.5  # every channel belongs to one of them
    changed = (keyword.head.apart(trunk(x)).logits - before).abs().flatten(1).amax(1)
    assert changed[1] > 1e-3 and changed[0] == changed[2] == 0


def test_members_divide_the_channels():
    with pytest.raises(SpecnetError, match="3 members must divide the 8 channels of the trunk"):
        Head("max", 8, 1, members=3)


def test_unknown_heads_and_no_labels_are_refused():
    with pytest.raises(SpecnetError, match="head 'min' is unknown; there are max, softmax, mlp"):
        Head("min", 8, 1)
    with pytest.raises(SpecnetError, match="at least one label, not 0"):
        Head("max", 8, 0)


def test_keyword_needs_a_trunk_of_channels_alone():
    trunk, _ = build("bcresnet").split("conv1")
    with pytest.raises(SpecnetError, match=r"trunk gives \(16, 20\): flatten it first"):
        Keyword(trunk, Head("max", 16, 1))


def test_the_grid_of_the_scan_is_that_of_features_and_network_together():
    keyword = Keyword(build("phonetic", width=8), Head("max", 8, 1))
    assert keyword.grid(Window(512, stride=160), 16_000) == FrameGrid(320, 512 + 281 * 160, 16_000)


def test_a_chunk_that_is_no_multiple_of_the_stride_is_refused():
    keyword = Keyword(build("phonetic", width=8), Head("max", 8, 1))
    x = torch.zeros(1, 40, 7)
    with pytest.raises(SpecnetError, match="7 frames is no multiple of the stride 2"):
        keyword.step(x, keyword.start(x))
