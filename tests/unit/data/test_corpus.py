"""A data folder of short tones: every speaker has a pitch, so that a waveform says whose it is."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.data.clips import Clip
from specnet.data.corpus import Corpus, is_held_out, prepare
from specnet.data.folder import Sources
from specnet.data.folds import Fold
from specnet.data.held_out import made_of
from specnet.data.mix import Mix
from specnet.data.speech import Cast, Script
from specnet.errors import SpecnetError

RATE = 16000
SCRIPT = Script("welcome", ("welcome",), ("", "you are"), ("", "home"), ("well",))
CAST = Cast("espeak", 8, 8, tuple(f"en-us+{variant}" for variant in ("m1", "m2", "m3", "f1", "f2", "f3")), 0.0)
SOURCES = Sources(speech=("talks",), noise=False, impulse_responses=False, validation_share=0.4, validation_scenes=3)
MIX = Mix(length=2.0)
SPEAKERS = [f"s{i:02}" for i in range(12)]
Prepare = Callable[..., Corpus]


def write(path: Path, hertz: float = 200, seconds: float = 0.5) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE), RATE)


def index(place: Path, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Rows of (file, speaker, contains_welcome, transcript)."""
    lines = ["file\tspeaker\tcontains_welcome\ttranscript\tlicence", *("\t".join((*row, "CC BY 4.0")) for row in rows)]
    place.write_text("\n".join(lines) + "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve speakers with two recordings each; the second of s00 says the word."""
    folder = tmp_path / "material"
    rows = []
    for i, speaker in enumerate(SPEAKERS):
        for take, text in enumerate(("good morning", 'Welcome, "all' if i == 0 else 'so he said "no')):
            write(folder / "speech" / "talks" / f"{speaker}_{take}.wav", 200 + 50 * i)
            rows.append((f"talks/{speaker}_{take}.wav", speaker, "", text))
    index(folder / "speech" / "index.tsv", rows)
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all, as what is synthesised is the same in all."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def prepared(folder: Path, cache: Path, espeak: Path) -> Prepare:
    """What `prepare` makes of the folder; nothing is heard but speech unless `sources` says so."""

    def prepared(
        sources: Sources = SOURCES,
        cast: Cast | None = CAST,
        script: Script = SCRIPT,
        seed: int = 1,
        labels: Sequence[str] = (),
        mix: Mix = MIX,
        progress: Callable[[str], None] = lambda line: None,
    ) -> Corpus:
        return prepare(
            sources,
            [] if labels else [script],
            [cast] if cast and not labels else [],
            mix,
            data=folder,
            cache=cache,
            seed=seed,
            batch_size=2,
            labels=labels or [script.label],
            progress=progress,
            jobs=1,
        )

    return prepared


def speakers(clips: Sequence[Clip]) -> set[str]:
    return {clip.speaker for clip in clips}


def names(corpus: Corpus) -> set[str]:
    return {clip.name for material in (corpus.training, corpus.held_out) for clip in material.speech}


def test_no_speaker_is_on_both_sides(prepared: Prepare) -> None:
    corpus = prepared()
    training, held_out = speakers(corpus.training.speech), speakers(corpus.held_out.speech)
    assert not training & held_out and training | held_out == set(SPEAKERS)
    assert len(training) > len(held_out) > 0
    assert held_out == {speaker for speaker in SPEAKERS if is_held_out("talks", speaker, 0.4)}
    said = corpus.training.positives, corpus.training.negatives
    kept = corpus.held_out.positives, corpus.held_out.negatives
    assert not speakers([*said[0], *said[1]]) & speakers([*kept[0], *kept[1]])
    assert len(said[0]) + len(kept[0]) == len(said[1]) + len(kept[1]) == 8
    assert all(clip.words for clip in (*said[0], *kept[0])) and not any(clip.words for clip in (*said[1], *kept[1]))


def test_over_the_folds_everybody_is_held_out_once(prepared: Prepare, folder: Path) -> None:
    for i in range(2):
        write(folder / "noise" / "noise" / f"{i}.wav")
    kept: list[str] = []
    for number in (1, 2, 3):
        corpus = prepared(replace(SOURCES, noise=True, fold=Fold(number, 3)))
        for of in ("speech", "positives", "negatives", "noise"):
            training, held_out = (
                {(clip.source, clip.speaker or clip.name) for clip in getattr(part, of)}
                for part in (corpus.training, corpus.held_out)
            )
            assert not training & held_out
        assert len(speakers(corpus.held_out.speech)) == 4 and corpus.held_out.positives
        said = speakers([*corpus.held_out.positives, *corpus.held_out.negatives])
        assert not said & speakers([*corpus.training.positives, *corpus.training.negatives])
        kept += sorted(speakers(corpus.held_out.speech)) + sorted(said)
        kept += [clip.name for clip in corpus.held_out.noise]
    whole = prepared()
    voices = speakers([*whole.training.positives, *whole.training.negatives])
    voices |= speakers([*whole.held_out.positives, *whole.held_out.negatives])
    assert sorted(kept) == sorted([*SPEAKERS, *voices, "0.wav", "1.wav"])


def test_more_folds_than_speakers_is_one_line(prepared: Prepare) -> None:
    with pytest.raises(SpecnetError, match=r"data\.speech: 12 speakers are too few for 13 folds: add sources or take"):
        prepared(replace(SOURCES, fold=Fold(1, 13)))
    few = replace(CAST, speakers=CAST.speakers[:2])
    with pytest.raises(SpecnetError, match=r"voices: \d speakers are too few for 5 folds: add sources or take fewer"):
        prepared(replace(SOURCES, fold=Fold(1, 5)), few)


def test_every_clip_is_its_own_recording(prepared: Prepare) -> None:
    for clip in prepared().training.speech:
        hertz = float(np.argmax(np.abs(np.fft.rfft(clip.load().waveform)))) * RATE / clip.length
        assert hertz == pytest.approx(200 + 50 * SPEAKERS.index(clip.speaker), abs=3)


def test_recordings_that_say_the_label_are_left_out(prepared: Prepare, folder: Path) -> None:
    assert names(prepared()) == {f"{s}_{take}.wav" for s in SPEAKERS for take in (0, 1)} - {"s00_1.wav"}
    rows = [line.split("\t") for line in (folder / "speech" / "index.tsv").read_text().splitlines()[1:]]
    index(folder / "speech" / "index.tsv", [(*row[:2], "yes" if row[1] == "s03" else "no", row[3]) for row in rows])
    assert not {name for name in names(prepared()) if name.startswith("s03")}
    for name in ("he_said", "He said"):  # two words, said by all in the second take
        label = replace(SCRIPT, label=name)
        assert names(prepared(script=label)) == {f"{s}_0.wav" for s in SPEAKERS} | {"s00_1.wav"}


def test_judges_speakers_are_left_out_everywhere(prepared: Prepare, folder: Path) -> None:
    (folder / "exam").mkdir()
    index(folder / "exam" / "index.tsv", [("a.wav", "s05", "yes", "welcome"), ("b.wav", "s06", "yes", "welcome")])
    write(folder / "speech" / "calls" / "one.wav")
    write(folder / "speech" / "calls" / "two.wav")
    with (folder / "speech" / "index.tsv").open("a") as file:
        file.write("calls/one.wav\ts05\tno\thello\tCC0\ncalls/two.wav\ts20\tno\thello\tCC0\n")
    corpus = prepared(replace(SOURCES, judges=("exam",), measured=("speech/calls",)))
    heard = speakers(corpus.training.speech) | speakers(corpus.held_out.speech)
    assert heard == set(SPEAKERS) - {"s05", "s06"}
    assert [clip.name for clip in corpus.measured] == ["two.wav"]


def test_what_is_measured_is_not_trained_on(prepared: Prepare, folder: Path) -> None:
    write(folder / "phrases" / "alexa" / "a.wav")
    corpus = prepared(replace(SOURCES, measured=("phrases/alexa",)))
    assert [clip.name for clip in corpus.measured] == ["a.wav"]
    assert "a.wav" not in names(corpus)
    heard = np.concatenate([stream.waveform for stream in corpus.validation().negatives])
    expected = sum(len(clip.load().waveform) for clip in (*corpus.held_out.speech, *corpus.measured))
    assert len(heard) == expected


def test_other_phrases_are_negatives_of_a_licence(prepared: Prepare, folder: Path) -> None:
    for i in range(10):
        write(folder / "wake_words" / "alexa" / f"{i}.wav")
    corpus = prepared(replace(SOURCES, others=("wake_words/alexa",)))
    assert {clip.name for m in (corpus.training, corpus.held_out) for clip in m.commands} == {
        f"{i}.wav" for i in range(10)
    }
    assert {"name": "wake_words/alexa", "licence": "Apache-2.0 (Picovoice wake-word-benchmark)"} in corpus.provenance


def test_the_licence_of_other_phrases_is_asked_for(prepared: Prepare, folder: Path) -> None:
    write(folder / "mine" / "phrases" / "a.wav")
    sources = replace(SOURCES, others=("mine/phrases",))
    line = r'material/licences\.json: should say the licence of mine/phrases, like {"mine/phrases": {"name": '
    with pytest.raises(SpecnetError, match=line):
        prepared(sources)
    own = {"name": "my phrases", "licence": "CC0"}
    (folder / "licences.json").write_text(json.dumps({"mine/phrases": own}))
    assert own in prepared(sources).provenance
    index(folder / "mine" / "index.tsv", [("phrases/a.wav", "s20", "no", "hello")])
    assert {"name": "mine/phrases", "licence": "CC BY 4.0"} in prepared(sources).provenance


def test_commands_are_split_by_the_speaker_in_their_names(prepared: Prepare, folder: Path) -> None:
    for subset in ("training", "validation"):
        for word in ("bed", "cat"):
            for i in range(6):
                write(folder / "speech_commands" / subset / word / f"{subset[0]}{i}_nohash_0.wav")
    corpus = prepared(replace(SOURCES, commands=True))
    training, held_out = speakers(corpus.training.commands), speakers(corpus.held_out.commands)
    assert not training & held_out and len(training | held_out) == 12
    assert len(corpus.training.commands) == 2 * len(training)
    for clip in corpus.held_out.commands:
        assert clip.source in ("speech_commands/training", "speech_commands/validation")
        assert clip.text == ((Path(clip.name).parent.name, 0.0, 0.5),)
        assert is_held_out(clip.source.removeprefix("speech_commands/"), clip.speaker, 0.4)  # as before it had its path


WORDS = Sources(words=("mine/words",), unknown="unknown", noise=False, impulse_responses=False, validation_share=0.4)


@pytest.fixture
def words(folder: Path) -> Path:
    """Eight speakers say "go", "stop" and "cat"."""
    for word in ("go", "stop", "cat"):
        for i in range(8):
            write(folder / "mine" / "words" / word / f"s{i}_{word}.wav")
    (folder / "licences.json").write_text(json.dumps({"mine/words": {"name": "my words", "licence": "CC0"}}))
    return folder / "mine" / "words"


def test_single_words_are_learnt_and_held_out_by_speaker(prepared: Prepare, words: Path) -> None:
    corpus = prepared(WORDS, labels=["go", "stop", "unknown"])
    training, held_out = corpus.training, corpus.held_out
    assert speakers(training.words) == speakers(training.unknown) and speakers(held_out.words)
    assert not speakers(training.words) & speakers(held_out.words)
    assert {clip.words[0].label for clip in training.words} == {"go", "stop"}
    assert {clip.text[0].label for clip in training.unknown} == {"cat"}
    assert corpus.provenance == ({"name": "my words", "licence": "CC0"},)
    scenes = [scene for step in range(20) for scene in corpus.composer("train").batch(step)]
    assert {word.label for scene in scenes for word in scene.words} == {"go", "stop", "unknown"}


def test_other_words_are_what_thresholds_are_calibrated_on(prepared: Prepare, words: Path) -> None:
    corpus = prepared(replace(WORDS, validation_scenes=20), labels=["go", "stop", "unknown"])
    validation = corpus.validation()
    assert {word.label for scene in validation.positives for word in scene.words} == {"go", "stop"}
    assert [clip for stream in validation.negatives for clip in stream.clips] == corpus.held_out.unknown


def test_other_words_without_a_label_are_background(prepared: Prepare, words: Path) -> None:
    corpus = prepared(replace(WORDS, unknown=None), labels=["go", "stop"])
    assert not corpus.training.unknown and {clip.text[0].label for clip in corpus.training.commands} == {"cat"}
    assert {clip.words[0].label for clip in corpus.training.words} == {"go", "stop"}


def test_words_that_are_left_out_are_nowhere(prepared: Prepare, words: Path, folder: Path) -> None:
    for i in range(6):
        write(folder / "noise" / "noise" / f"{i}.wav")
    corpus = prepared(replace(WORDS, left_out=("cat",), noise=True), labels=["go", "stop", "unknown"])
    assert not corpus.training.unknown and not corpus.held_out.unknown
    noise = [clip for stream in corpus.validation().negatives for clip in stream.clips]
    assert noise == corpus.held_out.noise  # there is nothing else to count false alarms in


def test_a_label_without_recordings_is_one_line(prepared: Prepare, words: Path) -> None:
    with pytest.raises(SpecnetError, match=r"data\.words: no recording of 'left' is left for training; add sources or"):
        prepared(WORDS, labels=["go", "left", "stop", "unknown"])


def test_words_of_sentences_are_unknown_words(prepared: Prepare, words: Path, folder: Path) -> None:
    said = [["good", 0.0, 0.2], ["morning", 0.2, 0.5]]
    rows = [
        {"file": f"talks/{speaker}_0.wav", "words": said, "phones": [["G", 0.0, 0.2], ["M", 0.2, 0.5]]}
        for speaker in SPEAKERS
    ]
    (folder / "speech" / "phones.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    corpus = prepared(replace(WORDS, speech=("talks",)), labels=["go", "stop", "unknown"])
    assert speakers(corpus.training.cut) == speakers(corpus.training.speech)
    assert len(corpus.training.cut) + len(corpus.held_out.cut) == 2 * len(SPEAKERS)
    assert all(clip.words == (("unknown", 0.0, clip.duration),) for clip in corpus.training.cut)


def test_phones_and_tone_come_with_aligned_speech(prepared: Prepare, folder: Path) -> None:
    words = [["<sil>", 0.0, 0.1], ["good", 0.1, 0.3]]
    row = {"file": "talks/s01_0.wav", "words": words, "phones": [["G", 0.1, 0.2], ["UH", 0.2, 0.3]]}
    (folder / "speech" / "phones.jsonl").write_text(json.dumps(row) + "\n")
    corpus = prepared()
    clips = {clip.name: clip for m in (corpus.training, corpus.held_out) for clip in m.speech}
    assert clips["s01_0.wav"].phones == (("G", 0.1, 0.2), ("UH", 0.2, 0.3))
    tone = clips["s01_0.wav"].tone
    assert len(tone) == 8 and np.argmax(tone) == 0  # 250 Hz lies in the lowest of the bands
    assert clips["s01_1.wav"].phones == clips["s01_1.wav"].tone == ()
    assert clips["s01_0.wav"].text == (("good", 0.1, 0.3),)
    assert clips["s01_1.wav"].text == (('so he said "no', 0.0, 0.5),)  # nobody knows when


def test_nothing_is_spliced_where_no_scene_has_it(prepared: Prepare, folder: Path) -> None:
    said = ["SIL", "W", "EH", "L", "K", "AH", "M", "SIL"]
    phones = [[phone, 0.06 * at, 0.06 * (at + 1)] for at, phone in enumerate(said)]
    rows = [json.dumps({"file": f"talks/{who}_0.wav", "phones": phones}) for who in SPEAKERS]
    (folder / "speech" / "phones.jsonl").write_text("\n".join(rows))
    script = replace(SCRIPT, phones=("W EH L K AH M",))
    assert prepared(script=script, mix=replace(MIX, spliced_pace=0.11)).training.splicers[0]._pace == 0.11
    corpus = prepared(script=script, mix=Mix(length=2.0, spliced_share=0, near_miss_share=0))
    assert corpus.training.splicers == corpus.training.mimics == ()
    assert any(scene.words for scene in corpus.composer("train").batch(0) + corpus.composer("train").batch(1))


def test_noise_and_rooms_are_read_where_they_are_named(prepared: Prepare, folder: Path) -> None:
    for i in range(8):
        write(folder / "noise" / "noise" / f"{i}.wav")
        write(folder / "impulse_responses" / "impulse_responses" / f"{i}.wav")
    assert not prepared().training.noise and not prepared().training.rooms
    corpus = prepared(replace(SOURCES, noise=True, impulse_responses=True))
    assert len(corpus.training.noise) + len(corpus.held_out.noise) == 8 == len(corpus.training.rooms)
    assert np.square(corpus.training.rooms[0]).sum() == pytest.approx(1.0, abs=1e-3)


def test_provenance_names_every_source(prepared: Prepare, folder: Path) -> None:
    write(folder / "noise" / "noise" / "rain.wav")
    spoken = {"name": "synthetic speech: espeak", "licence": "espeak-ng, GPL-3.0 (the program; its sound is free)"}
    talks = {"name": "talks", "licence": "CC BY 4.0"}
    assert prepared().provenance == (talks, spoken)
    own = {"name": "my street", "licence": "CC0"}
    (folder / "licences.json").write_text(json.dumps({"noise": own}))
    assert prepared(replace(SOURCES, noise=True)).provenance == (talks, own, spoken)


def test_validation_is_the_same_every_time_and_holds_the_word(prepared: Prepare) -> None:
    sources = replace(SOURCES, validation_scenes=6)
    one, other = (prepared(sources).validation() for _ in range(2))
    assert len(one.positives) == 6
    assert all({word.label for word in scene.words} == {"welcome"} for scene in one.positives)
    for scene, again in zip(one.positives, other.positives, strict=True):
        np.testing.assert_array_equal(scene.waveform, again.waveform)
        assert (scene.words, scene.voices, scene.snr_db) == (again.words, again.voices, again.snr_db)
    assert {made_of(scene, word) for scene in one.positives for word in scene.words} == {"espeak"}
    assert all(scene.snr_db is None or 0 <= scene.snr_db <= 35 for scene in one.positives)


def test_streams_are_about_a_minute(prepared: Prepare, folder: Path) -> None:
    for i in range(7):
        write(folder / "calls" / "long" / f"{i}.wav", seconds=25)
    streams = prepared(replace(SOURCES, measured=("calls/long",))).validation().negatives
    assert [round(len(stream.waveform) / RATE) for stream in streams[-3:]] == [75, 75, 25]


def test_training_and_validation_scenes_differ(prepared: Prepare) -> None:
    corpus = prepared()
    training, validation = (corpus.composer(split).batch(0)[0].waveform for split in ("train", "validation"))
    assert not np.array_equal(training, validation)
    np.testing.assert_array_equal(training, corpus.composer("train").batch(0)[0].waveform)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (replace(SOURCES, speech=("nowhere",)), r"speech/nowhere: neither a folder nor nowhere\.tar is there"),
        (replace(SOURCES, noise=True), r"noise/noise: neither a folder nor noise\.tar is there"),
        (replace(SOURCES, commands=True), r"speech_commands/training: neither a folder nor training\.tar is there"),
        (replace(SOURCES, measured=("calls",)), r"material/calls: neither a folder nor calls\.tar is there"),
        (replace(SOURCES, judges=("exam",)), r"exam/index\.tsv: not there; the recipe's \[data\] needs it"),
        (replace(SOURCES, speech=()), r"data\.speech: no recording is left for training; add sources or change "),
        (SOURCES, r"voices: no keyword is left for training; raise positives of a cast"),
    ],
)
def test_what_is_missing_is_one_line(sources: Sources, message: str, prepared: Prepare) -> None:
    with pytest.raises(SpecnetError, match=message):
        prepared(sources, cast=None)


