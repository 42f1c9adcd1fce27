"""A network that is looked into: layer by layer, and from any layer on to what speaks for each label."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from specnet.core.block import Block
from specnet.core.blocks import Conv, Pointwise, Pool, Reshape
from specnet.core.stack import Stack
from specnet.inspect.fields import Layer, layers_of
from specnet.models.classifier import Recogniser
from specnet.models.heads import Head, Keyword
from specnet.models.spec import require_known
from specnet.models.summary import summarise

LOCAL = 0.5
"""Of what the network sees, so much at most is seen by a unit that still says where something is."""


class Subject(nn.Module):
    """`[B, *input, columns]` to what speaks for each label, `[B, labels, positions]`, before any softmax.

    That is the logit of the label; with a background beside the labels of a scanner, how far it is above that of the
    background, so that 0 is a probability of one half against it. `size` is the input of one decision: the bands and
    frames that one score sees, or channels, height and width of a picture. The network is put out of training.

    >>> from specnet.models.build import build
    >>> keyword = Keyword(build("tcresnet"), Head("softmax", channels=48, labels=1))
    >>> subject = Subject.of("mine", ("hello",), keyword)
    >>> subject.size, subject(torch.zeros(1, *subject.size)).shape
    ((40, 91), torch.Size([1, 1, 1]))
    """

    def __init__(
        self, name: str, labels: Sequence[str], size: tuple[int, ...], entry: nn.Module, trunk: Stack, head: nn.Module
    ) -> None:
        super().__init__()
        self.name, self.labels, self.size = name, tuple(labels), size
        self.entry, self.trunk, self.head = entry, trunk, head
        self.layers = layers_of(trunk, size[-1])
        self.eval()

    @classmethod
    def of(cls, name: str, labels: Sequence[str], network: nn.Module) -> Subject:
        """A scanner or a recogniser, as `specnet.train.learners.trained` gives it."""
        if isinstance(network, Keyword):
            trunk = network.trunk
            return cls(name, labels, (*trunk.input, trunk.window.span), nn.Identity(), trunk, _Odds(network.head))
        assert isinstance(network, Recogniser)
        classifier = network.classifier
        return cls(name, labels, classifier.size, network.norm, classifier.trunk, nn.Identity())

    def forward(self, x: Tensor) -> Tensor:
        evidence: Tensor = self.head(self.trunk(self.entry(x)))
        return evidence

    def layer(self, name: str) -> Layer:
        """The layer of that name, or the one whose numbers a layer of that name rearranges.

        Raises `SpecnetError` that names the nearest one.
        """
        known = {known: layer for layer in self.layers for known in (layer.name, *layer.aliases)}
        require_known(name, known, f"{self.name}: layer")
        return known[name]

    def block(self, layer: Layer) -> Block:
        """The block that makes the maps of a layer."""
        return dict(self.trunk.named())[layer.name]

    def below(self, layer: Layer, x: Tensor) -> Tensor:
        """The maps of a layer for an input."""
        maps: Tensor = self.trunk.split(layer.name)[0](self.entry(x))
        return maps

    def above(self, layer: Layer, maps: Tensor) -> Tensor:
        """What speaks for each label, from the maps of a layer."""
        evidence: Tensor = self.head(self.trunk.split(layer.name)[1](maps))
        return evidence

    @torch.no_grad()
    def maps(self, x: Tensor) -> dict[str, Tensor]:
        """The maps of all layers for one input, `[maps, rows, columns]` each; a map without rows has one."""
        found, x = {}, self.entry(x)
        wanted = {layer.name: layer for layer in self.layers}
        for name, block in self.trunk.named():
            x = block(x)
            if name in wanted:
                found[name] = self.as_maps(wanted[name], x)
        return found

    def as_maps(self, layer: Layer, x: Tensor) -> Tensor:
        """`[maps, rows, columns]` of what a layer gives for one input: bands that are not mixed yet are one map."""
        if x.dim() > 3:
            return x[0]
        return x if layer.rows.stride else x[0][:, None]

    @property
    def multiply_adds(self) -> int:
        """Of one decision."""
        return summarise(self.name, self.trunk, self.size[-1]).total.multiply_adds

    @property
    def cam_layer(self) -> Layer | None:
        """The layer whose maps are averaged over all places, weighted, and summed, and nothing else: there the class
        activation map exists (Zhou et al. 2016, arXiv:1512.04150). None where there is no such layer."""
        blocks = list(self.trunk.named())
        averaged = False
        while blocks and _is_linear(blocks[-1][1]):
            averaged |= _averages(blocks.pop()[1])
        return self.layer(blocks[-1][0]) if blocks and averaged else None

    @property
    def local_layer(self) -> Layer:
        """Where to look for what decided: the layer of the class activation map, or else the last whose units see at
        most half of what the network does."""
        if self.cam_layer is not None:
            return self.cam_layer
        most = LOCAL * self.layers[-1].columns.span
        return next((layer for layer in reversed(self.layers) if layer.columns.span <= most), self.layers[0])


class _Odds(nn.Module):
    """A head of a scanner, as how far each label is above the background."""

    def __init__(self, head: Head) -> None:
        super().__init__()
        self.scores = head

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.scores(x).logits
        return logits if self.scores.kind == "max" else logits[:, 1:] - logits[:, :1]


def _is_linear(block: Block) -> bool:
    """Whether each channel of the output is a weighted mean of channels, with the same weights at all places."""
    return all(map(_is_linear_leaf, _leaves(block)))


def _is_linear_leaf(block: Block) -> bool:
    match block:
        case Conv():
            return all(window.kernel == 1 for window in block.windows)
        case Pool():
            return block.mode == "average"
        case Pointwise():
            return isinstance(block.layer, nn.Dropout | nn.Dropout1d | nn.Dropout2d)
    return isinstance(block, Reshape)


def _averages(block: Block) -> bool:
    """Whether one place of it sees several."""
    return any(isinstance(leaf, Pool) and max(w.kernel for w in leaf.windows) > 1 for leaf in _leaves(block))


def _leaves(block: Block) -> list[Block]:
    return [part for part in block.modules() if isinstance(part, Block) and not isinstance(part, Stack)]
