"""What readers of the site meet: nothing leads nowhere, and nothing comes from elsewhere."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import commands
import pytest
import yaml

from specnet.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
ELSEWHERE = re.compile(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)")
LOADED = {("script", "src"), ("img", "src"), ("source", "src"), ("audio", "src"), ("video", "src"), ("iframe", "src")}


class Html(HTMLParser):
    """The places that a page names, and what it refers to: tag, attribute, address."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.addresses: list[tuple[str, str, str]] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {given[key] or "" for key in ("id", "name") if key in given}
        self.addresses += [(tag, key, given[key] or "") for key in ("href", "src") if key in given]


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Html]:
    return {path: Html(path) for path in site.rglob("*.html")}


def test_every_link_anchor_and_picture_is_there(site: Path, pages: dict[Path, Html]) -> None:
    lost = []
    for path, page in pages.items():
        for tag, _, address in page.addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            start = site / parts.path.lstrip("/") if parts.path.startswith("/") else path.parent / unquote(parts.path)
            target = (start if parts.path else path).resolve()
            there = target.is_file() or (target / "index.html").is_file()
            if not there or (parts.fragment and unquote(parts.fragment) not in pages[target].places):
                lost.append(f"{path.relative_to(site)}: <{tag}> {address}")
    assert not lost


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Html]) -> None:
    loaded = [
        f"{path.relative_to(site)}: <{tag}> {address}"
        for path, page in pages.items()
        for tag, key, address in page.addresses
        if (tag, key) in LOADED | {("link", "href")} and urlsplit(address).netloc
    ]
    styles = [
        f"{path.relative_to(site)}: {address}"
        for path in site.rglob("*.css")
        for address in ELSEWHERE.findall(path.read_text(encoding="utf-8"))
    ]
    assert not loaded + styles


def test_every_command_has_a_page_and_a_guide_that_uses_it(site: Path) -> None:
    assert list(commands.GUIDES) == list(COMMANDS)
    reached = set(written(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]))
    for command, guide in commands.GUIDES.items():
        assert guide in reached
        assert f"specnet {command}" in (ROOT / "docs" / guide).read_text(encoding="utf-8")
        page = (site / "commands" / f"{command}.html").read_text(encoding="utf-8")
        assert f'href="../{guide.removesuffix(".md")}.html"' in page


def written(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    for inner in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from written(inner)
