"""Torchaudio's own data sets, downloading small archives of the same layout made of the recordings in data/."""

import io
import json
import tarfile
from pathlib import Path
from urllib.error import URLError

import pytest
import soundfile
from torchaudio.datasets import librispeech, speechcommands

from specnet.data.clips import decoded
from specnet.data.corpus import prepare
from specnet.data.fetch import fetched
from specnet.data.folder import Sources
from specnet.data.mix import Mix
from specnet.data.speech import Script
from specnet.errors import SpecnetError

CHAPTERS = {  # of LibriSpeech, by utterance
    "5339-14133-0000": ("librispeech-5339-14133-0000", "BLACK AND BITTER BUT WELCOME ENOUGH TO THE FARMERS"),
    "26-495-0030": ("librispeech-26-495-0030", "BUT THIS WAS ALL KNAVERY AND COLLUSION"),
    "7-1-0000": ("tt-weasels", "WEASELS HAVE EATEN OUR PHONE SYSTEM"),
    "8-1-0000": ("dir-welcome", "DIRECTORY"),
}
COMMANDS = ("bed/aa_nohash_0", "bed/bb_nohash_0", "cat/cc_nohash_1", "_background_noise_/pink_noise")
READ = Sources(speech=("libri-dev-clean",), noise=False, impulse_responses=False)


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def write_librispeech(archive: Path, part: str, recordings: Path) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        for utterance, (name, text) in CHAPTERS.items():
            speaker, chapter, _ = utterance.split("-")
            folder = f"LibriSpeech/{part}/{speaker}/{chapter}"
            add(tar, f"{folder}/{utterance}.flac", (recordings / f"{name}.flac").read_bytes())
            add(tar, f"{folder}/{speaker}-{chapter}.trans.txt", f"{utterance} {text}\n".encode())


def write_commands(archive: Path, recordings: Path) -> None:
    sound = io.BytesIO()
    soundfile.write(sound, *soundfile.read(recordings / "tt-weasels.flac", frames=16000), format="WAV")
    with tarfile.open(archive, "w:gz") as tar:
        for name in COMMANDS:
            add(tar, f"./{name}.wav", sound.getvalue())
        add(tar, "./validation_list.txt", b"cat/cc_nohash_1.wav\n")
        add(tar, "./testing_list.txt", b"bed/bb_nohash_0.wav\n")


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch, recordings: Path) -> list[str]:
    """The addresses that were asked for."""
    asked: list[str] = []

    def download(url: str, archive: str, hash_prefix: str | None = None) -> None:
        assert hash_prefix  # a checksum is known
        asked.append(url)
        name = Path(url).name
        if "dev" in name:
            write_librispeech(Path(archive), name.removesuffix(".tar.gz"), recordings)
        else:
            write_commands(Path(archive), recordings)

    monkeypatch.setattr(librispeech, "download_url_to_file", download)
    monkeypatch.setattr(speechcommands, "download_url_to_file", download)
    return asked


def test_speech_arrives_in_the_layout_that_is_read(downloads: list[str], tmp_path: Path, recordings: Path) -> None:
    notes: list[str] = []
    folder = fetched(READ, tmp_path / "public", notes.append, jobs=1)
    assert downloads == ["http://www.openslr.org/resources/12/dev-clean.tar.gz"]
    assert notes == ["fetching LibriSpeech dev-clean", "finding the phones of libri-dev-clean: 4 of 4 recordings"]
    clips = decoded(folder / "speech" / "libri-dev-clean", tmp_path / "cache")
    assert {clip.name for clip in clips} == {f"{utterance}.flac" for utterance in CHAPTERS}
    index = (folder / "speech" / "index.tsv").read_text().splitlines()
    assert index[0].split("\t") == ["file", "speaker", "transcript", "licence", "origin"]
    assert (
        "libri-dev-clean/7-1-0000.flac\tlibri-dev-clean_7\tWEASELS HAVE EATEN OUR PHONE SYSTEM\tCC BY 4.0\t"
        "LibriSpeech dev-clean, https://www.openslr.org/12"
    ) in index
    rows = [json.loads(line) for line in (folder / "speech" / "phones.jsonl").read_text().splitlines()]
    phones = {row["file"]: [phone for phone, _, _ in row["phones"]] for row in rows}
    assert "libri-dev-clean/26-495-0030.flac" not in phones  # "knavery" is not in the dictionary
    assert "W EH L K AH M" in " ".join(phones["libri-dev-clean/5339-14133-0000.flac"])
    words = {row["file"]: row["words"] for row in rows}["libri-dev-clean/7-1-0000.flac"]
    assert " ".join(word for word, _, _ in words) == "weasels have eaten our phone system"
    assert not list((folder / "originals").iterdir())  # nothing is kept twice


