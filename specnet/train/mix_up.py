"""Mix-up of sound (Zhang et al. 2017, arXiv:1710.09412): a network hears something between two scenes, and is to say
what is between their targets.

What is mixed are log-mel features, not waveforms. The sum of two waveforms is a scene that exists, one talker louder
than the other, and a word is in it or not; between two spectrograms there is only a straight line, and along it the
targets may change as evenly as the input, whatever the levels of the scenes are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from specnet.train.examples import Batch
from specnet.train.targets import IGNORE


@dataclass(frozen=True)
class Pairs:
    """`part` of every scene of a batch, and the rest of the one whose number is in `partners` [B]: perhaps itself."""

    part: float
    partners: Tensor

    @staticmethod
    def drawn(scenes: int, alpha: float, share: float) -> Pairs:
        """The part from Beta(alpha, alpha), any partner for a `share` of scenes; from torch's global generator.

        >>> Pairs.drawn(3, alpha=0.2, share=0.0).partners
        tensor([0, 1, 2])
        """
        part = torch.distributions.Beta(alpha, alpha).sample().item()
        mixed = torch.rand(scenes) < share
        return Pairs(part, torch.where(mixed, torch.randperm(scenes), torch.arange(scenes)))

    def features(self, features: Tensor) -> Tensor:
        """What is between the features [B, bands, T] of scenes."""
        return self.part * features + (1 - self.part) * features[self.partners]

    def targets(self, batch: Batch) -> tuple[Batch, Batch]:
        """The targets of every scene, and those of its partner, to be learnt in these parts.

        A frame that does not count in one of two scenes counts in neither: of what is between something and nobody
        knows what, nothing is known.
        """
        partners = self.partners.numpy()
        labels, phones, history = batch.labels, batch.phones, batch.history
        first = replace(
            batch,
            labels=_known(labels, labels[partners]),
            phones=_known(phones, phones[partners]),
            history=_known(history, history[partners]),
        )
        other = replace(
            batch,
            labels=_known(labels[partners], labels),
            bounds=batch.bounds[partners],
            clips=batch.clips[partners],
            phones=_known(phones[partners], phones),
            history=_known(history[partners], history),
            taught=batch.taught[partners],
        )
        return first, other


def _known(targets: NDArray[np.int64], beside: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(beside == IGNORE, IGNORE, targets)
