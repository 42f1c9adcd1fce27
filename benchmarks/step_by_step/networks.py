"""From LeNet-5 to EfficientNet: where the parameters are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.step_by_step.picture import Chapter, panels
from specnet.app.summary import summary
from specnet.cli.summary_formats import count_text
from specnet.models.figures import Summary

NETWORKS = ("lenet5", "alexnet-lrn", "vgg16", "googlenet", "resnet50", "densenet121", "mobilenet_v2", "efficientnet_b0")
DRAWN = ("alexnet-lrn", "vgg11", "vgg16", "vgg19", "googlenet", "resnet18", "resnet34", "resnet50", "resnet152")


@dataclass(frozen=True)
class Share:
    """The parameters of a network in its fully connected layers, and in all others."""

    connected: int
    others: int

    @classmethod
    def of(cls, found: Summary) -> Share:
        connected = sum(row.parameters for row in found.rows if row.kind == "dense")
        return cls(connected, found.total.parameters - connected)


def table() -> str:
    """Without the heads that only help to train."""
    rows = [
        "| network | layers that learn | parameters | fully connected | multiply-adds |",
        "|---|---:|---:|---:|---:|",
    ]
    for name in NETWORKS:
        found = summary(name)
        share, total = Share.of(found), found.total
        learn = sum(1 for row in found.rows if row.weights)
        rows.append(
            f"| `{name}` | {learn} | {total.parameters:,} | {share.connected / total.parameters:.0%} "
            f"| {count_text(total.multiply_adds)} |"
        )
    return "\n".join(rows)


def chapter() -> Chapter:
    found = {name: summary(name) for name in DRAWN}
    shares = {name: Share.of(each) for name, each in found.items()}
    figure, axes = panels(1, 1, 2.9)
    places = np.arange(len(DRAWN))[::-1]
    others, connected = (
        np.array([getattr(each, key) for each in shares.values()]) / 1e6 for key in ("others", "connected")
    )
    axes[0, 0].barh(places, others, label="convolutions")
    axes[0, 0].barh(places, connected, left=others, label="fully connected")
    axes[0, 0].set_yticks(places, list(DRAWN))
    axes[0, 0].set(xlabel="million parameters")
    axes[0, 0].legend(loc="lower right")
    vgg, resnet = found["vgg16"], found["resnet50"]
    nodes = [row for row in found["alexnet-lrn"].rows if row.weights]
    facts = {
        "table": table(), "vgg": vgg.total.parameters, "vgg_connected": shares["vgg16"].connected,
        "vgg_share": shares["vgg16"].connected / vgg.total.parameters, "resnet": resnet.total.parameters,
        "resnet_share": shares["resnet50"].connected / resnet.total.parameters,
        "times": vgg.total.parameters / resnet.total.parameters,
        "vgg19_mb": found["vgg19"].total.parameter_memory / 1e6,
        "alexnet": [f"{row.memory // 4:,}" for row in nodes],
    }  # fmt: skip
    return Chapter({"networks": figure}, facts)
