"""Everything a training hears, read from a data folder and synthesised: split by speaker, never across.

The folder (see `docs/data.md`): `speech/` (`index.tsv`, one folder or `.tar` a source, `phones.jsonl`),
`speech_commands/`, `noise/`, `impulse_responses/`, `licences.json`. What the recipe does not name is not read.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.data.augment import trim_room
from specnet.data.clips import Clip, decoded, store, stored
from specnet.data.interval import Interval
from specnet.data.scenes import Material, Mix, SceneComposer
from specnet.data.speech import Cast, Script, lines, synthesise
from specnet.data.splice import Splicer
from specnet.data.utterance import SAMPLE_RATE
from specnet.data.voices import Voice
from specnet.data.voices.espeak import Espeak
from specnet.data.voices.kokoro import Kokoro
from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel
from specnet.units import Seconds

Wave = NDArray[np.float32]
STREAM: Seconds = 60.0  # held-out speech is joined to recordings of about this length
TONE_BANDS = 8
COMMANDS = ("speech_commands/training", "speech_commands/validation")
ENGINES = {"kokoro": "Kokoro-82M, Apache-2.0", "espeak": "espeak-ng, GPL-3.0 (the program; its sound is free)"}
OTHERS = {"wake_words": "Apache-2.0 (Picovoice wake-word-benchmark)"}
LICENCES = {
    "commands": {"name": "Speech Commands v0.01", "licence": "CC BY 4.0"},
    "noise": {"name": "noise: ESC-10, ambiences", "licence": "CC BY 3.0, CC0, Pixabay"},
    "impulse_responses": {"name": "impulse responses: OpenAIR, web-audio-samples", "licence": "CC BY, CC0, Apache-2.0"},
}


@dataclass(frozen=True)
class Sources:
    """What is read from the data folder; a recipe's `[data]`.

    `speech` sources are trained on, and so are the words and phrases of `others`, in which nobody says a label;
    `measured` ones are only calibrated with (both are folders below the data folder). Speakers who appear in the index
    of a `judges` folder are left out of all.
    """

    speech: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    commands: bool = False
    noise: bool = True
    impulse_responses: bool = True
    validation_share: float = 0.15
    validation_scenes: int = 400


@dataclass(frozen=True)
class HeldOut:
    """Sound for checkpoint choice and calibration: composed scenes with the word, streams of speech without it."""

    positives: Sequence[tuple[Wave, Sequence[Interval]]]
    negatives: Sequence[Wave]


@dataclass(frozen=True)
class Corpus:
    """The material of a training and of its validation, and where it comes from."""

    training: Material
    held_out: Material
    measured: Sequence[Clip]
    mix: Mix
    seed: int
    batch_size: int
    validation_scenes: int
    provenance: tuple[dict[str, str], ...]

    def composer(self, split: str) -> SceneComposer:
        """Scenes of a split, `train` or `validation`."""
        material, seed = {"train": (self.training, self.seed), "validation": (self.held_out, self.seed + 1)}[split]
        return SceneComposer(material, self.mix, seed, self.batch_size)

    def validation(self) -> HeldOut:
        """What thresholds are calibrated on; nobody in it was trained on."""
        mix = replace(self.mix, keyword_share=1.0, start_share=0.0)
        composer = SceneComposer(self.held_out, mix, self.seed + 2, 1)
        scenes = [composer.batch(step)[0] for step in range(self.validation_scenes)]
        heard = (self.held_out.speech, self.held_out.commands, self.measured)
        streams = [wave for clips in heard for wave in _streams(clips)]
        return HeldOut([(scene.waveform, scene.words) for scene in scenes], streams)


def prepare(
    sources: Sources,
    scripts: Sequence[Script],
    casts: Sequence[Cast],
    mix: Mix,
    *,
    data: Path,
    cache: Path,
    seed: int,
    batch_size: int,
    progress: Callable[[str], None],
    jobs: int = 2,
) -> Corpus:
    """Read the data folder, say what has not been said yet, and split by speaker.

    `cache` keeps decoded recordings and synthetic speech; `progress` gets a line now and then. Raises `SpecnetError`
    when something the recipe names is not there.
    """
    labels = [script.label for script in scripts]
    judges = {row["speaker"] for name in sources.judges for row in _table(data / name / "index.tsv")}
    progress("reading recordings")
    real, licences = _speech(data, sources.speech, labels, judges, cache)
    commands = [clip for name in COMMANDS if sources.commands for clip in _commands(data / name, cache)]
    commands += [clip for name in sources.others for clip in _unlabelled(data / name, labels, judges, cache)]
    noise = decoded(data / "noise" / "noise", cache) if sources.noise else []
    responses = decoded(data / "impulse_responses" / "impulse_responses", cache) if sources.impulse_responses else []
    rooms = tuple(trim_room(clip.load().waveform) for clip in responses)
    measured = [clip for name in sources.measured for clip in _unlabelled(data / name, labels, judges, cache)]
    voices = [
        clip
        for script in scripts
        for cast in casts
        for clip in _synthetic(script, cast, data, cache, seed=seed, jobs=jobs, progress=progress)
    ]

    def material(held_out: bool) -> Material:
        def part(clips: Iterable[Clip]) -> list[Clip]:
            return [clip for clip in clips if _held_out(clip, sources.validation_share) == held_out]

        splicers = [Splicer(part(real), script.label, phones.split()) for script in scripts for phones in script.phones]
        return Material(
            speech=part(real),
            positives=part(clip for clip in voices if clip.words),
            negatives=part(clip for clip in voices if not clip.words),
            commands=part(commands),
            noise=part(noise),
            rooms=rooms,
            splicers=tuple(splicer for splicer in splicers if splicer),
        )

    licences += [{"name": name, "licence": OTHERS.get(name.split("/")[0], "unknown")} for name in sources.others]
    own = data / "licences.json"
    known = LICENCES | (json.loads(own.read_text(encoding="utf-8")) if own.is_file() else {})
    heard = [licence for key, licence in known.items() if getattr(sources, key)]
    spoken = [{"name": f"synthetic speech: {cast.engine}", "licence": ENGINES[cast.engine]} for cast in casts]
    training, held_out = material(False), material(True)
    _require(training, "training")
    _require(held_out, "validation")
    provenance = (*licences, *heard, *spoken)
    return Corpus(training, held_out, measured, mix, seed, batch_size, sources.validation_scenes, provenance)


def _require(material: Material, use: str) -> None:
    """Refuse a split that scenes cannot be made of."""
    rule = "add sources or change data.validation_share"
    if not material.speech:
        raise SpecnetError(f"data.speech: no recording is left for {use}; {rule}")
    if not material.positives and not material.splicers:
        raise SpecnetError(f"voices: no keyword is left for {use}; raise positives of a cast or {rule}")


def _synthetic(
    script: Script,
    cast: Cast,
    data: Path,
    cache: Path,
    *,
    seed: int,
    jobs: int,
    progress: Callable[[str], None],
) -> list[Clip]:
    """What a cast says of a script, as clips; a speaker is a voice."""
    models = data / "kokoro" if (data / "kokoro").is_dir() else cache / "kokoro"
    engines: dict[str, Callable[[], Voice]] = {"kokoro": partial(Kokoro, models), "espeak": Espeak}
    wanted = lines(script, cast, seed)
    said = list(synthesise(wanted, cast.engine, engines[cast.engine], cache / "said" / cast.engine, jobs, progress))
    digest = hashlib.sha256(json.dumps([astuple(line) for line in wanted]).encode()).hexdigest()[:16]
    index = cache / f"{script.label}-{cast.engine}-{digest}.json"
    store(((str(i), utterance.waveform) for i, utterance in enumerate(said)), index)
    return [
        replace(clip, source=cast.engine, speaker=line.voice, words=utterance.words, phones=utterance.phones)
        for clip, line, utterance in zip(stored(index), wanted, said, strict=True)
    ]


def _speech(
    data: Path, names: Sequence[str], labels: Sequence[str], judges: set[str], cache: Path
) -> tuple[list[Clip], list[dict[str, str]]]:
    """Clips of aligned and other speech without the labels, and the licence of each source."""
    folder = data / "speech"
    rows = {row["file"]: row for row in _table(folder / "index.tsv")} if names else {}
    phones = _phones(folder / "phones.jsonl") if names else {}
    clips: list[Clip] = []
    licences: list[dict[str, str]] = []
    for name in names:
        for clip in decoded(folder / name, cache):
            row = rows.get(f"{name}/{clip.name}")
            if row is None:
                raise SpecnetError(f"{folder / 'index.tsv'}: has no row for {name}/{clip.name}")
            if row["speaker"] not in judges and not _says(row, labels):
                known = phones.get(row["file"], ())
                clips.append(replace(clip, speaker=row["speaker"], phones=known, tone=_tone(clip) if known else ()))
        licence = next(row["licence"] for file, row in rows.items() if file.startswith(f"{name}/"))
        licences.append({"name": name, "licence": licence})
    return clips, licences


def _unlabelled(place: Path, labels: Sequence[str], judges: set[str], cache: Path) -> list[Clip]:
    """Clips of a folder or `.tar` without the labels; the index beside it, if any, says what they hold."""
    index = place.parent / "index.tsv"
    rows = {row["file"]: row for row in _table(index)} if index.is_file() else {}
    known = ((clip, rows.get(f"{place.name}/{clip.name}", {})) for clip in decoded(place, cache))
    return [clip for clip, row in known if not _says(row, labels) and row.get("speaker") not in judges]


def _commands(place: Path, cache: Path) -> list[Clip]:
    """Single words, named `word/SPEAKER_nohash_N`."""
    return [replace(clip, speaker=Path(clip.name).name.split("_")[0]) for clip in decoded(place, cache)]


def _says(row: dict[str, str], labels: Sequence[str]) -> bool:
    said = row.get("transcript", "").lower()
    return any(label.replace("_", " ") in said or row.get(f"contains_{label}") == "yes" for label in labels)


def _phones(path: Path) -> dict[str, tuple[Interval, ...]]:
    """Phone times by file, from one JSON object a line."""
    if not path.is_file():
        return {}
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {row["file"]: tuple(Interval(*phone) for phone in row["phones"]) for row in rows}


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise SpecnetError(f"{path}: not there; the recipe's [data] needs it")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _tone(clip: Clip) -> tuple[float, ...]:
    levels = LogMel()(clip.load().waveform) * np.float32(10 / np.log(10))
    loud = levels[:, levels.mean(0) >= np.median(levels.mean(0))]
    bands = loud.mean(1).reshape(TONE_BANDS, -1).mean(1)
    return tuple(float(band) for band in bands - bands.mean())


def is_held_out(source: str, speaker: str, share: float) -> bool:
    """Whether a speaker of a source is kept out of training: a fixed draw, the same for every recipe.

    >>> is_held_out("an4", "an4_fash", 0.0), is_held_out("an4", "an4_fash", 1.0)
    (False, True)
    """
    draw = hashlib.sha256(f"{source}/{speaker}".encode()).digest()[:4]
    return int.from_bytes(draw, "big") < share * 2**32


def _held_out(clip: Clip, share: float) -> bool:
    """By speaker where one is known, so that no voice is on both sides of the split."""
    return is_held_out(clip.source, clip.speaker or clip.name, share)


def _streams(clips: Sequence[Clip]) -> list[Wave]:
    """The clips of a source after one another, in recordings of about `STREAM` seconds."""
    streams: list[Wave] = []
    waiting: list[Wave] = []
    for clip in clips:
        waiting.append(clip.load().waveform)
        if sum(len(wave) for wave in waiting) > STREAM * SAMPLE_RATE or clip is clips[-1]:
            streams.append(np.concatenate(waiting))
            waiting = []
    return streams
