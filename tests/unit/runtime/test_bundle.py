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
from specnet.runtime.bundle import Bundle, shipped_models, write_bundle
from tests.conftest import card, step_graph, write_tiny


def test_there_and_back(tiny_model: Path) -> None:
    bundle = Bundle.load(tiny_model)
    assert bundle.card == card() and bundle.step_onnx == step_graph() and bundle.weights == b"none"
    assert (bundle.name, bundle.labels, bundle.threshold_for(0.5)) == ("tiny", ("low", "high"), 0.6)
    assert bundle.features == card().features and bundle.grid == card().grid
    assert bundle.operating_points == card().operating_points
    assert bundle.sha256 == hashlib.sha256(tiny_model.read_bytes()).hexdigest()


def test_the_same_model_is_the_same_file(tmp_path: Path) -> None:
    one, other = write_tiny(tmp_path / "one.specnet"), write_tiny(tmp_path / "other.specnet")
    assert one.read_bytes() == other.read_bytes()


def test_writing_replaces_the_file_whole_or_leaves_it(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tiny_model.read_bytes()
    monkeypatch.setattr(module, "LARGEST_MEMBER", 1_000)
    with pytest.raises(SpecnetError, match=r"weights\.safetensors has 1001 bytes: at most 1000 fit a model"):
        write_bundle(tiny_model, model=card(), step_onnx=b"", weights=b"w" * 1_001)
    assert tiny_model.read_bytes() == before
    write_bundle(tiny_model, model=card(3), step_onnx=b"", weights=b"")
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
        assert bundle.card == card() and bundle.step_onnx == step_graph()
