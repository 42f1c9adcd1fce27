"""The resampler of the exported page, in Node, against a sine at the new rate."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.programs import program

WEB = Path(__file__).parents[4] / "specnet" / "app" / "export" / "web"
SCRIPT = """
import { readFileSync } from "node:fs";
import { Resampler } from "./resampler.mjs";
const { from, to, pieces } = JSON.parse(readFileSync(0));
const resampler = new Resampler(from, to);
const made = [...pieces.map((piece) => resampler.push(Float32Array.from(piece))), resampler.finish()];
console.log(JSON.stringify(made.flatMap((piece) => [...piece])));
"""


def resampled(rate: int, to: int, sound: np.ndarray, cuts: list[int]) -> np.ndarray:
    question = {"from": rate, "to": to, "pieces": [piece.tolist() for piece in np.split(sound, cuts)]}
    command = [program("node"), "--input-type=module", "--eval", SCRIPT]
    done = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, cwd=WEB, check=False)
    assert done.returncode == 0, done.stderr
    return np.array(json.loads(done.stdout))


@pytest.mark.parametrize("rate", [48_000, 44_100, 16_000, 8_000])
def test_a_tone_keeps_its_pitch_its_place_and_its_strength(rate: int) -> None:
    time, to = np.arange(rate // 2) / rate, 16_000
    whole = resampled(rate, to, np.sin(2 * np.pi * 1_000 * time), [])
    assert abs(len(whole) - to // 2) <= 2
    middle = slice(1_000, 7_000)
    right = np.sin(2 * np.pi * 1_000 * np.arange(len(whole)) / to)
    np.testing.assert_allclose(whole[middle], right[middle], atol=2e-3)
    parts = resampled(rate, to, np.sin(2 * np.pi * 1_000 * time), [0, 1, 128, 129, 5_000])
    np.testing.assert_allclose(parts, whole, atol=1e-6)


def test_what_the_new_rate_cannot_hold_is_gone() -> None:
    time = np.arange(24_000) / 48_000
    assert np.abs(resampled(48_000, 16_000, np.sin(2 * np.pi * 9_000 * time), [])[1_000:7_000]).max() < 1e-3
