"""The sources on a model's card."""

from dataclasses import replace
from pathlib import Path

from specnet.runtime.bundle import ImageBundle, write_bundle
from specnet.train.image_recipe import ImageRecipe
from specnet.train.provenance import sources

OWN = {"name": "pictures", "licence": "CC0"}


def model(path: Path, name: str) -> str:
    bundle = ImageBundle.load("digits")
    card = replace(bundle.card, data=(OWN, {"name": name, "licence": "CC BY 4.0"}))
    write_bundle(path / f"{name}.specnet", model=card, graph=bundle.graph, weights=bundle.weights)
    return str(path / f"{name}.specnet")


def test_they_are_its_own_and_those_of_the_models_it_learnt_from(tmp_path: Path) -> None:
    values = {"name": "few", "data": {"set": "digits"}, "network": {"preset": "digits-scan"}}
    assert sources(ImageRecipe.of(values), [OWN]) == (OWN,)
    first, teacher = model(tmp_path, "first"), model(tmp_path, "teacher")
    learnt = ImageRecipe.of({**values, "transfer": {"init": first}, "distil": {"teachers": [teacher], "weight": 0.5}})
    assert [source["name"] for source in sources(learnt, [OWN])] == ["pictures", "teacher", "first"]
