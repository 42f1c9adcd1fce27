"""What `specnet detect` takes as a process: to start, in memory, beside a second one, and on disk."""

import compileall
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import click
from engines import OTHERS
from memory import wav
from packaging.requirements import Requirement
from welcome import markdown

ROOT = Path(__file__).parents[1]
SHORT = ROOT / "data" / "librispeech-5339-14133-0000.flac"
FILES, FILE_MINUTES = 8, 60
LIGHT = "import numpy, onnxruntime, soundfile"
OPEN_WAKE_WORD = f"""
import soundfile
from openwakeword.model import Model
model = Model(wakeword_models=['alexa'], inference_framework='onnx')
sound = soundfile.read({str(SHORT)!r}, dtype='int16')[0]
for first in range(0, len(sound) - 1279, 1280):
    model.predict(sound[first : first + 1280])
"""

MEASURE = """
import resource, subprocess, sys, time
begin = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
took, used = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, took, used.ru_maxrss / 1024)
sys.exit(code)
"""
"""A process begins as a copy of the one that starts it, whose memory counts: so that has to be a small one."""


def child(command: Sequence[str]) -> tuple[float, float, float]:
    """CPU seconds, seconds by the clock and peak megabytes of a process."""
    measured = subprocess.run([sys.executable, "-S", "-c", MEASURE, *command], stdout=subprocess.PIPE, text=True)
    if measured.returncode:
        raise click.ClickException(f"{' '.join(command)[:200]}: exit code {measured.returncode}")
    cpu, clock, peak = map(float, measured.stdout.split())
    return cpu, clock, peak


def compile_ours() -> None:
    """As pip leaves a package: where Python is told to write no byte code, ours would be compiled at every start."""
    compileall.compile_dir(ROOT / "specnet", quiet=1)


def ours(model: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "specnet", "detect", "--model", model, *options]


def cold_table(model: str, rounds: int) -> str:
    """From the start of a process to the result on 3 s of sound."""
    compile_ours()
    commands = {"specnet detect": ours(model, str(SHORT)), LIGHT: [sys.executable, "-c", LIGHT]}
    aims = {LIGHT: "at most 1.5", "openwakeword": "at most 0.6"}
    if find_spec("openwakeword"):
        commands["openwakeword"] = [sys.executable, "-c", OPEN_WAKE_WORD]
    figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            took = child(command)
            figures[name] += [took] * (number > 0)  # the first is for the disk cache
    at = {name: [median(column) for column in zip(*values, strict=True)] for name, values in figures.items()}
    quick = at["specnet detect"][0]
    rows = [
        [name, f"{cpu:.3f}", f"{clock:.3f}", f"{peak:.0f} MB", f"{quick / cpu:.2f}", aims.get(name, "")]
        for name, (cpu, clock, peak) in at.items()
    ]
    return markdown(["3 s, from nothing", "CPU seconds", "by the clock", "peak memory", "ratio of CPU", "aim"], rows)


def memory_table(model: str, hours: int) -> str:
    """Peak memory on a short and a long recording, through a pipe."""
    command = [sys.executable, str(Path(__file__).with_name("memory.py")), "--model", model, "--hours", str(hours)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def jobs_table(model: str, folder: Path) -> str:
    """Two processes against one, on files that take a second each and more."""
    compile_ours()
    content, files = b"".join(wav(FILE_MINUTES / 60)), [folder / f"{number}.wav" for number in range(FILES)]
    for file in files:
        file.write_bytes(content)
    command = ours(model, *map(str, files), "--jobs")
    one, two = (
        [median(column) for column in zip(*(child([*command, jobs]) for _ in range(3)), strict=True)] for jobs in "12"
    )
    rows = [
        [what, f"{one[i]:.2f}", f"{two[i]:.2f}", f"{one[i] / two[i]:.2f}", aim]
        for i, what, aim in ((1, "seconds by the clock", "at least 1.8"), (0, "CPU seconds", ""))
    ]
    return markdown([f"{FILES} files of {FILE_MINUTES} min", "--jobs 1", "--jobs 2", "ratio", "aim"], rows)


def size_table() -> str:
    """What an installation takes on disk, of itself and with all that it brings."""
    names = ["specnet", *(name for name, (module, _) in OTHERS.items() if find_spec(module))]
    rows = []
    for name in names:
        sizes = {each: megabytes(each) for each in brought(name, set())}
        rows.append([name, f"{sizes[name]:.1f} MB", f"{sum(sizes.values()):.0f} MB"])
    return markdown(["installed", "itself", "with what it needs"], rows)


def megabytes(name: str) -> float:
    if name == "specnet":
        files = [path for path in (ROOT / "specnet").rglob("*") if "__pycache__" not in path.parts]
    else:
        files = [Path(str(file.locate())) for file in distribution(name).files or ()]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def brought(name: str, seen: set[str]) -> set[str]:
    """The distribution and all that it requires; one that is not there is left out."""
    if name not in seen:
        seen.add(name)
        for requirement in map(Requirement, distribution(name).requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                brought(requirement.name, seen)
    return seen