def test_what_is_there_is_not_fetched_again(downloads: list[str], tmp_path: Path) -> None:
    fetched(READ, tmp_path, lambda line: None, jobs=1)
    fetched(READ, tmp_path, lambda line: None, jobs=1)
    assert len(downloads) == 1
    both = Sources(
        speech=("libri-dev-clean",), measured=("speech/libri-dev-other",), noise=False, impulse_responses=False
    )
    fetched(both, tmp_path, lambda line: None, jobs=1)
    assert [Path(url).name for url in downloads] == ["dev-clean.tar.gz", "dev-other.tar.gz"]
    files = [line.split("\t")[0] for line in (tmp_path / "speech" / "index.tsv").read_text().splitlines()]
    assert files.count("libri-dev-clean/7-1-0000.flac") == files.count("libri-dev-other/7-1-0000.flac") == 1
    assert len((tmp_path / "speech" / "phones.jsonl").read_text().splitlines()) == 6


def test_commands_are_split_by_their_lists_and_bring_noise(downloads: list[str], tmp_path: Path) -> None:
    fetched(Sources(commands=True, impulse_responses=False), tmp_path, lambda line: None)
    assert [Path(url).name for url in downloads] == ["speech_commands_v0.01.tar.gz"]
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.wav")}
    assert found == {
        "speech_commands/training/bed/aa_nohash_0.wav",
        "speech_commands/validation/cat/cc_nohash_1.wav",
        "speech_commands/testing/bed/bb_nohash_0.wav",
        "noise/noise/pink_noise.wav",
    }
    assert json.loads((tmp_path / "licences.json").read_text())["noise"]["licence"] == "CC BY 4.0"


def test_words_of_the_second_version_have_a_folder_of_their_own(downloads: list[str], tmp_path: Path) -> None:
    sources = Sources(words=("speech_commands_v0.02/training",), impulse_responses=False)
    notes: list[str] = []
    fetched(sources, tmp_path, notes.append)
    assert [Path(url).name for url in downloads] == ["speech_commands_v0.02.tar.gz"]  # its noise is noise enough
    assert notes == ["fetching Speech Commands v0.02"]
    assert (tmp_path / "speech_commands_v0.02" / "training" / "bed" / "aa_nohash_0.wav").is_file()
    assert json.loads((tmp_path / "licences.json").read_text())["noise"]["name"] == "noise: Speech Commands v0.02"
    fetched(sources, tmp_path, notes.append)
    fetched(Sources(impulse_responses=False), tmp_path, notes.append)
    assert len(downloads) == 1
    fetched(Sources(commands=True, impulse_responses=False), tmp_path, notes.append)
    assert [Path(url).name for url in downloads[1:]] == ["speech_commands_v0.01.tar.gz"]