def test_validation_needs_somebody_too(prepared: Prepare) -> None:
    with pytest.raises(SpecnetError, match=r"data\.speech: no recording is left for validation; add sources or change"):
        prepared(replace(SOURCES, validation_share=0.0))


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (
            "speech/index.tsv",
            b"file\tlicence\na.wav\tCC0\n",
            r"has no column 'speaker' \(columns are separated by tabs\)",
        ),
        ("speech/index.tsv", b"file\tspeaker\n\xff.wav\t\n", r"not a table in UTF-8 with tabs"),
        (
            "speech/phones.jsonl",
            b'{"file": "a.wav", "phones": []}\n{"file": "b.wav"}\n',
            r"phones\.jsonl:2: should be like",
        ),
        ("speech/phones.jsonl", b"phones", r"phones\.jsonl:1: should be like"),
        (
            "speech/phones.jsonl",
            b'{"file": "a.wav", "phones": [["EH1", 0, 1]]}',
            r"phone 'EH1' should be one of SIL AA",
        ),
        ("licences.json", b"CC0", r"licences\.json: should be like"),
        ("licences.json", b'{"noise": "CC0"}', r"licences\.json: should be like"),
    ],
)
def test_a_damaged_table_is_one_line(file: str, content: bytes, message: str, prepared: Prepare, folder: Path) -> None:
    (folder / file).write_bytes(content)
    with pytest.raises(SpecnetError, match=message):
        prepared(cast=None)


