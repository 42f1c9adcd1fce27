"""What learns: a network with its losses, and with how it is judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn

Figures = dict[str, float]


class Goal(NamedTuple):
    """The figures by which epochs are compared: a rate of errors, and how many could be made."""

    rate: str
    of: str


class Examples(Protocol):
    """What is learnt from: the batch of a step is the same whenever and wherever it is asked for."""

    def batch(self, step: int) -> Any: ...


class Learner(nn.Module, ABC):
    """A network and what training needs to know of it: the loop knows nothing else.

    What a batch, a composer and validation data are is a matter of the kind of learner.
    """

    goal: ClassVar[Goal]

    @property
    @abstractmethod
    def product(self) -> nn.Module:
        """What will be shipped: the rest is there to train it."""

    @property
    @abstractmethod
    def layers(self) -> dict[str, nn.Module]:
        """The layers of the product by name, in order: what another training may take over."""

    @abstractmethod
    def examples(self, composer: Any) -> Examples:
        """What `composer` composes, with targets for this network."""

    @property
    def renews(self) -> bool:
        """Whether each epoch learns from what `hardened` makes of the composer."""
        return False

    def hardened(self, composer: Any) -> Any:
        """A composer that has more of what this network finds hard."""
        return composer

    @abstractmethod
    def losses(self, batch: Any, history: Sequence[Figures] = ()) -> dict[str, Tensor]:
        """The parts of the loss by name, not yet weighted; `history` has the figures of the epochs so far."""

    @abstractmethod
    def loss(self, parts: dict[str, Tensor]) -> Tensor:
        """The weighted sum that is minimised."""

    @abstractmethod
    def weights(self, history: Sequence[Figures]) -> Figures:
        """What the figures of the epochs so far make of the weights in the next one's losses, if anything."""

    @abstractmethod
    def measure(self, validation: Any) -> Figures:
        """How good the network is on data held out of training: `validation_loss`, those of `goal`, and others."""


def seed_step(seed: int, step: int) -> None:
    """Make what torch draws in this step a function of (seed, step), so that a resumed training draws the same."""
    torch.manual_seed(int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0]))
