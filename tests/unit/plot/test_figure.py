"""The whole picture: its panels, labels and files."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from specnet.data.interval import Interval
from specnet.plot.figure import INCH, Look, Scores, figure, save
from tests.unit.plot.test_spectrum import tone


@pytest.mark.parametrize(("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".PDF", b"%PDF")])
def test_the_suffix_chooses_the_kind_of_picture_and_the_same_sound_gives_the_same_bytes(
    suffix: str, magic: bytes
) -> None:
    written = []
    for _ in range(2):
        save(figure(tone(1.0, 0.5), 16_000), file := io.BytesIO(), suffix, dpi=50)
        written.append(file.getvalue())
    assert written[0].startswith(magic) and written[0] == written[1]


def test_sizes_are_exact() -> None:
    made = figure(tone(1.0, 0.5), 16_000, look=Look(size=(85, 60)))
    save(made, file := io.BytesIO(), ".png", dpi=254)
    assert Image.open(file).size == (850, 600)
    save(made, file := io.BytesIO(), ".svg", dpi=72)
    points = 85 / INCH * 72
    assert f'width="{points:.6f}'.rstrip("0").encode() in file.getvalue()


def test_fonts_are_in_the_file() -> None:
    made = figure(tone(1.0, 0.5), 16_000)
    save(made, pdf := io.BytesIO(), ".pdf")
    assert b"/FontFile2" in pdf.getvalue() and b"/Subtype /Type3" not in pdf.getvalue()
    save(made, svg := io.BytesIO(), ".svg")
    assert b"<text" not in svg.getvalue() and b"font-family" not in svg.getvalue()  # letters are outlines


def test_the_panels_are_those_that_are_wanted() -> None:
    found = Scores(np.linspace(0, 1, 5), {"beep": np.linspace(0, 1, 5)}, 0.5)
    whole = figure(tone(1.0, 0.5), 16_000, segments=[Interval("beep", 0.5, 0.6)], found=found)
    labels, sound, spectrum, score = whole.axes
    assert [axes.get_ylabel() for axes in (sound, spectrum, score)] == ["amplitude", "frequency (kHz)", "score"]
    assert {axes.get_xlim() for axes in whole.axes} == {(0.0, 1.0)} and score.get_xlabel() == "time (s)"
    assert [text.get_text() for text in labels.texts] == ["beep"]
    [only] = figure(tone(1.0, 0.5), 16_000, look=Look(waveform=False)).axes
    assert only.get_ylabel() == "frequency (kHz)"
    [only] = figure(tone(1.0, 0.5), 16_000, look=Look(kind=None), start=0.2, end=0.4).axes
    assert only.get_ylabel() == "amplitude" and only.get_xlim() == (0.2, 0.4)


def test_labels_stand_in_behind_or_before_their_bars_or_not_at_all() -> None:
    segments = [
        Interval("wide", 1.0, 3.0),
        Interval("behind", 3.5, 3.6),
        Interval("no room", 5.0, 5.1),
        Interval("none", 5.1, 5.2),
        Interval("phone", 1.0, 2.0),
        Interval("before", 9.9, 10.0),
    ]
    labels = figure(tone(10.0, 0.5), 16_000, segments=segments).axes[0]
    placed = {text.get_text(): (text.get_ha(), text.get_position()) for text in labels.texts}
    assert placed["wide"] == ("center", (2.0, 0.5)) and placed["phone"][1][1] == 1.5
    assert placed["behind"][0] == "left" and placed["behind"][1][0] > 3.6
    assert placed["before"][0] == "right" and placed["before"][1][0] < 9.9
    assert placed["no room"][0] == "right" and placed["none"][0] == "left"
    assert len(labels.patches) == len(segments)
    dense = [Interval("word", start / 10, start / 10 + 0.1) for start in range(100)]
    assert not figure(tone(10.0, 0.5), 16_000, segments=dense).axes[0].texts


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["a$b_{$.wav", "\u97f3\u58f0.wav"])
def test_any_name_and_any_length_can_be_drawn(name: str, tmp_path: Path) -> None:
    audio = tmp_path / name
    soundfile.write(file := io.BytesIO(), np.zeros(1), 16_000, format="WAV")
    audio.write_bytes(file.getvalue())
    found = Scores(np.zeros(1), {"$_{": np.zeros(1)}, 0.5)
    made = figure(audio, look=Look(title=name), found=found)
    save(made, picture := io.BytesIO(), ".png")
    assert picture.getvalue().startswith(b"\x89PNG")
