"""Law 4: the exported step, fed in chunks by the runtime, gives the scores of the torch network."""

import copy
import itertools
from typing import get_args

import numpy as np
import pytest
import torch

from specnet.features.logmel import LogMel
from specnet.models.build import load_weights, save_weights
from specnet.models.export import step_graph
from specnet.models.heads import HeadKind
from specnet.models.spec import presets
from specnet.runtime.bundle import Bundle, ModelCard
from specnet.runtime.step import OnnxStep

EVERY = [(*each, 1) for each in itertools.product(presets(), get_args(HeadKind))]


@pytest.mark.parametrize(("preset", "head", "members"), [*EVERY, ("phonetic", "softmax", 2), ("phonetic", "mlp", 4)])
def test_exported_step_in_chunks_is_the_torch_network(network, preset, head, members):
    shipped = network(preset, head, members)
    keyword, weights = copy.deepcopy(shipped), save_weights(shipped)
    load_weights(keyword, weights)  # of half precision, as in a model file
    window, logmel = keyword.window, LogMel()
    card = ModelCard("test", ("one", "two"), logmel, keyword.grid(logmel.frames, logmel.sample_rate), head)
    step = OnnxStep(Bundle(card, step_graph(keyword), weights, b""))

    chunks = [1, 30, 2, window.warm_up, 1, 1, 17]
    rng = np.random.default_rng(3)
    features = (2 * rng.standard_normal((40, sum(chunks) * window.stride)) - 6).astype(np.float32)
    outputs, state = [], step.start()
    for chunk in np.split(features, np.cumsum(chunks)[:-1] * window.stride, axis=-1):
        scores, bounds, state = step.step(chunk, state)
        outputs.append(np.concatenate([scores, bounds], axis=1))
    got = np.concatenate(outputs)[window.warm_up :].T

    with torch.no_grad():
        whole = torch.from_numpy(features[None, :, (window.warm_up + 1) * window.stride - window.span :])
        logits, bounds = keyword(whole)
        wanted = torch.cat([keyword.head.probabilities(logits), bounds], dim=1)[0].numpy()
    np.testing.assert_allclose(got, wanted, atol=1e-5, rtol=1e-5)
    assert [part.shape for part in state] == [part.shape for part in step.start()]
