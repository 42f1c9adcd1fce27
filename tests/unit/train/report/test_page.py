"""The page as a browser reads it: its elements, and what stands in them."""

import base64
import io
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from specnet.data.interval import Interval
from specnet.data.utterance import Utterance
from specnet.evaluate.references import Word
from specnet.timeline import Segment
from specnet.train.calibrate import Alarm, Measured, Spoken
from specnet.train.report.page import write_report
from specnet.train.sound_recipe import SoundRecipe

VOID = {"meta", "img", "br"}
SOURCES = [{"name": "talks & <b>tones</b>", "licence": "CC0"}]


class Page(HTMLParser):
    """Elements with their attributes, and all text; refuses what is not closed in the order in which it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.open = "", list[str]()
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open += [tag] * (tag not in VOID)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += "" if "style" in self.open else data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


def data_of(uri: str | None) -> io.BytesIO:
    kind, _, content = (uri or "").partition(";base64,")
    assert kind in ("data:audio/mpeg", "data:image/png")
    return io.BytesIO(base64.b64decode(content))


def epoch(number: int) -> dict[str, float]:
    rates = {"false_reject_rate": 0.5, "threshold": 0.6, "words": 4}
    return {"epoch": number, "training_loss": 2.0, "validation_loss": 1.5, **rates}


@pytest.fixture
def measured() -> Measured:
    """Four words, of which two score below 0.7; six false alarms in two hours, one of them above."""
    scores = (0.9, 0.8, 0.3, -np.inf)
    made: list[Mapping[str, str]] = [
        {"label": "tone", "made": made, "snr": snr} for made in ("organ", "spliced") for snr in ("4.2 dB", "no noise")
    ]
    words = [
        Spoken(Word("tone", 0.4, 0.7, one), score, i) for i, (one, score) in enumerate(zip(made, scores, strict=True))
    ]
    alarms = [
        Alarm(Segment("tone", start, start + 0.3, start + 0.3, 0.75 - start / 20), 0) for start in range(2, 24, 4)
    ]
    return Measured(tuple(words), tuple(alarms), 2.0, None)


@pytest.fixture
def page(recipe: Callable[..., SoundRecipe], measured: Measured, corpus, tmp_path: Path) -> Callable[..., Page]:
    usual, own = measured, recipe()

    def page(measured: Measured = usual, recipe: SoundRecipe = own, scenes: Sequence[Utterance] = ()) -> Page:
        model = tmp_path / "runs of mine" / "tone.specnet"
        model.parent.mkdir(exist_ok=True)
        write_report(model, recipe, measured, corpus.validation(), [epoch(1), epoch(2)], SOURCES, scenes)
        [made] = model.parent.iterdir()
        assert made.name == "report.html"
        return Page(made.read_text())

    return page


def test_it_is_valid_and_needs_nothing_beside_itself(page: Callable[..., Page]) -> None:
    found = page()
    assert not found.all("script") and not found.all("link") and not found.all("iframe")
    ids = Counter(attributes["id"] for _, attributes in found.elements if "id" in attributes)
    assert max(ids.values()) == 1
    for name in ("src", "href", "xlink:href"):
        uses = [attributes[name] or "" for _, attributes in found.elements if name in attributes]
        assert all(use.startswith("data:") or use[1:] in ids for use in uses)
    named = [attributes["aria-labelledby"] for _, attributes in found.elements if "aria-labelledby" in attributes]
    assert named and set(named) <= set(ids)


def test_whoever_cannot_see_it_is_told(page: Callable[..., Page]) -> None:
    found = page()
    assert all(image["alt"] for image in found.all("img")) and all(sound["aria-label"] for sound in found.all("audio"))
    assert [svg["role"] for svg in found.all("svg")] == ["img"] * 4
    assert all(svg["aria-label"] for svg in found.all("svg"))
    assert len(found.all("caption")) == len(found.all("table"))
    assert all(cell["scope"] in ("col", "row") for cell in found.all("th"))
    assert found.all("html") == [{"lang": "en"}]


def test_the_answer_comes_first(page: Callable[..., Page], measured: Measured) -> None:
    text = page().text
    threshold = measured.at(0.5).threshold
    misses = sum(score < threshold for score in measured.word_scores)
    assert f"{misses} of 4 words." in text
    assert f"{threshold:.3f}" in text
    assert text.index("Set to one false alarm in 2 hours, it misses ") < text.index("Fewer misses or fewer")
    heard_in = "composed scenes with noise (signal-to-noise ratio down to 0 dB), rooms and poor devices"
    assert f" in {heard_in}; it finds more in a quiet recording." in text
    assert "the checkpoint was chosen on this very sound" in text.lower()
    assert "up to 1.8 per hour would remain possible" in text  # -log(0.025) / 2 hours


def test_what_was_missed_and_mistaken_can_be_heard(page: Callable[..., Page], measured: Measured, corpus) -> None:
    found = page()
    missed = sum(score < measured.at(0.5).threshold for score in measured.word_scores)
    sounds = [soundfile.read(data_of(sound["src"])) for sound in found.all("audio")]
    assert len(sounds) == missed + 6
    assert {rate for _, rate in sounds} == {16000}
    alarm = measured.alarms[0].segment  # a second of noise before, 0.8 after
    assert len(sounds[missed][0]) / 16000 == pytest.approx(alarm.duration + 1.8, abs=0.01)
    assert all(0.4 < np.abs(wave).max() < 1.0 for wave, _ in sounds)
    assert all(Image.open(data_of(image["src"])).height == 40 for image in found.all("img"))
    assert "score none, not even a candidate" in found.text
    assert "somewhere in no tone here" in " ".join(found.text.split())  # in a.wav, of which a transcript is known
    assert "hall, ann: a.wav at 2.0 s" in found.text and "hall, bob: b.wav at 4.0 s" in found.text


def test_its_recipe_is_one(page: Callable[..., Page], recipe: Callable[..., SoundRecipe]) -> None:
    text = page().text
    values = tomllib.loads(text[text.index('name = "tone"') :])
    assert SoundRecipe.of(values) == recipe()


def test_what_people_write_is_text(page: Callable[..., Page], recipe: Callable[..., SoundRecipe], measured) -> None:
    label = "<i>tone</i> & co"
    words = tuple(spoken._replace(word=replace(spoken.word, label=label)) for spoken in measured.words)
    found = page(replace(measured, words=words), recipe(labels=[label, "hum"]))
    assert label in found.text and "talks & <b>tones</b>" in found.text
    assert "runs of mine/tone.specnet' party.wav" in found.text  # quoted for a shell


def test_it_stays_small_and_bears_emptiness(page: Callable[..., Page], measured: Measured, tmp_path: Path) -> None:
    word, alarm = measured.words[0], measured.alarms[0]
    many = Measured((word._replace(score=0.1),) * 50, (alarm,) * 3000, 2.0, None)
    assert len(page(many).all("audio")) == 24
    assert (tmp_path / "runs of mine" / "report.html").stat().st_size < 3e6
    nothing = page(Measured((word,), (), 0.01, None))
    assert not nothing.all("audio") and "no word was missed" in nothing.text


def test_scenes_that_were_learnt_from_can_be_heard_with_every_word_framed(page: Callable[..., Page], corpus) -> None:
    wave = corpus.composer("train").batch(0)[0].waveform
    twice = Utterance(wave, (Interval("tone", 0.12, 0.36), Interval("tone", 0.6, 0.9)))
    before, after = page(), page(scenes=[twice, Utterance(wave)])
    assert len(after.all("audio")) == len(before.all("audio")) + 2
    frames = [span["style"] for span in after.all("span") if span.get("class") == "mark"]
    assert frames[-2:] == ["left:10.0%;width:20.0%", "left:50.0%;width:25.0%"]
    assert "tone, tone from second 0.1 to 0.4, from second 0.6 to 0.9" in str(after.all("img")[-2]["alt"])
    assert "2 of the scenes that it learnt from" in after.text and "2 of the scenes" not in before.text


def test_the_confusions_are_a_picture(page: Callable[..., Page]) -> None:
    text = page().text
    assert "no word" in text and "nothing" in text and "taken for" in text