def test_an_index_of_a_spreadsheet_is_read(prepared: Prepare, folder: Path) -> None:
    table = folder / "speech" / "index.tsv"
    first, *rows = table.read_text().splitlines()
    short = [row.rpartition("\t")[0] for row in rows[1:]]  # cells at the end of a row that nobody has filled
    table.write_text("\r\n".join([first, rows[0], *short]), encoding="utf-8-sig")
    assert prepared().provenance[0] == {"name": "talks", "licence": "CC BY 4.0"}


def test_a_silent_room_is_one_line(prepared: Prepare, folder: Path) -> None:
    write(folder / "impulse_responses" / "impulse_responses" / "cellar.wav", hertz=0)
    with pytest.raises(SpecnetError, match=r"impulse_responses/cellar\.wav: silent, so it is no impulse response"):
        prepared(replace(SOURCES, impulse_responses=True))


def test_a_recording_without_a_row_is_one_line(prepared: Prepare, folder: Path) -> None:
    write(folder / "speech" / "talks" / "stranger.wav")
    with pytest.raises(SpecnetError, match=r"index\.tsv: has no row for talks/stranger\.wav"):
        prepared(cast=None)


def test_a_folder_without_an_index_is_one_line(prepared: Prepare, folder: Path) -> None:
    (folder / "speech" / "index.tsv").unlink()
    with pytest.raises(SpecnetError, match=r"speech/index\.tsv: not there; the recipe's \[data\] needs it"):
        prepared(cast=None)


