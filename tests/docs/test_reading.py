"""The documentation, read from the disk in a real browser: it asks nobody, fits a phone, and can be searched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.programs import program

PAGES = ("index", "detecting", "python", "modules/core", "models/welcome", "commands/detect")
PATIENCE = 60_000  # milliseconds


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = program("chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])


@pytest.mark.parametrize("dark", [False, True])
def test_pages_ask_nobody_and_fit_a_phone(browser: Browser, site: Path, dark: bool) -> None:
    view = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark" if dark else "light")
    complaints = heard(view)
    for name in PAGES:
        view.goto((site / f"{name}.html").as_uri())
        assert view.evaluate("document.documentElement.scrollWidth") == 390, name
        assert view.evaluate("document.body.dataset.mdColorScheme") == ("slate" if dark else "default")
        broken = "[...document.images].filter((image) => !image.complete || !image.naturalWidth).length"
        assert view.evaluate(broken) == 0, name
    assert complaints == []


def test_search_finds_a_page(browser: Browser, site: Path) -> None:
    view = browser.new_page()
    complaints = heard(view)
    view.goto((site / "index.html").as_uri())
    view.locator("[name=query]").press_sequentially("receptive")
    view.locator(".md-search-result__link", has_text="receptive").first.wait_for()
    assert complaints == []


def heard(view: Page) -> list[str]:
    """What a page complains of, and what it asks of others, as it happens. A busy machine takes its time."""
    view.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    view.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    view.on("pageerror", lambda error: complaints.append(str(error)))
    view.on("request", lambda asked: None if asked.url.startswith("file:") else complaints.append(asked.url))
    return complaints
