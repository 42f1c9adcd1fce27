"""What `specnet export --to web` writes, in a real browser: it finds what `specnet detect` finds, by itself."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import soundfile
from playwright.sync_api import BrowserType, Page

from specnet.app.detect import Detector
from specnet.app.export.page import runtime_files, write_page
from specnet.runtime.bundle import Bundle
from tests.programs import npm_package, program

DATA = Path(__file__).parents[2] / "data"
PATIENCE = 90_000  # milliseconds
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --use-fake-device-for-media-stream --use-fake-ui-for-media-stream"
)
SPOKEN = re.compile(r"(\S+), from 0:([\d.]+) to 0:([\d.]+), score ([\d.]+): hear it")
DROPPED = """([bytes, name]) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name));
  return dropped;
}"""

PLAYED = """() => {
  const play = HTMLMediaElement.prototype.play;
  window.played = [];
  HTMLMediaElement.prototype.play = function () {
    window.played.push(this.currentTime);
    return play.call(this);
  };
}"""
"""Notes from where on sound is played."""

Found = list[tuple[str, float, float, float]]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a server that hands out the page of the model `welcome`."""
    folder = tmp_path_factory.mktemp("page")
    write_page(Bundle.load("welcome"), runtime_files(npm_package("onnxruntime-web")), folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def opened(chromium: BrowserType, address: str, *flags: str) -> Iterator[Page]:
    """The page, ready; whatever it asks of others, or complains of, is an error."""
    wrong = list[str]()
    browser = chromium.launch(executable_path=program("chromium"), args=[*FLAGS.split(), *flags])
    try:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda asked: wrong.append(asked.url) if address not in asked.url else None)
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda problem: wrong.append(str(problem)))
        page.goto(address)
        page.locator("#microphone:enabled").wait_for()
        yield page
    finally:
        browser.close()
    assert not wrong


def boxes(page: Page) -> Found:
    """What is marked on the spectrogram."""
    labels = [box.get_attribute("aria-label") or "" for box in page.locator("#boxes button").all()]
    matches = [SPOKEN.fullmatch(label) for label in labels]
    return [(match[1], float(match[2]), float(match[3]), float(match[4])) for match in matches if match]


def expected(recording: Path, **options: float) -> Found:
    found = Detector.load("welcome").detect(recording, **options)
    return [(segment.label, segment.start, segment.end, segment.score) for segment in found]


def test_a_dropped_file_gives_what_detect_gives(chromium: BrowserType, address: str) -> None:
    recording = DATA / "dir-intro.flac"
    with opened(chromium, address) as page:
        page.select_option("#point", "own")
        page.fill("#threshold", "0.02")
        page.dispatch_event("#threshold", "change")
        content = base64.b64encode(recording.read_bytes()).decode()
        dropped = page.evaluate_handle(DROPPED, [content, recording.name])
        page.dispatch_event("#source", "drop", {"dataTransfer": dropped})
        page.locator("#status", has_text="dir-intro.flac.").wait_for()
        right = expected(recording, threshold=0.02)
        assert len(right) > 3
        assert [label for label, *_ in boxes(page)] == [label for label, *_ in right]
        for ours, theirs in zip(boxes(page), right, strict=True):
            assert ours[1:] == pytest.approx(theirs[1:], abs=0.0051)  # two digits are shown
        assert page.locator("#found button").count() == len(right)
        page.evaluate(PLAYED)
        page.locator("#boxes button").first.click()
        [begin] = page.evaluate("() => window.played")
        assert begin == pytest.approx(max(0, right[0][1] - 0.1), abs=0.01)


def test_a_word_in_the_microphone_appears(chromium: BrowserType, address: str, tmp_path: Path) -> None:
    sound, rate = soundfile.read(DATA / "dir-intro.flac")
    soundfile.write(tmp_path / "said.wav", sound, rate)
    with opened(chromium, address, f"--use-file-for-fake-audio-capture={tmp_path / 'said.wav'}%noloop") as page:
        page.click("#microphone")
        page.locator("#boxes button").first.wait_for()
        page.click("#microphone")
        page.locator("#status", has_text="from the microphone").wait_for()
        [right] = expected(DATA / "dir-intro.flac")
        [ours] = boxes(page)
        # the sound card has another rate, and may begin late
        assert ours[0] == right[0] and ours[3] == pytest.approx(right[3], abs=0.02)
        assert ours[2] - ours[1] == pytest.approx(right[2] - right[1], abs=0.05)
        assert ours[1] == pytest.approx(right[1], abs=0.3)


def test_what_is_no_sound_is_told(chromium: BrowserType, address: str, tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("no sound")
    with opened(chromium, address) as page:
        page.set_input_files("#file", tmp_path / "notes.wav")
        page.locator("#problem", has_text="notes.wav: this browser cannot read it as sound.").wait_for()
