import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.data import clips
from specnet.data.augment import excerpt
from specnet.data.clips import Clip, decoded, entries, store, stored
from specnet.data.interval import Interval
from specnet.errors import SpecnetError

RATE = 16000
NAMES = ("dir-welcome.flac", "tt-weasels.flac")


@pytest.fixture
def folder(tmp_path: Path, recordings: Path) -> Path:
    """Two recordings, one in a folder of its own, and something that is no sound."""
    place = tmp_path / "data" / "said"
    (place / "more").mkdir(parents=True)
    shutil.copy(recordings / NAMES[0], place / "more")
    shutil.copy(recordings / NAMES[1], place)
    (place / "README.md").write_text("two prompts")
    return place


def packed(folder: Path) -> Path:
    """The same as a `.tar`, its members in another order."""
    place = folder.parent / "packed"
    with tarfile.open(place.with_name("packed.tar"), "w") as tar:
        for name in reversed(("more/" + NAMES[0], NAMES[1], "README.md")):
            tar.add(folder / name, name)
    return place


def test_a_tar_and_a_folder_hold_the_same_entries(folder: Path) -> None:
    assert [name for name, _ in entries(folder)] == ["more/" + NAMES[0], NAMES[1]]
    assert list(entries(folder)) == list(entries(packed(folder)))


def test_a_tar_and_a_folder_decode_to_the_same_clips(folder: Path, tmp_path: Path, recordings: Path) -> None:
    loose, tight = (decoded(place, tmp_path / "cache") for place in (folder, packed(folder)))
    assert [clip.source for clip in (*loose, *tight)] == ["said", "said", "packed", "packed"]
    assert [clip.name for clip in loose] == [clip.name for clip in tight]
    for one, other, name in zip(loose, tight, NAMES, strict=True):
        original, _ = soundfile.read(recordings / name, dtype="float32")
        np.testing.assert_allclose(one.load().waveform, original, atol=1e-4)
        np.testing.assert_array_equal(one.load().waveform, other.load().waveform)


def test_any_rate_and_channels_become_16_khz_mono(tmp_path: Path) -> None:
    place = tmp_path / "loud"
    place.mkdir()
    wave = np.sin(2 * np.pi * 500 * np.arange(44100) / 44100)
    soundfile.write(place / "tone.wav", np.stack([wave, 0 * wave], axis=1), 44100)
    heard = decoded(place, tmp_path / "cache")[0].load()
    assert heard.duration == pytest.approx(1.0, abs=0.001)
    expected = 0.5 * np.sin(2 * np.pi * 500 * np.arange(RATE) / RATE)
    np.testing.assert_allclose(heard.waveform[800:15200], expected[800:15200], atol=2e-3)


def test_what_was_decoded_once_is_not_decoded_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = decoded(folder, tmp_path / "cache")
    monkeypatch.setattr(clips.soundfile, "read", lambda *_, **__: pytest.fail("decoded again"))
    assert decoded(folder, tmp_path / "cache") == first


def test_a_folder_that_changed_is_decoded_again(folder: Path, tmp_path: Path) -> None:
    assert len(decoded(folder, tmp_path / "cache")) == 2
    shutil.copy(folder / NAMES[1], folder / "third.flac")
    assert [clip.name for clip in decoded(folder, tmp_path / "cache")] == ["more/" + NAMES[0], "third.flac", NAMES[1]]


def test_an_interrupted_write_leaves_nothing_that_is_taken_for_whole(tmp_path: Path) -> None:
    def recordings(fail: bool) -> Iterator[tuple[str, np.ndarray]]:
        yield "one", np.full(100, 0.5, np.float32)
        if fail:
            raise KeyboardInterrupt
        yield "two", np.full(50, 0.25, np.float32)

    index = tmp_path / "said.json"
    with pytest.raises(KeyboardInterrupt):
        store(recordings(fail=True), index)
    assert not list(tmp_path.iterdir())
    store(recordings(fail=False), index)
    assert [clip.length for clip in stored(index)] == [100, 50]
    np.testing.assert_allclose(stored(index)[1].load().waveform, 0.25, atol=1e-4)
    assert {path.name for path in tmp_path.iterdir()} == {"said.json", "said.int16"}


