"""Does it matter where in a file the word starts? One recording at 17 starting points, none a multiple of the hop.

    python benchmarks/shift.py [MODEL] [RECORDING]

The recording is put behind silence of different lengths. The scores can differ only because a frame falls on other
samples; a detector that looks at windows far apart differs much more. Aim: the top score spreads by at most 0.05.
"""

import argparse
from pathlib import Path

import numpy as np

from specnet import Detector
from specnet.audio.files import RATE, read

RECORDING = Path(__file__).parents[1] / "data" / "dir-welcome.flac"
POINTS = 17
AIM = 0.05


def starting_points(hop: int) -> list[int]:
    """Samples of silence before the recording: spread over a second, at as many different places within a hop."""
    points = [RATE // POINTS * i + hop * i // POINTS + 1 for i in range(POINTS)]
    assert all(point % hop for point in points)
    return points


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default="welcome")
    parser.add_argument("recording", nargs="?", default=RECORDING)
    arguments = parser.parse_args()
    detector = Detector.load(arguments.model)
    recording = read(arguments.recording)
    print("| starts at sample | top score | at |\n|---|---|---|")
    tops = []
    for point in starting_points(detector.bundle.features.hop):
        times, scores = detector.scores(np.concatenate([np.zeros(point, np.float32), recording]), RATE)
        tops.append(scores.max())
        print(f"| {point} | {scores.max():.4f} | {times[scores.max(axis=1).argmax()] - point / RATE:.3f} s |")
    print(f"\nspread {max(tops) - min(tops):.4f} (from {min(tops):.4f} to {max(tops):.4f}), aim at most {AIM}")


if __name__ == "__main__":
    main()
