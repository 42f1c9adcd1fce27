from pathlib import Path

from specnet.pages.render import render


def test_values_are_escaped_and_the_style_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<style>{{ style|safe }}</style>{{ name }}{{ n|twice }}")
    text = render(tmp_path / "page.html", {"name": "<b>", "n": 3}, {"twice": lambda n: str(2 * n)})
    assert text.endswith("</style>&lt;b&gt;6") and "color-scheme: light dark" in text