def test_what_a_killed_process_left_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    dead, living = tmp_path / "said.json.1.part", tmp_path / "said.json.2.part"
    for part in (dead, living):
        part.write_text("half")
    os.utime(dead, (0, 0))
    store([("one", np.zeros(100, np.float32))], tmp_path / "other.json")
    assert not dead.exists() and living.exists()


def test_a_cache_may_be_moved(tmp_path: Path) -> None:
    store([("one", np.full(100, 0.5, np.float32))], tmp_path / "here" / "said.json")
    (tmp_path / "here").rename(tmp_path / "there")
    [clip] = stored(tmp_path / "there" / "said.json")
    np.testing.assert_allclose(clip.load().waveform, 0.5, atol=1e-4)


def test_a_part_of_a_clip_is_its_sound_and_its_intervals(record: Callable[..., Clip]) -> None:
    wave = np.linspace(-1, 1, 2 * RATE, dtype=np.float32)
    words = (Interval("early", 0.1, 0.4), Interval("hey", 0.7, 1.2))
    clip = record(wave, words=words, phones=(Interval("HH", 0.7, 0.9), Interval("EY", 0.9, 1.2)))
    part = clip.load(0.8, 1.5)
    np.testing.assert_allclose(part.waveform, wave[round(0.8 * RATE) : round(1.5 * RATE)], atol=1e-4)
    assert part.words == ()
    assert [phone.label for phone in part.phones] == ["HH", "EY"]
    assert part.phones[1][1:] == pytest.approx((0.1, 0.4))
    assert clip.load(0.5).words == (("hey", pytest.approx(0.2), pytest.approx(0.7)),)
    assert (clip.load().words, clip.duration) == (words, 2.0)


@pytest.mark.parametrize(("samples", "length"), [(800, 320), (800, 800), (800, 1900)])
def test_an_excerpt_is_from_anywhere_and_a_short_clip_is_repeated(
    samples: int, length: int, record: Callable[..., Clip]
) -> None:
    clip = record(np.arange(samples, dtype=np.float32) / 1024)
    cuts = [clip.excerpt(length, np.random.default_rng(seed)) for seed in range(20)]
    for seed, cut in enumerate(cuts):
        same = excerpt(clip.load().waveform, length, np.random.default_rng(seed))
        np.testing.assert_array_equal(cut, same)
    assert (len({float(cut[0]) for cut in cuts}) > 1) == (length != samples)


def test_what_cannot_be_read_is_one_line(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SpecnetError, match=r"nowhere: neither a folder nor nowhere\.tar is there"):
        decoded(tmp_path / "nowhere", tmp_path / "cache")
    (tmp_path / "silent").mkdir()
    (tmp_path / "silent" / "notes.txt").write_text("nothing here")
    with pytest.raises(SpecnetError, match=r"silent: no sound files \(\.wav, \.flac, "):
        decoded(tmp_path / "silent", tmp_path / "cache")
    soundfile.write(folder / "empty.wav", np.zeros(0), RATE)
    with pytest.raises(SpecnetError, match=r"said/empty\.wav: 0 s of sound, should be at least 0\.02; remove it"):
        decoded(folder, tmp_path / "cache")
    soundfile.write(folder / "empty.wav", np.full(RATE, np.nan), RATE, subtype="FLOAT")
    with pytest.raises(SpecnetError, match=r"said/empty\.wav: holds samples that are no numbers; remove it"):
        decoded(folder, tmp_path / "cache")
    (folder / "empty.wav").unlink()
    (tmp_path / "torn.tar").write_bytes(packed(folder).with_name("packed.tar").read_bytes()[:2000])
    with pytest.raises(SpecnetError, match=r"torn\.tar: damaged, or not a tar archive"):
        decoded(tmp_path / "torn", tmp_path / "cache")
    (folder / "broken.wav").write_text("not a sound")
    with pytest.raises(SpecnetError, match=r"said/broken\.wav: cannot be decoded \(.*\); remove it or convert it"):
        decoded(folder, tmp_path / "cache")
