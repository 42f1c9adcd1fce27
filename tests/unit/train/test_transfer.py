import copy

import pytest
import torch
from torch import nn
from torchvision.models import get_model

from specnet.app.import_weights import import_torchvision
from specnet.errors import SpecnetError
from specnet.models.build import save_weights
from specnet.models.classifier import Recogniser, classifier
from specnet.models.export import recogniser_graph
from specnet.runtime.bundle import ImageBundle, ImageCard, ImageSize, write_bundle
from specnet.train.checkpoint import Checkpoint
from specnet.train.image_examples import ImageBatch
from specnet.train.image_recipe import ImageRecipe
from specnet.train.loop import Run
from specnet.train.provenance import sources
from specnet.train.recipe import Transfer
from specnet.train.transfer import take_over

VALUES = {
    "name": "few",
    "data": {"set": "digits"},
    "network": {"preset": "digits-scan", "overrides": {"width": 4}},
    "threads": 1,
    "schedule": {"epochs": 1, "steps_per_epoch": 10, "warmup_steps": 0},
}


def trained(seed=0, width=4, classes=10):
    torch.manual_seed(seed)
    network = Recogniser(classifier("digits-scan", overrides={"width": width, "classes": classes}))
    for _ in range(3):
        network(torch.rand(8, 1, 28, 28))
    return network


@pytest.fixture
def model(tmp_path):
    """A model of five classes that has been trained before."""
    network = trained(classes=5)
    card = ImageCard("five", tuple("abcde"), ImageSize(1, 28, 28), prepare="fit", stride=4)
    write_bundle(tmp_path / "five.specnet", model=card, graph=recogniser_graph(network), weights=save_weights(network))
    return network, str(tmp_path / "five.specnet")


def layers_of(network):
    return {"norm": network.norm, **dict(network.classifier.trunk.named())}


def batch(step):
    generator = torch.Generator().manual_seed(step)
    images = torch.randint(0, 256, (16, 1, 28, 28), dtype=torch.uint8, generator=generator).numpy()
    return ImageBatch(images, torch.eye(10)[torch.arange(16) % 10].numpy())


def test_all_layers_but_the_last_are_taken_over(model):
    old, path = model
    new = trained(seed=1)
    last = copy.deepcopy(new.classifier.trunk.state_dict())
    layers = take_over(layers_of(new), Transfer(init=path))
    assert list(layers.tuned) == ["norm", "conv1", "conv2", "conv3", "conv4", "dense1"]
    assert list(layers.fresh) == ["dense2"] and not layers.frozen
    for name, tensor in new.state_dict().items():
        if "dense2" in name:
            assert torch.equal(tensor, last[name.removeprefix("classifier.trunk.")])
        else:
            torch.testing.assert_close(tensor, old.state_dict()[name], atol=1e-3, rtol=1e-3)
    assert str(layers) == "taken over: norm, conv1, conv2, conv3, conv4, dense1; new: dense2"


def test_the_last_layer_is_taken_over_too_where_the_labels_are_the_same(model):
    old, path = model
    new = trained(seed=1, classes=5)
    layers = take_over(layers_of(new), Transfer(init=path, last=True))
    assert list(layers.tuned)[-1] == "dense2" and not layers.fresh
    for name, tensor in new.state_dict().items():
        torch.testing.assert_close(tensor, old.state_dict()[name], atol=1e-3, rtol=1e-3)
    message = (
        r"transfer\.last = true: the last layer, dense2, .* same .*five\.specnet: .*\.weight is 10x8x1 here, and 5"
    )
    with pytest.raises(SpecnetError, match=message):
        take_over(layers_of(trained(classes=10)), Transfer(init=path, last=True))


def test_weights_of_torchvision_are_begun_with(tmp_path):
    theirs = get_model("resnet18", weights=None).state_dict()
    torch.save(theirs, tmp_path / "theirs.pth")
    weights = tmp_path / "resnet18.safetensors"
    import_torchvision("resnet18", tmp_path / "theirs.pth", weights)
    network = {"preset": "resnet18", "input": (3, 64, 64)}
    transfer = {"init": str(weights), "freeze": ["backbone"]}
    values = {"name": "few", "labels": ["a", "b", "c"], "data": {"set": "folder"}, "network": network}
    recipe = ImageRecipe.of({**values, "transfer": transfer})
    run = Run(recipe)
    assert list(run.layers.fresh) == ["norm", "dense1"] and not run.layers.tuned
    taken = run.learner.layers["conv1"].state_dict()["blocks.conv.weight"]
    assert torch.equal(taken, theirs["conv1.weight"])
    assert sources(recipe, []) == ({"name": "torchvision:resnet18 theirs.pth", "licence": "that of the weights"},)