def test_somebody_s_own_background_is_heard_and_split(prepared: Prepare, tmp_path: Path) -> None:
    for i in range(20):
        write(tmp_path / "television" / f"{i}.wav", 100 + i)
    own = replace(SOURCES, background=(str(tmp_path / "television"),))
    corpus = prepared(own)
    learnt, kept = ({clip.name for clip in part.background} for part in (corpus.training, corpus.held_out))
    assert learnt and kept and not learnt & kept and len(learnt | kept) == 20
    assert {"name": "television", "licence": "the user's own"} in corpus.provenance
    assert prepared().training.background == [] and len(corpus.validation().negatives) > len(
        prepared().validation().negatives
    )


def test_recordings_of_the_word_are_no_background(prepared: Prepare, recordings: Path, tmp_path: Path) -> None:
    mine, television = tmp_path / "mine", tmp_path / "television"
    for place in (mine, television):
        place.mkdir()
        shutil.copy(recordings / "dir-welcome.flac", place / f"{place.name}.flac")
    write(television / "hum.wav")
    own = replace(SOURCES, recordings=(str(mine),), background=(str(television),))
    told: list[str] = []
    corpus = prepared(own, script=replace(SCRIPT, phones=("W EH L K AH M",)), progress=told.append)
    assert [clip.name for clip in corpus.training.recorded] == ["mine.flac"] and not corpus.held_out.recorded
    assert [clip.name for part in (corpus.training, corpus.held_out) for clip in part.background] == ["hum.wav"]
    assert [line for line in told if line.endswith("are among the recordings of the word: television/television.flac")]
