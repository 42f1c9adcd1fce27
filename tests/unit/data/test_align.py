import shutil
import sys
from pathlib import Path

import pytest
import soundfile
import soxr

from specnet.data.align import Aligner, aligned
from specnet.data.phones import PHONES
from specnet.errors import MissingExtra

SAID = "Black and bitter, but welcome enough to the farmers."


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner()


def test_a_word_is_found_where_it_is_said(aligner: Aligner, recordings: Path) -> None:
    words, phones = aligner(recordings / "librispeech-5339-14133-0000.flac", SAID)
    assert " ".join(word.label for word in words) == "black and bitter but welcome enough to the farmers"
    welcome = words[4]
    assert welcome[1:] == pytest.approx((1.33, 1.65), abs=0.06)  # as data/README.md has it
    inside = [phone for phone in phones if welcome.start <= phone.start < welcome.end]
    assert [phone.label for phone in inside] == ["W", "EH", "L", "K", "AH", "M"]
    assert inside[-1].end == welcome.end


def test_phones_cover_the_recording_and_are_of_the_inventory(aligner: Aligner, recordings: Path) -> None:
    _, phones = aligner(recordings / "dir-welcome.flac", "Welcome to the directory.")
    assert {phone.label for phone in phones} <= set(PHONES)
    assert "SIL" in {phone.label for phone in phones}
    edges = [phone.start for phone in phones] + [phones[-1].end]
    assert edges[0] == 0.0 and edges[1:] == [phone.end for phone in phones]


def test_another_sampling_rate_gives_the_same_times(aligner: Aligner, recordings: Path, tmp_path: Path) -> None:
    wave, rate = soundfile.read(recordings / "dir-welcome.flac")
    soundfile.write(tmp_path / "fast.wav", soxr.resample(wave, rate, 44100), 44100)
    text = "welcome to the directory"
    one, other = (aligner(path, text)[0] for path in (recordings / "dir-welcome.flac", tmp_path / "fast.wav"))
    assert [word.end for word in one] == pytest.approx([word.end for word in other], abs=0.03)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("librispeech-26-495-0030", "But this was all knavery and collusion"),  # a word outside the dictionary
        ("tt-weasels", "weasels have eaten our phone system " * 5),  # more than fits into the time
        ("tt-weasels", "..."),
        ("broken", "weasels"),
    ],
)
def test_what_cannot_be_aligned_has_no_phones(
    name: str, text: str, aligner: Aligner, recordings: Path, tmp_path: Path
) -> None:
    for path in recordings.glob("*.flac"):
        shutil.copy(path, tmp_path)
    (tmp_path / "broken.flac").write_text("not a sound")
    assert aligner(tmp_path / f"{name}.flac", text) == ([], [])
    assert aligner(tmp_path / "dir-welcome.flac", "welcome to the directory")[0]  # and the next one is not harmed


def test_times_do_not_depend_on_what_was_aligned_before(recordings: Path) -> None:
    aligner, said = Aligner(), (recordings / "tt-weasels.flac", "weasels have eaten our phone system")
    first = aligner(*said)
    aligner(recordings / "dir-welcome.flac", "welcome to the directory")
    assert aligner(*said) == first


def test_many_are_aligned_in_order(recordings: Path, aligner: Aligner) -> None:
    texts = {
        recordings / "tt-weasels.flac": "weasels have eaten our phone system",
        recordings / "dir-welcome.flac": "welcome to the directory",
    }
    found = list(aligned(texts, jobs=1))
    assert found == [(path, aligner(path, text)) for path, text in texts.items()]
    assert [len(words) for _, (words, _) in found] == [6, 4]


def test_a_missing_engine_is_said_before_any_worker_starts(recordings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(MissingExtra, match=r"pip install 'specnet\[speech\]'"):
        list(aligned({recordings / "tt-weasels.flac": "weasels"}))
