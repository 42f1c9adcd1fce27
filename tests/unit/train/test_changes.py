"""What `--drop` means for each kind of key."""

from typing import Any

import pytest

from specnet.errors import SpecnetError
from specnet.train.changes import change, comparable, without
from specnet.train.recipe import Recipe
from specnet.train.recipes import recipe_of

SOUND: dict[str, Any] = {
    "name": "hey",
    "labels": ["hey"],
    "data": {"speech": ["talks"], "others": ["phrases"], "judges": ["exam"]},
    "network": {"preset": "phonetic", "members": 2, "overrides": {"dropout": 0.1, "width": 64}},
    "features": {"quiet": 1e-3},
    "loss": {"hard_fraction": 0.1, "positive_q": 0.7},
}
IMAGE: dict[str, Any] = {
    "name": "numbers",
    "kind": "image",
    "background": "none",
    "data": {"set": "mnist"},
    "network": {"preset": "lenet5"},
    "augment": {"shift": 2, "flip": True, "rotation": 5.0},
}


def recipe(values: dict[str, Any]) -> Recipe:
    return recipe_of(values)


@pytest.mark.parametrize(
    ("values", "key", "changed"),
    [
        (SOUND, "scenes.noise_share", "scenes.noise_share = 0.0"),
        (SOUND, "loss.boundary_weight", "loss.boundary_weight = 0.0"),
        (SOUND, "loss.hard_fraction", "loss.hard_fraction = 1.0"),
        (SOUND, "scenes.speed", "scenes.speed = [1.0, 1.0]"),
        (SOUND, "network.members", "network.members = 1"),
        (SOUND, "network.overrides.dropout", "network.overrides.dropout = 0.0"),
        (SOUND, "network.overrides.width", "network.overrides.width = none"),
        (SOUND, "data.noise", "data.noise = False"),
        (SOUND, "data.others", "data.others = []"),
        (SOUND, "features.quiet", "features.quiet = 0.0"),
        (SOUND, "loss", "loss.boundary_weight = 0.0, loss.hard_fraction = 1.0, loss.positive_q = 0.0"),
        (SOUND, "features", "features.quiet = 0.0"),
        (SOUND, "schedule.average_decay", "schedule.average_decay = 0.0"),
        (IMAGE, "augment", "augment.flip = False, augment.rotation = 0.0, augment.shift = 0"),
        (IMAGE, "augment.flip", "augment.flip = False"),
        (IMAGE, "background", "background = none"),
    ],
)
def test_off(values: dict[str, Any], key: str, changed: str) -> None:
    assert change(recipe(values), without(recipe(values), key)) == changed


def test_a_network_of_ones_own_is_called_by_its_file_and_is_never_off() -> None:
    own = {"name": "own.toml", "text": 'layers = [{ kind = "norm" }]'}
    wanted = recipe({**SOUND, "network": {"preset": own, "overrides": {"dropout": 0.1}}})
    other = recipe({**SOUND, "network": {"preset": {**own, "name": "other.toml"}, "overrides": {"dropout": 0.1}}})
    assert change(wanted, other) == "network.preset = other.toml"
    assert change(wanted, without(wanted, "network")) == "network.overrides.dropout = none"
    for key in ("network.preset", "network.preset.text"):
        with pytest.raises(SpecnetError, match=f"--drop {key}: no value turns it off"):
            without(wanted, key)


@pytest.mark.parametrize(
    ("values", "key", "message"),
    [
        (SOUND, "augment.noise", "--drop augment.noise: unknown key; did you mean data.noise?"),
        (SOUND, "positive_q", "unknown key; did you mean loss.positive_q?"),
        (SOUND, "loss.positive_q.value", "unknown key; did you mean loss.positive_q?"),
        (IMAGE, "augment.shfit", "unknown key; did you mean augment.shift?"),
        (SOUND, "loss.phone_weight", "--drop loss.phone_weight: it is off already"),
        (SOUND, "scenes.snr_db", "no value turns it off (scenes.snr_db"),
        (SOUND, "schedule.epochs", "compare it with others by --try schedule.epochs=VALUE"),
        (SOUND, "scenes.keyword_share", "no value turns it off (it is needed)"),
        (SOUND, "optimiser.kind", "no value turns it off (optimiser.kind"),
        (SOUND, "data.judges", "--drop data.judges: data.judges should be the same in every row"),
        (SOUND, "seed", "seed should be the same in every row"),
        (IMAGE, "data.validation_share", "no value turns it off"),
        (IMAGE, "kind", "no value turns it off"),
    ],
)
def test_what_cannot_be_dropped_is_one_line(values: dict[str, Any], key: str, message: str) -> None:
    with pytest.raises(SpecnetError) as error:
        without(recipe(values), key)
    assert message in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("fixed", [{"data": {"set": "mnist", "per_class": 5}}, {"seed": 3}, {"name": "others"}])
def test_what_is_judged_by_other_data_cannot_be_compared(fixed: dict[str, Any]) -> None:
    with pytest.raises(SpecnetError, match=r"--try x: (data\.per_class|seed|name) should be the same in every row"):
        comparable(recipe(IMAGE), recipe({**IMAGE, **fixed}), "--try x")
