from pathlib import Path

import pytest
import torch
from torch import nn

from specnet.errors import SpecnetError
from specnet.models.spec import presets, read_spec


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "net.toml"
    path.write_text(text)
    return path


def test_parameters_fill_the_layers_and_can_be_overridden(tmp_path):
    path = written(
        tmp_path,
        '[parameters]\nwidth = 4\n[[layers]]\nkind = "conv"\nchannels = "3 * width"\nkernel = ["width", 3]\n',
    )
    assert read_spec(path).layers[0][1].channels == 12
    assert read_spec(path, {"width": 1.0}).layers[0][1].channels == 3
    assert read_spec(path, {"width": 5}).layers[0][1].kernel == (5, 3)


def test_names_of_parameters_may_end_in_digits(tmp_path):
    text = '[parameters]\nconv1 = 4\n[[layers]]\nkind = "conv"\nchannels = "2 * conv1"\nactivation = "relu6"\n'
    layer = read_spec(written(tmp_path, text)).layers[0][1]
    assert (layer.channels, layer.activation) == (8, "relu6")


def test_layers_are_named_by_kind_unless_they_have_a_name(tmp_path):
    path = written(
        tmp_path,
        '[[layers]]\nkind = "norm"\nrepeat = 2\n[[layers]]\nkind = "norm"\nname = "last"\n'
        '[[layers]]\nkind = "dropout"\nrate = 0.5\nname = "twice"\nrepeat = 2\n',
    )
    assert [name for name, _ in read_spec(path).layers] == ["norm1", "norm2", "last", "twice1", "twice2"]


def test_layers_have_the_defaults_of_their_kind_unless_they_say_otherwise(tmp_path):
    path = written(
        tmp_path,
        'parameters = {width = 4}\ndefaults.conv = {channels = "2 * width", kernel = 3}\n'
        'layers = [{kind = "conv"}, {kind = "conv", kernel = 5}, {kind = "norm"}]\n'
        'auxiliary.norm1 = [{kind = "conv", channels = 1}]\n',
    )
    spec = read_spec(path)
    first, second, _ = (layer for _, layer in spec.layers)
    assert (first.channels, first.kernel) == (8, 3)
    assert (second.channels, second.kernel) == (8, 5)
    _, head = spec.auxiliary["norm1"][0]
    assert (head.channels, head.kernel) == (1, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[layers]]\nkind = "cnov"\n', "net: layer 1: kind 'cnov' is unknown; did you mean conv?"),
        (
            '[[layers]]\nkind = "conv"\nchannel = 3\n',
            r"layer 1 \(conv\): key 'channel' is unknown; did you mean channels",
        ),
        ('[[layers]]\nkind = "conv"\n', r"layer 1 \(conv\): channels = None: Field required"),
        ('[[layers]]\nname = "a"\nkind = "conv"\nchannels = 0\n', r"layer a \(conv\): channels = 0: .*greater than"),
        ('[[layers]]\nkind = "conv"\nchannels = "2 * wide"\n', "parameter 'wide' is unknown; known: none"),
        ('[layer]\nkind = "conv"\n', "net: key 'layer' is unknown; did you mean layers?"),
        ("[[layers]\n", "not a readable TOML file"),
        ('[[layers]]\nkind = "conv"\nchannels = "2 * w"\n[parameters]\nw = 1.3\n', r"channels = 2\.6: .*integer"),
        ("layers = 3\n", "layers must be a list of tables"),
        ("layers = [3]\n", "layers must be a list of tables"),
        ("parameters = 3\n", "parameters must be a table of numbers"),
        ('parameters = {width = "wide"}\n', "net: parameter width = 'wide' is no number"),
        ('[[layers]]\nkind = "norm"\nname = "a.b"\n', r"layer a\.b \(norm\): name = 'a\.b'"),
        ("input = 28\n", r"net: input = 28 should be \[channels, height, width\]"),
        ("input = [28]\n", r"net: input = \[28\] should be"),
        ("input = [3, 28.5, 28]\n", r"net: input = \[3, 28\.5, 28\] should be"),
        ("input = [3, 0, 28]\n", r"net: input = \[3, 0, 28\] should be"),
        ("input = [true, 8, 8]\n", r"net: input = \[True, 8, 8\] should be"),
        ("parameters = {width = true}\n", "net: parameter width = True is no number"),
        ('[[layers]]\nkind = "conv"\nchannels = true\n', r"layer 1 \(conv\): channels = True: .* valid integer"),
        ('[[layers]]\nkind = "convolution"\n', "kind 'convolution' is unknown; did you mean conv?"),
        ("defaults = 3\n", "net: defaults must be a table of tables, one per layer kind"),
        ("defaults.conv = 3\n", "net: defaults: conv must be a table of keys and values"),
        ("defaults.cnov = {}\n", "net: defaults: kind 'cnov' is unknown; did you mean conv?"),
        ("defaults.conv = {epsilom = 1}\n", "net: defaults of conv: key 'epsilom' is unknown; did you mean epsilon?"),
        (
            'defaults.norm = {epsilon = 0}\n[[layers]]\nkind = "norm"\n',
            r"layer 1 \(norm\): epsilon = 0: .*greater than",
        ),
        ("auxiliary = 3\n", "net: auxiliary must be a table of lists of layers"),
        (
            'layers = [{kind = "norm", name = "deep"}]\n[[auxiliary.dep]]\nkind = "norm"\n',
            "net: auxiliary: layer 'dep' is unknown; did you mean deep?",
        ),
        (
            'layers = [{kind = "norm"}]\n[[auxiliary.norm1]]\nkind = "nrom"\n',
            "net: auxiliary after norm1: layer 1: kind 'nrom' is unknown; did you mean norm?",
        ),
        (
            'layers = [{kind = "norm"}]\nauxiliary.norm1 = 3\n',
            "net: auxiliary after norm1: layers must be a list of tables",
        ),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_name(tmp_path, text, message):
    with pytest.raises(SpecnetError, match=message):
        read_spec(written(tmp_path, text))


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            'kind = "unsqueeze"\n[[layers]]\nname = "deep"\nkind = "conv"\nchannels = 3\nkernel = 50',
            r"net: layer deep \(conv\) on input \(1, 40\): a kernel that spans 50 is larger than the 40 that reach it",
        ),
        ('kind = "conv"\nchannels = 6\ngroups = 4', r"layer conv1 .*4 groups must divide the 40 channels before and 6"),
        ('kind = "conv"\nchannels = 6\nkernel = [3, 3]', r"layer conv1 .*kernel \[3, 3\] has 2 numbers .* rank 1"),
        ('kind = "conv"\nchannels = 6\nkernel = 3\npadding = [1]', r"padding 1 on the scan axis"),
        ('kind = "norm"\nname = "x"\n[[layers]]\nkind = "norm"\nname = "x"', "layer name x is taken"),
    ],
)
def test_an_impossible_stack_is_refused_with_layer_numbers_and_rule(tmp_path, layers, message):
    spec = read_spec(written(tmp_path, f"[[layers]]\n{layers}\n"))
    with pytest.raises(SpecnetError, match=message):
        spec.build((40,))


