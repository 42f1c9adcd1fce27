"""How long the commands take from nothing, against `python -c "import torch"` in the same environment.

    python benchmarks/cold_start.py [--rounds 9] [--model welcome]

Every round starts each process once, in turn, so that a busy machine slows them alike; the table holds
medians. The recording is 3 s long. Aims: `specnet detect` at most 0.6 of the time of the
import, `specnet --help` at most 0.25.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from processes import compile_ours

RECORDING = Path(__file__).parents[1] / "data" / "librispeech-5339-14133-0000.flac"
TORCH = "import torch"
COMMANDS = {
    TORCH: [sys.executable, "-c", TORCH],
    "specnet detect": [sys.executable, "-m", "specnet", "detect", str(RECORDING), "--model"],
    "specnet --help": [sys.executable, "-m", "specnet", "--help"],
}
AIMS = {"specnet detect": 0.6, "specnet --help": 0.25}


def seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--model", default="welcome")
    arguments = parser.parse_args()
    COMMANDS["specnet detect"].append(arguments.model)
    compile_ours()
    for command in COMMANDS.values():  # once for the disk cache
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(arguments.rounds):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: median(values) for name, values in times.items()}
    print("| command | seconds | ratio | aim |\n|---|---|---|---|")
    for name, value in medians.items():
        print(f"| `{name}` | {value:.3f} | {value / medians[TORCH]:.2f} | {AIMS.get(name, '')} |")


if __name__ == "__main__":
    main()
