"""Images to classes: a trunk that ends in one channel per class, and heads that only help to train it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from specnet.core.branches import Gate
from specnet.core.stack import Stack
from specnet.errors import SpecnetError
from specnet.models.spec import NetworkSpec, Preset, read_spec


class Classifier(nn.Module):
    """`[B, C, H, W]` to logits `[B, classes, positions]`: one position for an image of the size it was built for.

    A wider image gives the logits of every place the network fits, as a scanner does in time: those of the crops, where
    no layer is padded.

    Raises `SpecnetError` where the trunk does not end in channels alone, or a head differs in classes or positions.
    """

    def __init__(self, trunk: Stack, size: tuple[int, ...], auxiliary: Mapping[str, Stack]) -> None:
        super().__init__()
        if len(trunk.output) != 1:
            raise SpecnetError(f"the network gives {trunk.output}: end it in a dense layer, whose channels are classes")
        ends = trunk.window.output(size[-1])
        for name, head in auxiliary.items():
            if head.output != trunk.output:
                raise SpecnetError(f"the head after {name} gives {head.output}, but the network {trunk.output}")
            lower, _ = trunk.split(name)
            positions = lower.window.then(head.window).output(size[-1])
            if positions != ends:
                raise SpecnetError(
                    f"the head after {name} looks at {positions} positions of an input of {_text(size)}, but the "
                    f"network at {ends}: pool them (kernel = 'all'), or take all of them (frames = 'all')"
                )
        self.size = size
        self.trunk = trunk
        self.auxiliary = nn.ModuleDict(auxiliary)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.trunk(images)
        return logits

    def logits(self, images: Tensor) -> dict[str, Tensor]:
        """Those of the network itself, under the name `""`, and of every auxiliary head: what training wants."""
        found: dict[str, Tensor] = {}
        x = images
        for name, block in self.trunk.named():
            x = block(x)
            if name in self.auxiliary:
                found[name] = self.auxiliary[name](x)
        return {"": x, **found}

    @property
    def stride(self) -> int | None:
        """Pixels between two places of a scan along the width, None where a layer pads it or looks at all of it.

        >>> classifier("lenet5").stride is None, classifier("digits-scan").stride
        (True, 4)
        """
        gated = any(isinstance(block, Gate) for block in self.trunk.modules())
        return None if gated or self.trunk.window.padded else self.trunk.window.stride


class Recogniser(nn.Module):
    """A classifier with the normalisation of its pictures: `[B, C, H, W]` in 0..1 to logits, or probabilities.

    Every channel is taken less its mean and over its deviation, in all pictures of the training.

    >>> Recogniser(classifier("digits-scan")).eval().probabilities(torch.zeros(2, 1, 28, 36)).shape
    torch.Size([2, 10, 3])
    """

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(classifier.size[0], affine=False)
        self.classifier = classifier

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.norm(images))
        return logits

    def logits(self, images: Tensor) -> dict[str, Tensor]:
        """Those of the network and of its auxiliary heads; see `Classifier.logits`."""
        return self.classifier.logits(self.norm(images))

    def probabilities(self, images: Tensor) -> Tensor:
        """`[B, classes, positions]`, of sum 1 at each position."""
        return torch.softmax(self(images), dim=1)


def classifier(
    preset: Preset,
    *,
    input: tuple[int, ...] | None = None,
    overrides: Mapping[str, float] | None = None,
) -> Classifier:
    """The network of an image preset (its name, a TOML file or its path), with fresh weights.

    `input` (channels, height, width) replaces that of the preset, `overrides` its parameters by name.

    Raises `SpecnetError` where there is no such preset or parameter, or the layers do not fit the input.
    """
    return classifier_of(read_spec(preset, overrides), input)


def classifier_of(spec: NetworkSpec, input: tuple[int, ...] | None = None) -> Classifier:
    """The network of a spec; see `classifier`."""
    size = input or spec.input
    if not size:
        raise SpecnetError(f"{spec.name}: a scanner of sound, not a network for images: its preset names no input")
    *shape, length = size
    trunk = spec.build(tuple(shape), length)
    heads = spec.build_auxiliary(trunk, length)
    try:
        return Classifier(trunk, size, heads)
    except SpecnetError as error:
        raise SpecnetError(f"{spec.name}: {error}") from None


def _text(size: tuple[int, ...]) -> str:
    return "x".join(map(str, size))
