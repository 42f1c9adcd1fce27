"""The page of `specnet serve`, in a real browser: what is dropped and spoken, seen, heard, and done by keys alone."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from specnet.app.serve.models import Models
from specnet.app.serve.work import Limits
from tests.browser.conftest import Open
from tests.serving import Client, serving

DATA = Path(__file__).parents[2] / "data"
WAIT = 60_000  # milliseconds
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True},
}

DROP = """([name, sound]) => {
    const files = new DataTransfer();
    files.items.add(new File([Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0))], name));
    for (const kind of ["dragover", "drop"]) {
        document.querySelector("#source").dispatchEvent(new DragEvent(kind, { bubbles: true, dataTransfer: files }));
    }
}"""

MANY_COLOURS = """() => {
    const canvas = document.querySelector("#picture");
    const pixels = canvas.getContext("2d").getImageData(0, canvas.height / 2, canvas.width, 1).data;
    return new Set(new Uint32Array(pixels.buffer)).size > 20;
}"""

expect.set_options(timeout=WAIT)


@pytest.fixture(scope="module")
def models() -> Models:
    return Models.load(["welcome", "english"])


@pytest.fixture(scope="module")
def client(models: Models) -> Iterator[Client]:
    with serving(models) as client:
        yield client


def drop(page: Page, path: Path) -> None:
    page.evaluate(DROP, [path.name, base64.b64encode(path.read_bytes()).decode()])


def hears(page: Page, number: int) -> tuple[float, float]:
    """From where to where this, of all that is played, was heard."""
    page.wait_for_function("(number) => window.heard[number]?.to != null", arg=number)
    part = page.evaluate(f"window.heard[{number}]")
    return part["from"], part["to"]


def is_around(page: Page, number: int, start: float, end: float) -> bool:
    """Whether the box of this number lies where these seconds are on the picture."""
    box, track = page.locator(".word").nth(number).bounding_box(), page.locator("#track").bounding_box()
    assert box is not None and track is not None
    scale = page.evaluate("document.querySelector('.word').getBoundingClientRect().width") / (end - start)
    return bool(abs(box["x"] - track["x"] - start * scale) < 0.05 * scale)


@pytest.mark.parametrize("look", LOOKS)
def test_a_dropped_file_is_drawn_with_a_box_around_every_word(look: str, browse: Open, client: Client) -> None:
    [entry] = client.ask("/detect", (DATA / "dir-intro.flac").read_bytes()).json["files"]
    [segment] = entry["segments"]
    page = browse(client, **LOOKS[look])
    drop(page, DATA / "dir-intro.flac")
    expect(page.locator(".word")).to_have_text("welcome 1.00")
    expect(page.locator("#found")).to_contain_text(f"{segment['start']:.2f} – 0:0{segment['end']:.2f}")
    expect(page.locator("#status")).to_have_text("1 word found in 12.1 s of dir-intro.flac.")
    page.wait_for_function(MANY_COLOURS)
    assert is_around(page, 0, segment["start"], segment["end"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_word_that_is_chosen_is_heard(browse: Open, client: Client) -> None:
    page = browse(client)
    page.set_input_files("#file", DATA / "dir-intro.flac")
    start, end = (float(time[2:]) for time in page.locator("#found small").inner_text().split(" – "))
    for number, place in enumerate((".word", "#found button")):
        page.locator(place).click()
        begin, finish = hears(page, number)
        assert start - 0.15 < begin < start and finish > end
    expect(page.locator("#playhead")).to_be_hidden()
    page.locator("#play").click()
    expect(page.locator("#playhead")).to_be_visible()
    page.locator("#play").click()
    expect(page.locator("#playhead")).to_be_hidden()
    assert hears(page, 2)[0] == 0


def test_a_word_that_is_spoken_appears_and_can_be_heard(browse: Open, client: Client) -> None:
    page = browse(client)
    page.locator("#microphone").click()
    expect(page.locator(".word").first).to_contain_text("welcome")
    expect(page.locator("#status")).to_contain_text("welcome at 0:")
    expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(MANY_COLOURS)
    page.locator("#microphone").click()
    expect(page.locator("#status")).to_contain_text("from the microphone")
    start, end = (float(time[2:]) for time in page.locator("#found small").first.inner_text().split(" – "))
    assert 0.3 < end - start < 1.0
    page.locator(".word").first.click()
    assert hears(page, 0)[1] > end - start


def test_keys_alone_do_everything(browse: Open, client: Client) -> None:
    page = browse(client)
    page.on("filechooser", lambda _: None)  # told of at once: the browser may open one before it hears who waits for it

    def reach(place: str) -> None:
        for _ in range(20):
            if page.evaluate(f"document.activeElement.matches({place!r})"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no way to {place}")

    reach("#point")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    assert page.locator("#point").input_value() == "10"
    reach("#file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(DATA / "dir-intro.flac")
    expect(page.locator(".word").first).to_be_visible()
    words = page.locator(".word").count()
    reach(".word")
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.matches('.word:last-child')")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    hears(page, 0)
    reach("#found button")
    assert words == page.locator("#found button").count()
    page.keyboard.press("Enter")
    hears(page, 1)


def test_model_and_operating_point_are_chosen(browse: Open, client: Client) -> None:
    page = browse(client)
    page.set_input_files("#file", DATA / "librispeech-26-495-0030.flac")
    expect(page.locator("#count")).to_have_text("No words found")
    page.select_option("#point", "own")
    page.fill("#threshold", "0.01")
    page.keyboard.press("Enter")
    expect(page.locator(".word").first).to_be_visible()
    with page.expect_request("**/detect*") as asked:
        page.select_option("#model", "english")
    assert "model=english" in asked.value.url


def test_what_goes_wrong_is_said(browse: Open, models: Models) -> None:
    with serving(models, Limits(bytes=100_000)) as client:
        page = browse(client)
        page.set_input_files("#file", Path(__file__))
        expect(page.get_by_role("alert")).to_contain_text("test_page.py: not audio that can be read")
        browse.complaints.clear()  # type: ignore[attr-defined]  # the browser notes the status
        page.set_input_files("#file", DATA / "dir-intro.flac")
        expect(page.get_by_role("alert")).to_contain_text("this service takes at most 0.1 MB")
    page.set_input_files("#file", DATA / "dir-welcome.flac")
    expect(page.get_by_role("alert")).to_have_text("The service does not answer. Is it still running?")
    browse.complaints.clear()  # type: ignore[attr-defined]


def test_the_token_is_asked_for_once(browse: Open, models: Models) -> None:
    with serving(models, token="secret") as client:
        page = browse(client, token="secret")
        page.fill("#token", "wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("That is not the token of this service.")
        page.fill("#token", "secret")
        page.keyboard.press("Enter")
        page.wait_for_selector("#settings:enabled")
        browse.complaints.clear()  # type: ignore[attr-defined]
        page.set_input_files("#file", DATA / "dir-welcome.flac")
        expect(page.locator(".word")).to_have_count(1)
        page.locator("#microphone").click()
        expect(page.locator("#status")).to_contain_text("Listening for welcome.")
        page.locator("#microphone").click()
        expect(page.locator("#status")).to_contain_text("from the microphone")


def test_what_programs_can_call_is_listed(browse: Open, client: Client) -> None:
    page = browse(client)
    page.get_by_role("link", name="What programs can call").click()
    for call in ("POST /detect", "GET /models", "GET /healthz", "GET /metrics", "WebSocket /stream"):
        expect(page.get_by_text(call, exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()