def test_an_absurd_size_says_what_it_would_take():
    with pytest.raises(
        SpecnetError, match=r"lecture-cnn: layer dense1 .*: [0-9,]+ weights take [0-9,.]+ GiB: at most 1"
    ):
        read_spec("lecture-cnn", {"hidden1": 10**11}).build((1, 32), 32)
    with pytest.raises(SpecnetError, match=r"^vgg16: layer dense1 .* GiB: at most "):
        read_spec("vgg16").build((3, 2240), 2240)


def test_too_many_weights_in_all_are_refused(tmp_path):
    spec = read_spec(written(tmp_path, '[[layers]]\nkind = "conv"\nchannels = 20000\nrepeat = 4\n'))
    with pytest.raises(SpecnetError, match=r"^net: 1,200,960,000 weights take 4.5 GiB: at most 1,073,741,824"):
        spec.build((40,))


@pytest.mark.parametrize("preset", ["vgg16", "googlenet"])
def test_what_does_not_fit_is_refused_before_anything_takes_memory(preset, monkeypatch):
    devices = set()
    drawn = nn.init.kaiming_normal_
    monkeypatch.setattr(nn.init, "kaiming_normal_", lambda t, **how: devices.add(t.device.type) or drawn(t, **how))
    with pytest.raises(SpecnetError, match=rf"^{preset}: .*a kernel that spans"):
        read_spec(preset).build((3, 16), 16)
    assert devices == {"meta"}


def test_the_sketch_of_a_network_draws_no_numbers():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    with torch.device("meta"):
        read_spec("bcresnet").build((40,))
    assert torch.equal(torch.get_rng_state(), before)


def test_unknown_presets_and_parameters_name_the_nearest():
    with pytest.raises(SpecnetError, match="network preset 'bcresnets' is unknown; did you mean bcresnet"):
        read_spec("bcresnets")
    with pytest.raises(SpecnetError, match="bcresnet: parameter 'widht' is unknown; did you mean width"):
        read_spec("bcresnet", {"widht": 2})
    with pytest.raises(SpecnetError, match=r"nowhere\.toml: not a readable TOML file"):
        read_spec("nowhere.toml")


def test_every_preset_is_read():
    assert {"bcresnet", "mlp-scan", "phonetic", "tcresnet"} <= set(presets())
    assert all(read_spec(name).layers and not read_spec(name).input for name in presets())


def test_every_image_preset_is_read_and_names_its_input_and_classes():
    assert {"googlenet", "lenet5", "mobilenet_v2"} <= set(presets("images"))
    for name in presets("images"):
        spec = read_spec(name)
        assert len(spec.input) == 3 and "classes" in spec.parameters