def test_a_word_is_spliced_from_what_was_fetched(downloads: list[str], tmp_path: Path) -> None:
    sources = Sources(
        speech=("libri-dev-clean", "libri-dev-other"),
        commands=True,
        impulse_responses=False,
        validation_share=0.6,
        validation_scenes=2,
    )
    corpus = prepare(
        sources,
        [Script("wheezy", ("wheezy",), ("",), ("",), ("easy",), ("W IY Z AH L Z",))],
        [],
        Mix(spliced_share=1.0, keyword_share=1.0, length=2.0),
        data=fetched(sources, tmp_path / "public", lambda line: None, jobs=1),
        cache=tmp_path / "cache",
        seed=1,
        batch_size=2,
        labels=["wheezy"],
        progress=lambda line: None,
    )
    for scene in (*corpus.composer("train").batch(0), *corpus.composer("validation").batch(0)):
        assert {word.label for word in scene.words} == {"wheezy"}
        assert " ".join(p.label for p in scene.phones if p.start >= scene.words[0].start - 1e-3).startswith("W IY Z AH")
    assert {"name": "noise: Speech Commands v0.01", "licence": "CC BY 4.0"} in corpus.provenance
    assert {"name": "libri-dev-clean", "licence": "CC BY 4.0"} in corpus.provenance


def test_an_interrupted_fetch_goes_on(downloads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("specnet.data.fetch.aligned", interrupt)
        with pytest.raises(KeyboardInterrupt):
            fetched(READ, tmp_path, lambda line: None)
    assert not (tmp_path / "speech" / "index.tsv").exists()
    folder = fetched(READ, tmp_path, lambda line: None, jobs=1)
    assert len(downloads) == 1  # the archive was whole, and is unpacked again
    assert len((folder / "speech" / "index.tsv").read_text().splitlines()) == 5
    assert len(list((folder / "speech" / "libri-dev-clean").iterdir())) == 4


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (
            Sources(speech=("libri-dev-clean", "fixtures"), measured=("speech/wuw2",), judges=("welcome_dev",)),
            "no public original can be fetched for fixtures, speech/wuw2, welcome_dev, impulse_responses: give a "
            "folder that has it with --data DIR, or do without: "
            """--set 'data.speech=["libri-dev-clean", "libri-dev-other"]' """
            "--set 'data.measured=[]' --set 'data.judges=[]' --set data.impulse_responses=false",
        ),
        (
            Sources(others=("wake_words/alexa",), impulse_responses=False),
            "no public original can be fetched for wake_words/alexa: give a folder that has it with --data DIR, or do "
            "without: --set 'data.others=[]'",
        ),
        (
            Sources(words=("mine/words",), impulse_responses=False),
            "no public original can be fetched for mine/words: give a folder that has it with --data DIR, or do "
            """without: --set 'data.words=["speech_commands/training"]'""",
        ),
    ],
)
def test_what_cannot_be_fetched_is_one_line(
    sources: Sources, message: str, downloads: list[str], tmp_path: Path
) -> None:
    with pytest.raises(SpecnetError) as refusal:
        fetched(sources, tmp_path, lambda line: None)
    assert str(refusal.value) == message
    assert not downloads and not list(tmp_path.iterdir())


@pytest.mark.parametrize("problem", [URLError("no route to host"), RuntimeError("invalid hash value")])
def test_without_a_network_there_is_one_line(
    problem: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(librispeech, "download_url_to_file", download)
    monkeypatch.setattr(speechcommands, "download_url_to_file", download)
    with pytest.raises(SpecnetError, match=r"LibriSpeech dev-clean: cannot be fetched \(.*(route|hash).*\); try again"):
        fetched(READ, tmp_path, lambda line: None)
    with pytest.raises(SpecnetError, match=r"Speech Commands v0\.01: cannot be fetched"):
        fetched(Sources(impulse_responses=False), tmp_path, lambda line: None)


def test_a_damaged_archive_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def download(url: str, archive: str, hash_prefix: str | None = None) -> None:
        Path(archive).write_bytes(b"not an archive")

    monkeypatch.setattr(librispeech, "download_url_to_file", download)
    with pytest.raises(SpecnetError, match=r"LibriSpeech dev-clean: cannot be fetched \(.*\); try again"):
        fetched(READ, tmp_path, lambda line: None)
    assert not list((tmp_path / "originals").iterdir())  # the next try downloads it anew
