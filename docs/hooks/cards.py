"""The cards of the shipped models, from the card inside each model file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specnet.runtime.bundle import Bundle, ImageBundle, read_model, shipped_models

HEAD = """# Models

What ships with specnet, from the card inside each model file. A model of [your own](../your-word.md) has such a card,
too. `specnet summary NAME` counts its layers.

| model | takes | tells | file |
|---|---|---|---|
"""
Model = Bundle | ImageBundle


def pages() -> dict[str, str]:
    models = [read_model(name) for name in shipped_models()]
    index = HEAD + "\n".join(map(row, models))
    return {"models/index.md": index} | {f"models/{model.name}.md": page(model) for model in models}


def row(model: Model) -> str:
    name, size = model.name, f"{len(model.file) / 1000:.0f} kB"
    return f"| [{name}]({name}.md) | {takes(model)} | {', '.join(model.labels)} | {size} |"


def takes(model: Model) -> str:
    if isinstance(model, ImageBundle):
        size = model.card.input
        return f"pictures, {size.channels} × {size.height} × {size.width}"
    return f"sound at {model.features.sample_rate / 1000:g} kHz"


def page(model: Model) -> str:
    facts = {
        "takes": takes(model),
        "tells": ", ".join(model.labels),
        "file": f"{len(model.file):,} bytes, SHA-256 `{model.sha256}`",
        **(sees(model) if isinstance(model, Bundle) else {}),
    }
    parts = [f"# {model.name}", table(("", ""), facts.items())]
    if isinstance(model, Bundle):
        parts += ["## Operating points", operating_points(model)]
    parts += ["## Measured", *measured(model.card.metrics)]
    parts += [
        "## Learnt from",
        table(("what", "licence"), ((each["name"], each["licence"]) for each in model.card.data)),
    ]
    recipe = json.dumps(model.card.recipe, indent=2, ensure_ascii=False)
    return "\n\n".join([*parts, "## Recipe", f"As it was trained, with every default.\n\n```json\n{recipe}\n```"])


def sees(model: Bundle) -> dict[str, str]:
    grid, features = model.grid, model.features
    rate = grid.sample_rate
    return {
        "features": f"log-mel, {features.bands} bands from {features.f_min:g} to {features.f_max:g} Hz,"
        f" a frame of {1000 * features.window / rate:g} ms every {1000 * features.hop / rate:g} ms",
        "a score": f"every {1000 * grid.stride / rate:g} ms, of the last {grid.receptive_field / rate:.2f} s",
    }


def operating_points(model: Bundle) -> str:
    rows = (
        (f"{point.false_alarms_per_hour:g}", f"{point.threshold:.3f}", percent(point.false_reject_rate))
        for point in model.operating_points
    )
    return table(("false alarms per hour", "threshold", "words missed"), rows)


def measured(metrics: Mapping[str, Any]) -> Iterator[str]:
    """For each measurement how it was done, and its figures."""
    for name, figures in metrics.items():
        yield f"**{name.capitalize()}**: {figures['how']}."
        yield table(("", ""), flat({key: value for key, value in figures.items() if key != "how"}))


def flat(figures: Mapping[str, Any], of: str = "") -> Iterator[tuple[str, str]]:
    for key, value in figures.items():
        name = f"{of} {key}".replace("_", " ").strip()
        if isinstance(value, Mapping):
            yield from flat(value, name)
        else:
            yield name, f"{value:.3g}" if isinstance(value, float) else str(value)


def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))