def test_layers_of_another_shape_are_not_taken_over(model):
    _, path = model
    network = nn.ModuleDict({"conv1": nn.Conv2d(1, 3, 3), "conv2": nn.Conv2d(3, 3, 3)})
    with pytest.raises(SpecnetError, match=r"five.specnet: none of its layers \(.*conv1.*\) is like .* \(conv1\)"):
        take_over(dict(network), Transfer(init=path))


def test_damaged_weights_are_one_line(model, tmp_path):
    bundle = ImageBundle.load(model[1])
    write_bundle(tmp_path / "cut.specnet", model=bundle.card, graph=bundle.graph, weights=bundle.weights[:-9])
    with pytest.raises(SpecnetError, match=r"cut.specnet: damaged weights: .*") as caught:
        take_over(layers_of(trained()), Transfer(init=str(tmp_path / "cut.specnet")))
    assert "\n" not in str(caught.value)


def test_what_cannot_be_frozen_is_refused(model):
    _, path = model
    with pytest.raises(SpecnetError, match=r"'dense2' should be a layer that is taken over from .*: norm, conv1"):
        take_over(layers_of(trained()), Transfer(init=path, freeze=("dense2",)))
    with pytest.raises(SpecnetError, match=r"transfer\.freeze: 'nope' should be a layer that is taken over"):
        take_over(layers_of(trained()), Transfer(init=path, freeze=("backbone", "nope")))
    with pytest.raises(SpecnetError, match=r"transfer: freeze = \['backbone'\] needs init"):
        ImageRecipe.of({**VALUES, "transfer": {"freeze": ["backbone"]}})


@pytest.mark.parametrize(("freeze", "still"), [(["backbone"], 6), (["norm", "conv2"], 2)])
def test_frozen_layers_do_not_change_in_any_number(model, freeze, still):
    _, path = model
    run = Run(ImageRecipe.of({**VALUES, "transfer": {"init": path, "freeze": freeze}}))
    before = {name: copy.deepcopy(layer.state_dict()) for name, layer in run.learner.layers.items()}
    for step in range(3):
        run.learn(batch(step))
    same = {
        name
        for name, layer in run.learner.layers.items()
        if before[name] and all(torch.equal(tensor, before[name][key]) for key, tensor in layer.state_dict().items())
    }
    assert same == set(run.layers.frozen) and len(same) == still


def test_layers_that_are_taken_over_learn_at_their_own_rate(model):
    _, path = model
    moved = {}
    for share in (1.0, 1e-6):
        recipe = ImageRecipe.of({**VALUES, "transfer": {"init": path, "learning_rate_share": share}})
        run = Run(recipe)
        before = copy.deepcopy(run.learner.state_dict())
        run.learn(batch(0))
        after = run.learner.state_dict()
        moved[share] = {
            name: (after[name] - before[name]).abs().max().item() for name in before if name.endswith("conv.weight")
        }
    for name in moved[1.0]:
        if "dense2" in name:
            assert moved[1e-6][name] == pytest.approx(moved[1.0][name], rel=1e-3)
        else:
            assert moved[1e-6][name] < 1e-4 * moved[1.0][name]


def test_a_resumed_training_still_freezes(model, tmp_path):
    _, path = model
    recipe = ImageRecipe.of({**VALUES, "transfer": {"init": path, "freeze": ["backbone"], "learning_rate_share": 0.1}})
    once, again = Run(recipe), Run(recipe)
    for step in range(2):
        once.learn(batch(step))
        again.learn(batch(step))
    again.history.append({"epoch": 1})
    again.save(tmp_path)
    resumed = Run(recipe, Checkpoint.load(tmp_path / "last.safetensors"))
    for run in (once, resumed):
        run.learn(batch(2))
    for name, tensor in once.learner.state_dict().items():
        assert torch.equal(tensor, resumed.learner.state_dict()[name]), name
