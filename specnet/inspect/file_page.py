"""One file looked into, as a page: what was found, where the network looked, its layers one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from specnet.inspect.decisions import Look
from specnet.inspect.fields import Layer
from specnet.inspect.maps import LayerView, Scene, layer_view
from specnet.inspect.subject import Subject
from specnet.pages.render import render
from specnet.pages.store import Store

TEMPLATES = Path(__file__).parent / "page"

WHAT = ("kernels", "maps", "cam", "scores")
"""The parts of a page."""

MOST_LOOKS = 3
"""Words, or labels of a picture, whose evidence is shown."""


class Drawn(NamedTuple):
    """What one method found: its name, an explanation, and an element that shows it."""

    method: str
    about: str
    figure: str


class Decision(NamedTuple):
    """What was decided, and where each method says that the network looked."""

    title: str
    looks: Sequence[Drawn]


@dataclass(frozen=True)
class Asked:
    """What a page is to show: the parts, of `WHAT`, and the only layer, if there is one."""

    what: Collection[str] = WHAT
    layer: Layer | None = None

    def looked_at(self, subject: Subject) -> Layer:
        """The layer that is asked where it looks."""
        return self.layer or subject.local_layer


def file_page(
    subject: Subject,
    name: str,
    x: Tensor,
    scene: Scene,
    decisions: Sequence[Decision],
    asked: Asked,
    store: Store,
    values: Mapping[str, Any],
) -> str:
    """The page of a file called `name`, HTML, whose pictures go to `store`; `x` is the input, with a batch of 1.

    `values` are those of `file.html` that differ from sound to pictures.
    """
    views = _views(subject, x, scene, asked, store)
    data = {
        "layers": {view.layer.name: _data(view, scene) for view in views},
        "edges": scene.edges,
        **{key: values[key] for key in ("corners", "duration", "size")},
    }
    page = {
        "subject": subject,
        "name": name,
        "what": asked.what,
        "views": views,
        "decisions": decisions,
        "data": json.dumps(data).replace("<", "\\u003c"),
        **values,
    }
    return render(TEMPLATES / "file.html", page, {})


def drawn(looks: Sequence[Look], draw: Callable[[Look, str], str], number: int) -> list[Drawn]:
    """Each look by `draw`, which is told a file name, too; `number` is that of the decision."""
    names = (f"look-{number}-{look.method.lower().replace('+', 'p').replace(' ', '-')}" for look in looks)
    return [Drawn(look.method, look.said, draw(look, name)) for look, name in zip(looks, names, strict=True)]


def _views(subject: Subject, x: Tensor, scene: Scene, asked: Asked, store: Store) -> list[LayerView]:
    if not {"kernels", "maps"} & set(asked.what):
        return []
    maps = subject.maps(x)
    wanted = [layer for layer in subject.layers if asked.layer in (None, layer)]
    return [layer_view(subject, layer, maps[layer.name].numpy(), scene, store) for layer in wanted]


def _data(view: LayerView, scene: Scene) -> dict[str, Any]:
    """What a page needs to frame what a unit sees: along the columns in parts of the plot, along the rows in rows."""
    layer = view.layer
    left, right = scene.seen(layer, view.first)
    return {
        "left": left,
        "width": right - left,
        "step": layer.columns.stride / scene.columns,
        "back": layer.lookback / scene.columns,
        "rows": (layer.rows.first, layer.rows.stride, layer.rows.span),
        "shape": (view.shape[0], view.shown),
    }
