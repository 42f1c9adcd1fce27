"""A real browser, whose microphone is a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserType, Page, sync_playwright

from tests.programs import program
from tests.serving import Client

DATA = Path(__file__).parents[2] / "data"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
HEARD = """
window.heard = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  const part = { from: this.currentTime, to: null };
  this.addEventListener("pause", () => { part.to ??= this.currentTime; });
  window.heard.push(part);
  return play.call(this);
};
"""
"""What has been played, in the seconds of what plays it: it may be over before a test looks."""

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is spoken, again and again: a browser that gets no time loses sound, and may lose the word."""
    samples, rate = soundfile.read(DATA / "dir-welcome.flac")
    silence = np.zeros(rate)
    path = tmp_path_factory.mktemp("microphone") / "microphone.wav"
    soundfile.write(path, np.concatenate([silence, samples, silence]), rate, "PCM_16")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserType]:
    """For a module: an event loop runs as long, and tests of other modules have their own."""
    program("chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium


@contextmanager
def launched(chromium: BrowserType, microphone: Path) -> Iterator[Browser]:
    options = [*OPTIONS, f"--use-file-for-fake-audio-capture={microphone}"]
    browser = chromium.launch(executable_path=program("chromium"), args=options)
    try:
        yield browser
    finally:
        browser.close()


@pytest.fixture
def browse(chromium: BrowserType, microphone: Path) -> Iterator[Open]:
    """The page of a service, ready. Fails at last if it complained in the console or asked another host."""
    complaints: list[str] = []
    with launched(chromium, microphone) as browser:

        def browse(client: Client, token: str | None = None, **look: object) -> Page:
            here = f"//127.0.0.1:{client.port}/"
            page = browser.new_page(**look)  # type: ignore[arg-type]
            page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "request",
                lambda asked: (
                    None
                    if asked.url.startswith((f"http:{here}", f"blob:http:{here}"))
                    else complaints.append(f"asks {asked.url}")
                ),
            )
            page.add_init_script(HEARD)
            page.goto(f"http:{here}")
            if token is None:
                page.wait_for_selector("#settings:enabled")
            return page

        browse.complaints = complaints  # type: ignore[attr-defined]
        yield browse
    assert complaints == []
