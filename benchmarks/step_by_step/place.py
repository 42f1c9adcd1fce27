"""A network that sees all at once against one that slides, when the word moves: as docs/shift-study.md measured it."""

from __future__ import annotations

import re

import numpy as np

from benchmarks.step_by_step import recordings
from benchmarks.step_by_step.picture import Chapter, Floats, panels
from specnet.audio.files import RATE
from specnet.images.files import read as read_picture

STUDY = recordings.ROOT / "docs" / "shift-study.md"
DELAYS = (0.0, 0.333, 0.667)  # seconds of silence before the greeting; no multiples of a hop
MOVED, AWAY = 2, 8  # pixels

Rows = dict[str, list[float]]


def study() -> list[tuple[str, str, list[float], Rows]]:
    """The tables of the study: title, unit, shifts, and the share of right answers in per cent by network."""
    found = []
    for part in STUDY.read_text(encoding="utf-8").split("\n### ")[1:]:
        title, *lines = (line for line in part.splitlines() if line.strip())
        head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
        unit = re.search(r"\((.*)\)", head[0])
        assert unit
        shares = {name: [float(cell.rstrip("%")) for cell in cells] for name, *cells in rows}
        found.append((title, unit[1], [float(shift) for shift in head[1:]], shares))
    return found


def tracks() -> list[tuple[Floats, Floats]]:
    """The times and scores of the shipped model for the greeting, each time after so much more silence."""
    wave, detector = recordings.waveform(recordings.GREETING), recordings.welcome().detector
    silent = (np.zeros(round(delay * RATE), np.float32) for delay in DELAYS)
    found = (detector.scores(np.concatenate([each, wave]), RATE) for each in silent)
    return [(times, scores[:, 0]) for times, scores in found]


def changed() -> tuple[int, int]:
    """Of how many inputs of a layer that sees the whole of a digit, how many are others when it moves."""
    picture = read_picture(recordings.DATA / "digits" / "7.png")
    return picture.size, int((picture != np.roll(picture, MOVED, axis=-1)).sum())


def chapter() -> Chapter:
    studies = study()
    figure, axes = panels(1, 2, 2.7)
    for axis, (title, unit, shifts, rows) in zip(axes[0], studies, strict=True):
        for name, shares in rows.items():
            axis.plot(shifts, shares, marker=".", label=name.partition(",")[0])
        axis.set(title=title, xlabel=f"moved by ({unit})", ylim=(0, 104))
    axes[0, 0].set(ylabel="right answers in per cent")
    axes[0, 0].legend(loc="lower left", fontsize=8)
    late, boxes = panels(1, 1, 1.7)
    for delay, (times, scores) in zip(DELAYS, tracks(), strict=True):
        boxes[0, 0].plot(times, scores, label=f"{1000 * delay:.0f} ms later" if delay else "as it was recorded")
    boxes[0, 0].set(xlabel="seconds", ylabel="score", ylim=(0, 1.04), xlim=(0, None))
    boxes[0, 0].legend(loc="center right", fontsize=8)
    tops = [float(scores.max()) for _, scores in tracks()]
    (_, _, seconds, words), (_, _, pixels, digits) = studies
    (all_at_once, slid), digit = words.values(), next(iter(digits.values()))
    inputs, others = changed()
    facts = {
        "at_place": all_at_once[seconds.index(0)], "late": all_at_once[-1],
        "slid": sorted({min(slid), max(slid)}), "moved": seconds[-1], "tops": [f"{top:.3f}" for top in tops],
        "weights": [name.split()[-2] for name in words], "inputs": inputs, "others": others, "pixels": MOVED,
        "digit_at_place": digit[pixels.index(0)], "digit_moved": digit[pixels.index(AWAY)], "away": AWAY,
    }  # fmt: skip
    return Chapter({"place": figure, "late": late}, facts)
