"""A model as TorchScript: `torch.jit.load` opens it without specnet, and its interface is that of the ONNX graph."""

from __future__ import annotations

import io
import json
import warnings

import torch
from torch import Tensor, nn

from specnet.app.export.interface import Interface
from specnet.errors import SpecnetError
from specnet.features.torch_logmel import TorchLogMel
from specnet.models.export import Step
from specnet.models.heads import Keyword
from specnet.runtime.bundle import Bundle
from specnet.train.learners import trained

METADATA = "specnet.json"
"""The extra file with what the model says about itself."""

EXAMPLE_STRIDES = 8


def torchscript(bundle: Bundle) -> bytes:
    """The module as a file: ``forward(samples, state)`` gives scores, bounds where there are any, and the next state.

    `Interface` says what they are. Raises `SpecnetError` where the model does not keep the recipe or the weights of its
    network.
    """
    interface = Interface(bundle)
    try:
        keyword = trained(bundle)
    except SpecnetError as error:
        raise SpecnetError(
            f"model {bundle.name}: {error}: TorchScript is made from the recipe and the weights in a model"
        ) from error
    assert isinstance(keyword, Keyword)
    module = _Exported(keyword, interface).eval()
    example = torch.zeros(1, EXAMPLE_STRIDES * interface.grid.stride), torch.zeros(1, interface.size)
    file = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # deprecated, but what this format is: see docs/decisions/0022-exported-models.md
        warnings.simplefilter("ignore", FutureWarning)
        script = torch.jit.freeze(torch.jit.trace(module, example))  # type: ignore[no-untyped-call]
        torch.jit.save(script, file, _extra_files={METADATA: json.dumps(interface.metadata())})
    return file.getvalue()


class _Exported(nn.Module):
    """The log-mel and one step of the network, with a state that is one tensor."""

    start: Tensor

    def __init__(self, keyword: Keyword, interface: Interface) -> None:
        super().__init__()
        self.step, self.logmel, self.interface = Step(keyword), TorchLogMel(interface.bundle.features), interface
        self.register_buffer("start", torch.tensor(interface.start))

    def forward(self, samples: Tensor, state: Tensor) -> tuple[Tensor, ...]:
        carried, network, stride = self.interface.carried, self.interface.network, self.interface.grid.stride
        kept = torch.where(state[:, :1] != 0, state[:, 1:], self.start)
        before, *parts = torch.split(kept, [carried, *(part.size for part in network)], dim=1)
        states = [part.reshape(known.shape) for part, known in zip(parts, network, strict=True)]
        # refuses what is no multiple of the stride
        whole = samples.reshape(-1, stride).reshape(1, -1)
        heard = torch.cat([before, whole], dim=1)
        features = self.logmel(heard[:, : heard.shape[1] - self.interface.delay])
        results = self.step(features, *states)
        told, after = results[: len(results) - len(network)], results[len(results) - len(network) :]
        begun, last = torch.ones(1, 1), heard[:, heard.shape[1] - carried :]
        following = torch.cat([begun, last, *(part.reshape(1, -1) for part in after)], dim=1)
        return (*(part.transpose(1, 2) for part in told), following)
