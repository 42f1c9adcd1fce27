"""The examples of docs/plotting.md run."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_the_example_in_python_draws_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "plotting.md").read_text(), re.DOTALL)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(example, names)
    assert (tmp_path / "welcome.pdf").read_bytes().startswith(b"%PDF")
    assert [word.label for word in names["words"]] == ["welcome"]
