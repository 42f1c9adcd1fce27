"""The pictures and the figures of docs/step-by-step.md, all from our own code and the recordings in data/.

    python -m benchmarks.step_by_step

writes the page from `page.md`, which lies beside this file, and its pictures into docs/step-by-step/. The chapter on a
word that moves quotes docs/shift-study.md, which `benchmarks/shift_study.py` measures on larger data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from jinja2 import Environment, StrictUndefined

from benchmarks.step_by_step import (
    arithmetic,
    edges,
    fields,
    looking,
    maps,
    networks,
    padding,
    place,
    pooling,
    spectrogram,
)
from benchmarks.step_by_step.picture import style, svg
from benchmarks.step_by_step.recordings import ROOT

PAGE, PICTURES = ROOT / "docs" / "step-by-step.md", ROOT / "docs" / "step-by-step"
TEMPLATE = Path(__file__).with_name("page.md")
CHAPTERS = (spectrogram, edges, padding, arithmetic, pooling, fields, place, maps, looking, networks)


def written() -> tuple[str, Mapping[str, str]]:
    """The page as Markdown, and its pictures by the names of their files."""
    pictures, facts = {}, {}
    with style():
        for each in CHAPTERS:
            chapter = each.chapter()
            facts[each.__name__.rpartition(".")[2]] = chapter.facts
            pictures |= {f"{name}.svg": svg(figure) for name, figure in chapter.pictures.items()}
    template = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return template.from_string(TEMPLATE.read_text(encoding="utf-8")).render(facts), pictures


def main() -> None:
    """Write them, and say where."""
    torch.set_num_threads(1)
    page, pictures = written()
    PICTURES.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        (PICTURES / name).write_text(picture, encoding="utf-8")
    PAGE.write_text(page, encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
