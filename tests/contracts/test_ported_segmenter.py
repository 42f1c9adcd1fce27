"""The segmenter that exported pages and the example for Node run finds what specnet's own finds, on random scores."""

import json
import subprocess
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specnet.detect.gate import Gate
from specnet.detect.segmenter import Segmenter
from specnet.scan import Track
from specnet.timeline import FrameGrid
from tests.programs import program

WEB = Path(__file__).parents[2] / "specnet" / "app" / "export" / "web"
LABELS = ("a", "b", "c")
WANTED = ("a", "c")
SCRIPT = """
import { readFileSync } from "node:fs";
import { Segmenter } from "./segmenter.mjs";
const answers = JSON.parse(readFileSync(0)).map(({ card, threshold, wanted, pieces, duration }) => {
  const segmenter = new Segmenter(card, threshold, wanted);
  return [...pieces.flatMap((frames) => segmenter.push(frames)), ...segmenter.finish(duration)];
});
console.log(JSON.stringify(answers));
"""


def case(seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the port is asked, and the right answer."""
    random = np.random.default_rng(seed)
    stride = int(random.choice([160, 320, 480]))
    field = int(random.integers(1, 20)) * stride
    grid = FrameGrid(stride, field, 16_000, int(random.integers(-field, 1)))
    kinds = [
        random.random((120, 3)) ** 4,
        random.choice([0.0, 0.2, 0.6, 1.0], (120, 3)),  # many ties
        (random.integers(0, 2048, (120, 3)) + random.choice([0, 0.5], (120, 3))) / 2048,  # halves between two steps
    ]
    scores = kinds[seed % 3].astype(np.float32)
    bounds = random.uniform(-0.1, 1, (120, 2)).astype(np.float32) if seed % 2 else None
    threshold, duration = 0.3, float(random.uniform(0.5, 3))
    segmenter, gate = Segmenter(LABELS, grid), Gate(threshold, WANTED)
    found, state = segmenter.step(Track(0, scores, bounds), segmenter.start())
    expected, _ = gate.step(found + segmenter.finish(state, duration), gate.start())
    frames = [
        {"scores": row.tolist(), "bounds": [0, 0] if bounds is None else bounds[i].tolist()}
        for i, row in enumerate(scores)
    ]
    cuts = [0, *sorted(random.integers(0, 120, 6).tolist()), 120]
    question = {
        "card": {
            "labels": LABELS,
            "sampleRate": grid.sample_rate,
            "stride": grid.stride,
            "receptiveField": grid.receptive_field,
            "offset": grid.offset,
            "hasBounds": bounds is not None,
        },
        "threshold": threshold,
        "wanted": WANTED,
        "pieces": [frames[begin:end] for begin, end in pairwise(cuts)],
        "duration": duration,
    }
    return question, [asdict(segment) for segment in expected]


def test_it_finds_what_the_segmenter_finds() -> None:
    questions, expected = zip(*map(case, range(120)), strict=True)
    command = [program("node"), "--input-type=module", "--eval", SCRIPT]
    done = subprocess.run(command, input=json.dumps(questions), capture_output=True, text=True, cwd=WEB, check=False)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert sum(map(len, expected)) > 300
    for seed, (answer, right) in enumerate(zip(answers, expected, strict=True)):
        assert [segment["label"] for segment in answer] == [segment["label"] for segment in right], seed
        for ours, theirs in zip(answer, right, strict=True):
            del ours["label"], theirs["label"]
            assert ours == pytest.approx(theirs, abs=1e-9), seed
