from pathlib import Path

import pytest

from specnet.errors import SpecnetError
from specnet.models.source import NetworkFile
from specnet.models.spec import read_spec

TEXT = 'layers = [{ kind = "norm" }]\n'


def test_a_file_is_known_by_its_name_and_what_it_said(tmp_path: Path):
    (tmp_path / "net.toml").write_text(TEXT)
    file = NetworkFile.read(tmp_path / "net.toml")
    (tmp_path / "net.toml").write_text("layers = []\n")
    assert file == NetworkFile("net.toml", TEXT)
    spec = read_spec(file)
    assert spec.name == "net" and [name for name, _ in spec.layers] == ["norm1"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(content, tmp_path: Path):
    if content:
        (tmp_path / "net.toml").write_bytes(content)
    with pytest.raises(SpecnetError, match=rf"^{tmp_path}/net\.toml: not a readable TOML file: "):
        NetworkFile.read(tmp_path / "net.toml")
