"""The model file, whole and damaged."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specnet.errors import SpecnetError
from specnet.runtime import bundle as module
from specnet.runtime.bundle import Bundle, ImageBundle, read_model, shipped_models, write_bundle
from tests.conftest import card, step_graph, write_tiny
from tests.shapes import NO_WEIGHTS, shapes_card, shapes_graph


def test_there_and_back(tiny_model: Path) -> None:
    bundle = Bundle.load(tiny_model)
    assert bundle.card == card() and bundle.graph == step_graph() and bundle.weights == NO_WEIGHTS
    assert (bundle.name, bundle.labels, bundle.threshold_for(0.5)) == ("tiny", ("low", "high"), 0.6)
    assert bundle.features == card().features and bundle.grid == card().grid
    assert bundle.operating_points == card().operating_points
    assert bundle.sha256 == hashlib.sha256(tiny_model.read_bytes()).hexdigest()


def test_the_same_model_is_the_same_file(tmp_path: Path) -> None:
    one, other = write_tiny(tmp_path / "one.specnet"), write_tiny(tmp_path / "other.specnet")
    assert one.read_bytes() == other.read_bytes()


def test_a_model_for_images_there_and_back(shapes_model: Path) -> None:
    bundle = ImageBundle.load(shapes_model)
    assert bundle == read_model(shapes_model)
    assert bundle.card == shapes_card() and bundle.graph == shapes_graph() and bundle.weights == NO_WEIGHTS
    assert sorted(members(shapes_model)) == ["model.json", "network.onnx", "weights.safetensors"]


def test_a_model_of_the_other_kind_is_refused_with_the_command_to_use(tiny_model: Path, shapes_model: Path) -> None:
    assert isinstance(read_model(tiny_model), Bundle) and isinstance(read_model(shapes_model), ImageBundle)
    with pytest.raises(SpecnetError, match=r"shapes.specnet is a model for images: use specnet classify$"):
        Bundle.load(shapes_model)
    with pytest.raises(SpecnetError, match=r"^welcome is a model for sound: use specnet detect$"):
        ImageBundle.load("welcome")


def test_the_card_of_sound_is_written_as_it_always_was(tmp_path: Path) -> None:
    shipped = module.PRETRAINED / "welcome.specnet"
    model = Bundle.load(shipped)
    write_bundle(again := tmp_path / "again.specnet", model=model.card, graph=model.graph, weights=model.weights)
    assert members(again) == members(shipped)


def test_a_card_and_a_graph_of_two_kinds(tiny_model: Path, shapes_model: Path) -> None:
    card_of_images = members(shapes_model)["model.json"]
    pack(shapes_model, members(shapes_model) | {"model.json": members(tiny_model)["model.json"]})
    assert "kind: None: must be 'image' beside network.onnx" in refusal(shapes_model)
    pack(tiny_model, members(tiny_model) | {"model.json": card_of_images})
    assert "kind: 'image': must be None beside step.onnx" in refusal(tiny_model)


def test_writing_replaces_the_file_whole_or_leaves_it(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tiny_model.read_bytes()
    monkeypatch.setattr(module, "LARGEST_MEMBER", 1_000)
    with pytest.raises(SpecnetError, match=r"weights\.safetensors has 1001 bytes: at most 1000 fit a model"):
        write_bundle(tiny_model, model=card(), graph=b"", weights=b"w" * 1_001)
    assert tiny_model.read_bytes() == before
    write_bundle(tiny_model, model=card(3), graph=b"", weights=b"")
    assert Bundle.load(tiny_model).grid == card(3).grid
    assert list(tiny_model.parent.iterdir()) == [tiny_model]


def test_shipped_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRETRAINED", tmp_path)
    write_tiny(tmp_path / "tiny.specnet")
    assert shipped_models() == ("tiny",) and Bundle.load("tiny").name == "tiny"
    with pytest.raises(SpecnetError, match="no model 'tyni': shipped models: tiny; or give the path"):
        Bundle.load("tyni")


def refusal(path: Path) -> str:
    with pytest.raises(SpecnetError) as caught:
        Bundle.load(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, contents: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


def test_what_is_no_model_file(tmp_path: Path) -> None:
    assert "cannot read the model: No such file" in refusal(tmp_path / "missing.specnet")
    assert "cannot read the model: Is a directory" in refusal(tmp_path)
    (path := tmp_path / "text.specnet").write_text("hello")
    assert "damaged, or not a specnet model: File is not a zip file" in refusal(path)


def test_other_members(tiny_model: Path) -> None:
    contents = members(tiny_model)
    pack(tiny_model, contents | {"../evil.py": b"print()"})
    assert "must hold model.json, step.onnx and weights.safetensors" in refusal(tiny_model)
    del contents["step.onnx"]
    pack(tiny_model, contents)
    assert "it holds model.json, weights.safetensors: must hold" in refusal(tiny_model)


def test_a_member_that_unpacks_to_too_much(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack(tiny_model, members(tiny_model) | {"weights.safetensors": bytes(2_000_000)})
    monkeypatch.setattr(module, "LARGEST_MEMBER", 1_000_000)
    assert "weights.safetensors has 2000000 bytes: at most 1000000" in refusal(tiny_model)
    tiny_model.write_bytes(bytes(3_000_001))
    assert "larger than any model" in refusal(tiny_model)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff", b'{"format_version": 9}', b"[" * 100_000])
def test_a_card_that_is_none(tiny_model: Path, text: bytes) -> None:
    pack(tiny_model, members(tiny_model) | {"model.json": text})
    assert "damaged, or not a specnet model: " in refusal(tiny_model)


def test_a_later_format(tiny_model: Path) -> None:
    pack(
        tiny_model, members(tiny_model) | {"model.json": json.dumps(card().to_json() | {"format_version": 2}).encode()}
    )
    assert "format_version: 2: this specnet reads version 1" in refusal(tiny_model)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_refused_or_harmless(tiny_model: Path, data: st.DataObject) -> None:
    sound = write_tiny(tiny_model).read_bytes()
    at = data.draw(st.integers(0, len(sound) - 1))
    if data.draw(st.booleans()):
        broken = sound[:at]
    else:
        broken = sound[:at] + bytes([sound[at] ^ data.draw(st.integers(1, 255))]) + sound[at + 1 :]
    tiny_model.write_bytes(broken)
    try:
        bundle = Bundle.load(tiny_model)
    except SpecnetError as error:
        assert "damaged, or not a specnet model" in str(error)
    else:  # a byte that says nothing, such as a date
        assert bundle.card == card() and bundle.graph == step_graph()
