"""The page of `specnet inspect` in a real browser: layers to click, the sound to play, nothing asked of anybody."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Page

from specnet.app.inspect import Looking, inspect_file
from specnet.app.inspect_folder import inspect_folder
from specnet.pages.store import Embedded

DATA = Path(__file__).parents[2] / "data"
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
FINISHED = 60_000  # milliseconds


@pytest.fixture(scope="module")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    browser = chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    welcome, digits = Looking.open("welcome"), Looking.open("digits")
    said = folder / "said"
    said.mkdir()
    shutil.copy(DATA / "dir-welcome.flac", said)
    (said / "index.tsv").write_text("file\tstart\tend\ndir-welcome.flac\t0.08\t0.68\n")
    texts = {
        "sound": inspect_file(welcome, str(DATA / "dir-welcome.flac"), Embedded()),
        "picture": inspect_file(digits, str(DATA / "digits" / "7.png"), Embedded(), ("maps", "kernels")),
        "folder": inspect_folder(welcome, said, Embedded()),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture
def opened(browser: Browser, pages: dict[str, Path]) -> Iterator[object]:
    """Opens a page. Fails at last if it complained in the console or asked for anything beside itself."""
    complaints: list[str] = []
    made: list[Page] = []

    def open_page(name: str, **look: object) -> Page:
        page = browser.new_page(**look)  # type: ignore[arg-type]
        made.append(page)
        address = pages[name].as_uri()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(f"asks {asked.url[:99]}")
                if not asked.url.startswith((address, "data:")) else None)  # fmt: skip
        page.set_default_timeout(FINISHED)
        page.goto(address)
        return page

    yield open_page
    for page in made:
        page.close()
    assert complaints == []


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found is not None
    return dict(found)


def test_a_layer_is_shown_alone_when_it_is_clicked(opened) -> None:
    page = opened("sound")
    names = page.locator("#layers [role=tab]").all_inner_texts()
    assert names == ["level1", "conv1", *(f"separable{i}" for i in range(1, 7))]
    for name in ("separable3", "conv1"):
        page.get_by_role("tab", name=name).click()
        [shown] = page.locator(".layer:visible").all()
        assert shown.get_attribute("data-layer") == name
        assert shown.locator(".map").count() == 24
    page.keyboard.press("]")
    assert page.locator(".layer:visible").get_attribute("data-layer") == "separable1"
    page.get_by_role("tab", name="separable1").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".layer:visible").get_attribute("data-layer") == "conv1"


def test_what_a_unit_sees_is_framed_on_the_sound(opened) -> None:
    page = opened("sound", viewport={"width": 1100, "height": 900})
    page.get_by_role("tab", name="separable3").click()
    strip = page.locator(".layer:visible .map").nth(3).locator(".strip")
    data = json.loads(page.locator("#data").text_content())
    layer = data["layers"]["separable3"]
    column = layer["shape"][1] // 2
    at = strip.bounding_box()
    strip.click(position={"x": (column + 0.5) / layer["shape"][1] * at["width"], "y": at["height"] / 2})
    begin = layer["left"] + layer["step"] * column
    plot, frame = box(page, "#input .plot"), box(page, "#input .box:not(.back)")
    assert (frame["x"] - plot["x"]) / plot["width"] == pytest.approx(begin, abs=0.01)
    assert frame["width"] / plot["width"] == pytest.approx(layer["width"], abs=0.01)
    assert frame["height"] == pytest.approx(plot["height"], abs=2)  # it sees all bands
    said = page.locator("#unit").inner_text()
    assert f"sees {begin * data['duration']:.3f} to" in said and "(552 ms), 20 Hz to 7.60 kHz" in said
    assert layer["width"] * data["duration"] == pytest.approx((52 * 160 + 512) / 16_000, abs=1e-6)
    page.keyboard.press("ArrowRight")
    assert box(page, "#input .box:not(.back)")["x"] - frame["x"] == pytest.approx(
        layer["step"] * plot["width"], abs=0.5
    )


def test_a_band_of_the_first_layer_is_framed_by_its_hertz(opened) -> None:
    page = opened("sound")
    one = page.locator(".layer:visible .map").first
    one.focus()
    page.keyboard.press("Enter")
    plot = box(page, "#input .plot")
    assert 0 < box(page, "#input .box:not(.back)")["height"] < plot["height"] / 10
    row = int(one.get_attribute("data-row"))
    corners = json.loads(page.locator("#data").text_content())["corners"]
    hertz = corners[row]
    assert (f"{round(hertz)} Hz" if hertz < 1000 else f"{hertz / 1000:.2f} kHz") in page.locator("#unit").inner_text()


def test_the_sound_plays_and_the_cursor_runs(opened) -> None:
    page = opened("sound")
    assert page.locator(".cursor:visible").count() == 3  # on the sound, its scores and the only map of the first layer
    before = box(page, "#input .cursor")["x"]
    page.keyboard.press("Space")
    page.wait_for_function("document.getElementById('sound').currentTime > 0.4")
    page.keyboard.press("Space")
    page.wait_for_function("document.getElementById('sound').paused")
    page.wait_for_timeout(200)
    plot = box(page, "#input .plot")
    now, duration = page.evaluate("[document.getElementById('sound').currentTime, page.duration]")
    for selector, area in (
        ("#input .cursor", "#input .plot"),
        (".layer:not([hidden]) .map .cursor", ".layer:not([hidden]) .map"),
    ):
        place, around = box(page, selector), box(page, area)
        assert (place["x"] + 1 - around["x"]) / around["width"] == pytest.approx(now / duration, abs=0.03)
    assert box(page, "#input .cursor")["x"] > before + 10
    page.mouse.click(plot["x"] + 0.25 * plot["width"], plot["y"] + 5)
    page.wait_for_function("Math.abs(document.getElementById('sound').currentTime / page.duration - 0.25) < 0.02")


def test_a_unit_of_a_picture_is_framed_by_its_pixels(opened) -> None:
    page = opened("picture")
    page.get_by_role("tab", name="conv2").click()
    page.locator(".layer:visible .map").first.focus()
    page.keyboard.press("Enter")
    plot, frame = box(page, "#input .plot"), box(page, "#input .box:not(.back)")
    assert frame["width"] / plot["width"] == pytest.approx(5 / 28, abs=0.02)
    assert frame["height"] / plot["height"] == pytest.approx(5 / 28, abs=0.02)
    assert "(5 x 5 pixels)" in page.locator("#unit").inner_text()
    assert page.locator(".kernels img").count() == 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["sound", "picture", "folder"])
def test_it_is_light_or_dark_and_fits_a_telephone(opened, name: str, scheme: str) -> None:
    page = opened(name, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) < 200) == (scheme == "dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_hit_of_a_folder_can_be_heard(opened) -> None:
    page = opened("folder")
    [hit] = page.locator("ol[aria-label=Hits] li").all()
    hit.locator("audio").evaluate("sound => sound.play()")
    page.wait_for_function("document.querySelector('audio').currentTime > 0.2")
    hit.locator("audio").evaluate("sound => sound.pause()")
    place, around = box(page, "ol[aria-label=Hits] .cursor"), box(page, "ol[aria-label=Hits] .picture")
    assert place["x"] > around["x"] + 0.1 * around["width"]
